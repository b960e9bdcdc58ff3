package framepack.train;

import framepack.tensor.Tensor;

/// The loss of one batch, built in the current workspace under the trainer's tape. Everything random must depend on
/// `step` and `part` only (a generator keyed by them), so that a resumed run repeats an uninterrupted one bit by bit.
@FunctionalInterface
public interface Loss {
  /// @param step optimiser step, from 0
  /// @param part which of the accumulated batches of this step, from 0
  /// @return a tensor of one element
  Tensor of(long step, int part);
}
