package framepack.model.wan;

import framepack.model.Checkpoint;
import framepack.tensor.Tensor;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.MemoryBudget;
import java.nio.file.Path;
import java.util.Map;

/// Wan transformers on disk.
public final class WanCheckpoint {
  private static final String UNREAD = "attn2.norm_added_q.weight"; // released I2V files hold it

  private WanCheckpoint() {}

  /// Opens a folder, or one of its weight files, with the `config.json` there.
  public static Checkpoint<WanTransformer> open(Path place, Backend backend) {
    return open(place, backend, MemoryBudget.UNLIMITED);
  }

  /// The same with weights that take at most `memory`.
  public static Checkpoint<WanTransformer> open(Path place, Backend backend, MemoryBudget memory) {
    return open(place, WanConfigJson.read(Checkpoint.config(place)), backend, memory);
  }

  /// The same of weights whose config is known.
  public static Checkpoint<WanTransformer> open(
      Path place, WanConfig config, Backend backend, MemoryBudget memory) {
    return Checkpoint.open(
        place,
        backend,
        memory,
        name -> !name.endsWith(UNREAD),
        params -> new WanTransformer(config, params));
  }

  /// Writes a folder that [#open] reads; it must not exist or be empty, and appears whole or not at all.
  public static void save(Path folder, WanConfig config, Map<String, Tensor> weights) {
    Checkpoint.save(folder, WanConfigJson.write(config), weights);
  }
}
