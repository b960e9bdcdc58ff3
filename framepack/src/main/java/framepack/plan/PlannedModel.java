package framepack.plan;

import framepack.pack.ContextLevel;
import framepack.pack.ContextTail;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.core.DType;
import framepack.tensor.nn.Params;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// A model whose cost can be planned: its own code, run on a backend without values. One implementation an architecture.
public interface PlannedModel {
  /// A preset's name, or the config file.
  String name();

  /// The family: `hunyuan`, `wan`.
  String architecture();

  /// Channels of the latents that are made.
  int channels();

  /// Channels of context latents.
  default int contextChannels() {
    return channels();
  }

  /// The kernel of the noisy frames.
  PatchKernel patch();

  /// Type in which a checkpoint of this model stores its weights.
  DType stored();

  /// Kernels for which it has projections of history.
  List<PatchKernel> historyKernels();

  /// Those of `kernels` that a checkpoint of this model lacks and would have to be given.
  default List<PatchKernel> lacking(List<PatchKernel> kernels) {
    List<PatchKernel> lacking = new ArrayList<>(kernels);
    lacking.removeAll(historyKernels());
    return lacking;
  }

  /// This model with a projection for each of `kernels`.
  PlannedModel fittedTo(List<PatchKernel> kernels);

  /// Tokens of text and image that attend together with the video's.
  int joinedTokens(int batch, int textTokens);

  /// The model with weights from `params`.
  ///
  /// @param recompute recompute every block in the backward pass instead of keeping its intermediate values
  Network build(Params params, boolean recompute);

  /// Kernels as configs list them: by rate.
  static List<PatchKernel> ascending(Collection<PatchKernel> kernels) {
    return kernels.stream().sorted(Comparator.comparingDouble(PatchKernel::rate)).toList();
  }

  /// A model with its weights.
  @FunctionalInterface
  interface Network {
    /// Puts text, image and guidance for `batch` videos into the current workspace and returns what depends on them.
    ///
    /// @param textTokens valid text tokens of every video
    Velocity conditioned(int batch, int textTokens);
  }

  /// Predicts a velocity, conditions given.
  @FunctionalInterface
  interface Velocity {
    /// @param latents noisy frames [batch, channels, frames, height, width]
    /// @param sigma noise level of each video, [batch]
    Tensor of(Tensor latents, Seen seen, Tensor sigma);
  }

  /// What a section sees besides its noisy frames.
  ///
  /// @param times RoPE time indices of the noisy frames, `[batch][frames]`
  /// @param context history levels in token order
  /// @param tail frames beyond the packed history; null where there are none
  record Seen(long[][] times, List<ContextLevel> context, ContextTail tail) {}
}
