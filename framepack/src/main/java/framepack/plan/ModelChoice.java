package framepack.plan;

import framepack.experiment.NanoModel;
import framepack.model.ConfigException;
import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.model.wan.WanConfig;
import framepack.model.wan.WanConfigJson;
import framepack.pack.PackSpec;
import framepack.tensor.core.DType;
import framepack.tensor.nn.NearestName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The models that `plan` knows by name, and those that a `config.json` describes.
public final class ModelChoice {
  private static final int NANO_CHANNELS = 16;
  private static final Map<String, Supplier<PlannedModel>> PRESETS = presets();

  private ModelChoice() {}

  private static Map<String, Supplier<PlannedModel>> presets() {
    Map<String, Supplier<PlannedModel>> all = new LinkedHashMap<>();
    all.put(
        "framepack-13b",
        () -> new HunyuanPlan("framepack-13b", HunyuanConfig.FRAMEPACK_13B, DType.BF16, false));
    all.put("wan-14b", () -> new WanPlan("wan-14b", WanConfig.T2V_14B, DType.BF16));
    all.put("wan-1.3b", () -> new WanPlan("wan-1.3b", WanConfig.T2V_1_3B, DType.BF16));
    all.put("nano", () -> new HunyuanPlan("nano", nano(), DType.F32, true));
    return all;
  }

  private static HunyuanConfig nano() {
    return NanoModel.config(PackSpec.FRAMEPACK, NANO_CHANNELS, 1, Position.SPACE_TIME);
  }

  /// Names of the presets.
  public static Iterable<String> presetNames() {
    return PRESETS.keySet();
  }

  /// A preset, or the model of a `config.json` (or of a folder that holds one).
  public static PlannedModel of(String nameOrFile) {
    Supplier<PlannedModel> preset = PRESETS.get(nameOrFile);
    if (preset != null) {
      return preset.get();
    }
    Path file = Path.of(nameOrFile);
    if (Files.isDirectory(file)) {
      file = file.resolve("config.json");
      if (!Files.exists(file)) {
        throw new ConfigException(
            "model '%s': the folder holds no config.json; name one that does, or a preset (%s)"
                .formatted(nameOrFile, String.join(", ", PRESETS.keySet())));
      }
    }
    if (!Files.exists(file) && !nameOrFile.endsWith(".json")) {
      throw new ConfigException(
          "model '%s': neither a preset (%s) nor a config.json%s"
              .formatted(
                  nameOrFile,
                  String.join(", ", PRESETS.keySet()),
                  NearestName.hint(nameOrFile, PRESETS.keySet())));
    }
    return read(file);
  }

  private static PlannedModel read(Path file) {
    ConfigKeys keys = ConfigKeys.read(file);
    if (WanConfigJson.describes(keys)) {
      return new WanPlan(file.toString(), WanConfigJson.read(keys), DType.BF16);
    }
    HunyuanConfig config = HunyuanConfigJson.read(keys);
    boolean released = config.lab().equals(HunyuanConfig.Laboratory.OFF);
    return new HunyuanPlan(file.toString(), config, released ? DType.BF16 : DType.F32, false);
  }
}
