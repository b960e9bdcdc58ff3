package framepack.model.wan;

import framepack.tensor.Tensor;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.nn.RmsNorm;

/// Attention whose queries and keys are RMS-normed over all heads at once (`WanAttention` of diffusers).
///
/// @param image keys and values of image tokens; null where there are none
record WanAttention(
    Linear query, RmsNorm queryNorm, KeysValues own, KeysValues image, Linear out, int heads) {
  /// Keys and values of one source of tokens.
  record KeysValues(Linear key, RmsNorm keyNorm, Linear value) {
    static KeysValues of(Params params, WanConfig config, String key, String norm, String value) {
      int dim = config.dim();
      return new KeysValues(
          Linear.of(params, key, dim, dim),
          RmsNorm.of(params, norm, dim, config.eps()),
          Linear.of(params, value, dim, dim));
    }

    Tensor keys(Tensor x) {
      return keyNorm.forward(key.forward(x));
    }
  }

  /// @param image whether image tokens have keys and values of their own
  static WanAttention of(Params params, WanConfig config, boolean image) {
    int dim = config.dim();
    return new WanAttention(
        Linear.of(params, "to_q", dim, dim),
        RmsNorm.of(params, "norm_q", dim, config.eps()),
        KeysValues.of(params, config, "to_k", "norm_k", "to_v"),
        image ? KeysValues.of(params, config, "add_k_proj", "norm_added_k", "add_v_proj") : null,
        Linear.of(params, "to_out.0", dim, dim),
        config.heads());
  }

  /// Tokens attending to each other, before the output projection; x [batch, tokens, dim].
  Tensor attend(Tensor x, WanConditions c) {
    Tensor cos = c.phases().cos();
    Tensor sin = c.phases().sin();
    Tensor queries = queries(x).rope(cos, sin);
    Tensor keys = split(own.keys(x)).rope(cos, sin);
    return joined(c.visible().attention(queries, keys, split(own.value.forward(x))));
  }

  /// Tokens attending to text and, each for itself, to image tokens; the results are added up.
  Tensor attend(Tensor x, Tensor text, Tensor imageTokens) {
    Tensor queries = queries(x);
    Tensor toText = joined(attention(queries, own, text));
    return image == null ? toText : toText.add(joined(attention(queries, image, imageTokens)));
  }

  private Tensor attention(Tensor queries, KeysValues source, Tensor tokens) {
    return queries.attention(split(source.keys(tokens)), split(source.value.forward(tokens)), null);
  }

  private Tensor queries(Tensor x) {
    return split(queryNorm.forward(query.forward(x)));
  }

  private Tensor split(Tensor x) {
    return x.reshape(x.extent(0), x.extent(1), heads, -1);
  }

  private static Tensor joined(Tensor x) {
    return x.reshape(x.extent(0), x.extent(1), -1);
  }
}
