package framepack.experiment;

import framepack.noise.TimeShift;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import java.util.Arrays;

/// Trains a nano model with the settings that work (`docs/demo.md`): learning rate 6e-3, warm-up 50, cosine to 2 %,
/// batch 8, noise shift 3.
///
/// @param steps optimiser steps
/// @param batch examples per step
/// @param learningRate peak
/// @param seed of examples and noise; the model brings its own
/// @param noise noise levels of the frames to make
public record NanoTraining(
    int steps, int batch, double learningRate, long seed, SectionNoise noise) {
  /// The shift of the noise levels, in training and in sampling; content is decided at high levels, so 3 trains and 1 does
  /// not.
  public static final TimeShift SHIFT = TimeShift.of(3);

  /// All frames of a section at one level, shifted by [#SHIFT].
  public NanoTraining(int steps, int batch, double learningRate, long seed) {
    this(steps, batch, learningRate, seed, new SectionNoise.Equal(SHIFT));
  }

  /// The settings of the synthetic worlds.
  public static NanoTraining of(int steps, long seed) {
    return new NanoTraining(steps, 8, 6e-3, seed);
  }

  /// The same with other noise levels.
  public NanoTraining with(SectionNoise other) {
    return new NanoTraining(steps, batch, learningRate, seed, other);
  }

  /// How a training went.
  ///
  /// @param losses loss of every step that was done here; a resumed training had others before
  /// @param seconds wall time
  /// @param peakBytes most bytes one step needed beyond weights and optimiser
  /// @param finished false if it was stopped before the last step
  public record Outcome(double[] losses, double seconds, long peakBytes, boolean finished) {
    /// Wall milliseconds per step.
    public double millisPerStep() {
      return 1000 * seconds / Math.max(1, losses.length);
    }
  }

  /// Trains `model` in place.
  public Outcome run(NanoModel model, ExampleDraws examples, TrainingWatch watch) {
    SectionLoss loss = new SectionLoss(model, examples, batch, noise, seed);
    double[] losses = new double[steps];
    long began = System.nanoTime();
    TrainConfig config = TrainConfig.nano(steps, learningRate);
    try (Trainer trainer =
        new Trainer(config, model.weights(), loss, model.backend(), model::learningRate)) {
      watch.begins(trainer);
      int first = (int) trainer.step();
      boolean finished =
          trainer.run(
              progress -> {
                losses[(int) progress.step()] = progress.loss();
                watch.stepped(trainer, progress);
              },
              watch::stop);
      watch.ends(trainer);
      double[] done = Arrays.copyOfRange(losses, first, (int) trainer.step());
      double seconds = (System.nanoTime() - began) / 1e9;
      return new Outcome(done, seconds, trainer.peakBytes(), finished);
    }
  }
}
