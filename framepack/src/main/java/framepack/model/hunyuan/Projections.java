package framepack.model.hunyuan;

import framepack.model.Rope3d.Phases;
import framepack.pack.Attending;
import framepack.tensor.Tensor;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.nn.RmsNorm;

/// Query, key and value projections of one stream with the RMS norms of query and key heads.
record Projections(
    Linear query, Linear key, Linear value, RmsNorm queryNorm, RmsNorm keyNorm, int heads) {
  private static final double EPS = 1e-6;

  /// Heads [batch, tokens, heads, headDim].
  record Heads(Tensor query, Tensor key, Tensor value) {
    /// These tokens, then those of another stream.
    Heads then(Heads other) {
      return new Heads(
          Tensor.concat(1, query, other.query),
          Tensor.concat(1, key, other.key),
          Tensor.concat(1, value, other.value));
    }

    /// Attention over all of them, heads merged: [batch, tokens, dim].
    Tensor attend(Attending attending) {
      Tensor out = attending.attention(query, key, value);
      return out.reshape(out.extent(0), out.extent(1), -1);
    }
  }

  /// Weights `query`, `key`, `value` (such as `to_q`) and norms with the given `norm` prefix (such as `norm_`).
  static Projections of(
      Params params, HunyuanConfig config, String query, String key, String value, String norm) {
    long dim = config.dim();
    Init shared = config.lab().sharedQueryKeyBias() ? Init.normal(1) : Init.ZEROS;
    Linear toQuery = Linear.of(params, query, dim, dim, Init.XAVIER, shared);
    Init same =
        (values, _, _) -> System.arraycopy(toQuery.bias().toFloats(), 0, values, 0, values.length);
    return new Projections(
        toQuery,
        Linear.of(params, key, dim, dim, Init.XAVIER, same),
        Linear.of(params, value, dim, dim),
        RmsNorm.of(params, norm + "q", config.headDim(), EPS),
        RmsNorm.of(params, norm + "k", config.headDim(), EPS),
        config.heads());
  }

  /// Heads of video tokens, rotated by their phases; x [batch, tokens, dim].
  Heads video(Tensor x, Phases phases) {
    return new Heads(
        queryNorm.forwardRope(split(query.forward(x)), phases.cos(), phases.sin()),
        keyNorm.forwardRope(split(key.forward(x)), phases.cos(), phases.sin()),
        split(value.forward(x)));
  }

  /// Heads of text tokens, which have no position; x [batch, tokens, dim].
  Heads text(Tensor x) {
    return new Heads(
        queryNorm.forward(split(query.forward(x))),
        keyNorm.forward(split(key.forward(x))),
        split(value.forward(x)));
  }

  private Tensor split(Tensor x) {
    return x.reshape(x.extent(0), x.extent(1), heads, -1);
  }
}
