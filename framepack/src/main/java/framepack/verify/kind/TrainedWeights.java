package framepack.verify.kind;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.View;
import framepack.verify.Verdicts;

/// Compares weights after a step of AdamW. The first step moves every weight by about `lr · sign(gradient)`: where the
/// gradient is rounding noise, either direction is right.
///
/// @param share elements whose gradient is below this share of the tensor's largest are noise
/// @param slack how far apart such elements may be, two learning rates
record TrainedWeights(Verdicts verdicts, double share, double slack) {
  /// Offers `ours` for `theirs`, given the gradients of the first step (null: there was none, every element counts); `noise`
  /// tells that all of them are.
  void offer(String name, Tensor ours, View theirs, Tensor gradients, boolean noise) {
    float[] merged = ours.toFloats();
    float[] reference = Workspace.current().adopt(theirs).toFloats();
    float[] gradient = gradients == null ? new float[merged.length] : gradients.toFloats();
    double limit = noise ? Double.POSITIVE_INFINITY : share * largest(gradient);
    for (int i = 0; i < merged.length; i++) {
      boolean either = Math.abs(gradient[i]) < limit;
      if (either && Math.abs(merged[i] - reference[i]) <= slack * (1 + 1e-4)) {
        merged[i] = reference[i];
      }
    }
    verdicts.offer(name, merged, ours.shape().toArray());
  }

  static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
