package framepack.model.wan;

import framepack.model.ConfigException;
import framepack.model.ConfigKeys;
import framepack.pack.PatchKernel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `config.json` of a Wan transformer: the keys and defaults of diffusers' `WanTransformer3DModel`, and `history_kernels`
/// where it has packed history.
public final class WanConfigJson {
  private static final String OFFICIAL = "WanTransformer3DModel";
  private static final String HISTORY = "history_kernels";
  private static final int ROPE_MAX_SEQ_LEN = 1024;

  private WanConfigJson() {}

  /// Whether `keys` were written for a Wan transformer.
  public static boolean describes(ConfigKeys keys) {
    return keys.writtenBy().startsWith(OFFICIAL);
  }

  /// The config that `keys` describe. Absent keys have the official defaults, unknown ones are an error.
  public static WanConfig read(ConfigKeys keys) {
    List<Integer> patch = keys.wholes("patch_size", List.of(1, 2, 2), 3, 1);
    int in = keys.whole("in_channels", 16, 1);
    keys.choice("qk_norm", "rms_norm_across_heads", List.of("rms_norm_across_heads"));
    keys.whole("rope_max_seq_len", ROPE_MAX_SEQ_LEN, 1); // the length of a table we do not need
    try {
      WanConfig config =
          new WanConfig(
              kernel(patch),
              keys.whole("num_attention_heads", 40, 1),
              keys.whole("attention_head_dim", 128, 2),
              in,
              keys.whole("out_channels", in, 1),
              keys.whole("text_dim", 4096, 1),
              keys.whole("freq_dim", 256, 2),
              keys.whole("ffn_dim", 13_824, 1),
              keys.whole("num_layers", 40, 0),
              keys.flag("cross_attn_norm", true),
              keys.positive("eps", 1e-6),
              keys.whole("image_dim", 0, 1),
              keys.lists(HISTORY, List.of(), 3, 1).stream().map(WanConfigJson::kernel).toList());
      requireImageWhole(keys, config);
      keys.requireKnown();
      return config;
    } catch (ConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw keys.fault(e);
    }
  }

  private static PatchKernel kernel(List<Integer> extents) {
    return new PatchKernel(extents.get(0), extents.get(1), extents.get(2));
  }

  private static void requireImageWhole(ConfigKeys keys, WanConfig config) {
    int expected = config.hasImage() ? config.dim() : 0;
    int projected = keys.whole("added_kv_proj_dim", 0, 1);
    if (projected != expected) {
      throw new IllegalArgumentException(
          "added_kv_proj_dim must be %s, got %s"
              .formatted(
                  expected == 0
                      ? "null where image_dim is"
                      : "the model's " + expected + " channels",
                  projected == 0 ? "null" : projected));
    }
    if (keys.has("pos_embed_seq_len")) {
      throw new IllegalArgumentException(
          "pos_embed_seq_len must be null: models of a first and a last image are not supported");
    }
  }

  /// The text that [#read] turns into an equal config; that of a model without history has official keys only.
  public static String write(WanConfig config) {
    boolean packed = !config.historyKernels().isEmpty();
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("_class_name", packed ? OFFICIAL + "Packed" : OFFICIAL);
    keys.put("added_kv_proj_dim", config.hasImage() ? config.dim() : null);
    keys.put("attention_head_dim", config.headDim());
    keys.put("cross_attn_norm", config.crossAttnNorm());
    keys.put("eps", config.eps());
    keys.put("ffn_dim", config.ffnDim());
    keys.put("freq_dim", config.freqDim());
    keys.put("image_dim", config.hasImage() ? config.imageDim() : null);
    keys.put("in_channels", config.inChannels());
    keys.put("num_attention_heads", config.heads());
    keys.put("num_layers", config.layers());
    keys.put("out_channels", config.outChannels());
    keys.put("patch_size", extents(config.patch()));
    keys.put("qk_norm", "rms_norm_across_heads");
    keys.put("rope_max_seq_len", ROPE_MAX_SEQ_LEN);
    keys.put("text_dim", config.textDim());
    if (packed) {
      keys.put(HISTORY, config.historyKernels().stream().map(WanConfigJson::extents).toList());
    }
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(keys);
  }

  private static List<Integer> extents(PatchKernel kernel) {
    return List.of(kernel.t(), kernel.h(), kernel.w());
  }
}
