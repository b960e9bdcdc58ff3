package framepack.model.hunyuan;

import framepack.model.Checkpoint;
import framepack.tensor.Tensor;
import framepack.tensor.backend.Backend;
import java.nio.file.Path;
import java.util.Map;

/// HunyuanVideo transformers on disk.
public final class HunyuanCheckpoint {
  private HunyuanCheckpoint() {}

  /// Opens a folder, or one of its weight files, with the `config.json` there.
  public static Checkpoint<HunyuanVideoPacked> open(Path place, Backend backend) {
    return open(place, HunyuanConfigJson.read(Checkpoint.config(place)), backend);
  }

  /// Opens weights whose config is known.
  public static Checkpoint<HunyuanVideoPacked> open(
      Path place, HunyuanConfig config, Backend backend) {
    return Checkpoint.open(place, backend, params -> new HunyuanVideoPacked(config, params));
  }

  /// Writes a folder that [#open] reads; it must not exist or be empty, and appears whole or not at all.
  public static void save(Path folder, HunyuanConfig config, Map<String, Tensor> weights) {
    Checkpoint.save(folder, HunyuanConfigJson.write(config), weights);
  }
}
