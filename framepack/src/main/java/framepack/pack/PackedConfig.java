package framepack.pack;

import framepack.tensor.backend.Backend;
import java.nio.file.Path;
import java.util.List;

/// What packing knows of a model's config, whatever its architecture.
public interface PackedConfig {
  /// The kernel of the noisy frames.
  PatchKernel patch();

  /// Channels of the latents that are patchified.
  int inChannels();

  /// Channels of a token.
  int dim();

  /// Kernels with a projection of their own, ascending; empty: no packed history.
  List<PatchKernel> historyKernels();

  /// The same model with projections for these history kernels.
  PackedConfig withHistoryKernels(List<PatchKernel> kernels);

  /// Name of the noisy frames' projection in a checkpoint.
  String baseProjection();

  /// The `config.json`.
  String json();

  /// Fails unless the checkpoint at `place` holds all weights of this config, and no others.
  void requireWeights(Path place, Backend backend);
}
