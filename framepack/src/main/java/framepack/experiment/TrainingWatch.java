package framepack.experiment;

import framepack.train.Trainer;
import java.util.function.BooleanSupplier;

/// What goes along with a training: hears of its steps, may end it early, and may keep its state.
public interface TrainingWatch {
  /// Before the first step; may let the trainer resume.
  void begins(Trainer trainer);

  /// After every step.
  void stepped(Trainer trainer, Trainer.Progress progress);

  /// Whether the training is to end before its next step.
  boolean stop();

  /// After the last step, or the last before a stop.
  void ends(Trainer trainer);

  /// Hears and stops, and keeps nothing.
  static TrainingWatch of(Trainer.Listener listener, BooleanSupplier stop) {
    return new TrainingWatch() {
      @Override
      public void begins(Trainer trainer) {}

      @Override
      public void stepped(Trainer trainer, Trainer.Progress progress) {
        listener.stepped(progress);
      }

      @Override
      public boolean stop() {
        return stop.getAsBoolean();
      }

      @Override
      public void ends(Trainer trainer) {}
    };
  }
}
