package framepack.train;

/// The loss or a gradient is no longer a finite number.
public final class TrainingDiverged extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingDiverged(long step, double loss, double norm) {
    super(
        "training diverged at step %d (loss %s, gradient norm %s): lower the learning rate"
            .formatted(step, loss, norm));
  }
}
