package framepack.model.hunyuan;

import framepack.model.ConfigException;
import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanConfig.Attention;
import framepack.model.hunyuan.HunyuanConfig.Laboratory;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.pack.PatchKernel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// `config.json` of a transformer: the keys and defaults of the official class (register_to_config of
/// `HunyuanVideoTransformer3DModelPacked`), and an object `laboratory` where a model deviates from it.
public final class HunyuanConfigJson {
  private static final String OFFICIAL = "HunyuanVideoTransformer3DModelPacked";
  private static final String LABORATORY = "laboratory";
  private static final List<String> POSITIONS =
      Stream.of(Position.values()).map(HunyuanConfigJson::name).toList();
  private static final List<String> ATTENTIONS =
      Stream.of(Attention.values()).map(HunyuanConfigJson::name).toList();

  private HunyuanConfigJson() {}

  /// The config that `keys` describe. Absent keys have the official defaults, unknown ones are an error.
  public static HunyuanConfig read(ConfigKeys keys) {
    boolean laboratory = keys.has(LABORATORY);
    ConfigKeys lab = keys.section(LABORATORY);
    int in = keys.whole("in_channels", 16, 1);
    boolean image = keys.flag("has_image_proj", false);
    int imageDim = keys.whole("image_proj_dim", 1152, 1);
    // the official class has the guidance embedder whatever this key says
    boolean guidance =
        keys.flag("guidance_embeds", true) || !laboratory && keys.writtenBy().equals(OFFICIAL);
    keys.choice("qk_norm", "rms_norm", List.of("rms_norm"));
    keys.choice("image_condition_type", "none", List.of("none")); // null in diffusers' own class
    try {
      HunyuanConfig config =
          new HunyuanConfig(
              in,
              keys.whole("out_channels", in, 1),
              keys.whole("num_attention_heads", 24, 1),
              keys.whole("attention_head_dim", 128, 2),
              keys.whole("num_layers", 20, 0),
              keys.whole("num_single_layers", 40, 0),
              keys.whole("num_refiner_layers", 2, 0),
              keys.positive("mlp_ratio", 4),
              patch(keys),
              guidance,
              keys.whole("text_embed_dim", 4096, laboratory ? 0 : 1),
              keys.whole("pooled_projection_dim", 768, laboratory ? 0 : 1),
              keys.positive("rope_theta", 256),
              keys.wholes("rope_axes_dim", List.of(16, 56, 56), 3, 0),
              image ? imageDim : 0,
              historyKernels(keys, lab),
              laboratory(lab));
      lab.requireKnown();
      keys.requireKnown();
      return config;
    } catch (ConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw keys.fault(e);
    }
  }

  private static PatchKernel patch(ConfigKeys keys) {
    int side = keys.whole("patch_size", 2, 1);
    return new PatchKernel(keys.whole("patch_size_t", 1, 1), side, side);
  }

  private static List<PatchKernel> historyKernels(ConfigKeys keys, ConfigKeys lab) {
    boolean released = keys.flag("has_clean_x_embedder", false);
    List<PatchKernel> absent = released ? HunyuanConfig.RELEASED_KERNELS : List.of();
    return lab.lists("history_kernels", extents(absent), 3, 1).stream()
        .map(k -> new PatchKernel(k.get(0), k.get(1), k.get(2)))
        .toList();
  }

  private static Laboratory laboratory(ConfigKeys lab) {
    Laboratory off = Laboratory.OFF;
    String position = lab.choice("position", name(off.position()), POSITIONS);
    String attention = lab.choice("attention", name(off.attention()), ATTENTIONS);
    return new Laboratory(
        lab.whole("time_frequencies", off.timeFrequencies(), 2),
        lab.positive("time_period", off.timePeriod()),
        lab.whole("classes", off.classes(), 0),
        Position.values()[POSITIONS.indexOf(position)],
        lab.flag("exact_gelu", off.exactGelu()),
        lab.flag("open_gates", off.openGates()),
        lab.flag("shared_query_key_bias", off.sharedQueryKeyBias()),
        Attention.values()[ATTENTIONS.indexOf(attention)],
        lab.flag("shared_patches", off.sharedPatches()));
  }

  private static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static List<List<Integer>> extents(List<PatchKernel> kernels) {
    return kernels.stream().map(k -> List.of(k.t(), k.h(), k.w())).toList();
  }

  /// The text that [#read] turns into an equal config; a released model's has official keys only.
  public static String write(HunyuanConfig config) {
    boolean official = isOfficial(config);
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("_class_name", official ? OFFICIAL : "FramePackLaboratory");
    keys.put("in_channels", config.inChannels());
    keys.put("out_channels", config.outChannels());
    keys.put("num_attention_heads", config.heads());
    keys.put("attention_head_dim", config.headDim());
    keys.put("num_layers", config.doubleLayers());
    keys.put("num_single_layers", config.singleLayers());
    keys.put("num_refiner_layers", config.refinerLayers());
    keys.put("mlp_ratio", config.mlpRatio());
    keys.put("patch_size", config.patch().h());
    keys.put("patch_size_t", config.patch().t());
    keys.put("qk_norm", "rms_norm");
    keys.put("guidance_embeds", config.guidance());
    keys.put("text_embed_dim", config.textDim());
    keys.put("pooled_projection_dim", config.pooledDim());
    keys.put("rope_theta", config.ropeTheta());
    keys.put("rope_axes_dim", config.ropeAxes());
    keys.put("has_image_proj", config.imageDim() > 0);
    keys.put("image_proj_dim", Math.max(1, config.imageDim()));
    keys.put("has_clean_x_embedder", !config.historyKernels().isEmpty());
    if (!official) {
      keys.put(LABORATORY, laboratoryKeys(config));
    }
    return JsonMapper.builder()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(keys);
  }

  private static boolean isOfficial(HunyuanConfig config) {
    List<PatchKernel> kernels = config.historyKernels();
    return config.lab().equals(Laboratory.OFF)
        && config.guidance()
        && config.textDim() > 0
        && config.pooledDim() > 0
        && (kernels.isEmpty() || kernels.equals(HunyuanConfig.RELEASED_KERNELS));
  }

  private static Map<String, Object> laboratoryKeys(HunyuanConfig config) {
    Laboratory lab = config.lab();
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("history_kernels", extents(config.historyKernels()));
    keys.put("time_frequencies", lab.timeFrequencies());
    keys.put("time_period", lab.timePeriod());
    keys.put("classes", lab.classes());
    keys.put("position", name(lab.position()));
    keys.put("exact_gelu", lab.exactGelu());
    keys.put("open_gates", lab.openGates());
    keys.put("shared_query_key_bias", lab.sharedQueryKeyBias());
    keys.put("attention", name(lab.attention()));
    keys.put("shared_patches", lab.sharedPatches());
    return keys;
  }
}
