package framepack.model.hunyuan;

import framepack.model.Checkpoint;
import framepack.tensor.Tensor;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.MemoryBudget;
import java.nio.file.Path;
import java.util.Map;

/// HunyuanVideo transformers on disk.
public final class HunyuanCheckpoint {
  private HunyuanCheckpoint() {}

  /// Opens a folder, or one of its weight files, with the `config.json` there.
  public static Checkpoint<HunyuanVideoPacked> open(Path place, Backend backend) {
    return open(place, backend, MemoryBudget.UNLIMITED);
  }

  /// The same with weights that take at most `memory`.
  public static Checkpoint<HunyuanVideoPacked> open(
      Path place, Backend backend, MemoryBudget memory) {
    return open(place, HunyuanConfigJson.read(Checkpoint.config(place)), backend, memory);
  }

  /// The same of weights whose config is known.
  public static Checkpoint<HunyuanVideoPacked> open(
      Path place, HunyuanConfig config, Backend backend, MemoryBudget memory) {
    return Checkpoint.open(
        place, backend, memory, params -> new HunyuanVideoPacked(config, params));
  }

  /// Writes a folder that [#open] reads; it must not exist or be empty, and appears whole or not at all.
  public static void save(Path folder, HunyuanConfig config, Map<String, Tensor> weights) {
    Checkpoint.save(folder, HunyuanConfigJson.write(config), weights);
  }
}
