package framepack.guidance;

import framepack.tensor.Tensor;

/// A flow model with its conditions (text, history) already given.
@FunctionalInterface
public interface VelocityModel {
  /// The velocity at latents `x` [batch, ...] and `timestep = 1000 sigma`, shaped like `x`, in the current workspace.
  Tensor velocity(Tensor x, double timestep);
}
