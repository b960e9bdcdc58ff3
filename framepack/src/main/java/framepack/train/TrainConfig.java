package framepack.train;

/// How a model is trained: AdamW with decoupled decay (arXiv:1711.05101), linear warm-up, cosine decay, clipping, EMA.
///
/// @param steps optimiser steps
/// @param learningRate peak learning rate
/// @param warmup steps of linear warm-up from 0
/// @param finalShare what the learning rate falls to by the end, relative to the peak
/// @param beta1 decay of the first moment
/// @param beta2 decay of the second moment
/// @param eps added to the root of the second moment
/// @param weightDecay decoupled decay per unit of learning rate
/// @param clip largest global gradient norm; 0: no clipping
/// @param accumulation batches whose gradients are averaged before a step
/// @param emaDecay decay of the moving average of weights; 0: none is kept
public record TrainConfig(
    int steps,
    double learningRate,
    int warmup,
    double finalShare,
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    double clip,
    int accumulation,
    double emaDecay) {

  public TrainConfig {
    require(steps > 0, "steps", "at least 1", steps);
    require(learningRate > 0, "learning rate", "a positive number", learningRate);
    require(warmup >= 0 && warmup <= steps, "warm-up", "0 to " + steps + " steps", warmup);
    require(finalShare >= 0 && finalShare <= 1, "final share", "0 to 1", finalShare);
    require(beta1 >= 0 && beta1 < 1, "beta1", "0 up to 1", beta1);
    require(beta2 >= 0 && beta2 < 1, "beta2", "0 up to 1", beta2);
    require(eps > 0, "eps", "a positive number", eps);
    require(weightDecay >= 0, "weight decay", "0 or more", weightDecay);
    require(clip >= 0, "clip", "0 or more", clip);
    require(accumulation > 0, "accumulation", "at least 1", accumulation);
    require(emaDecay >= 0 && emaDecay < 1, "EMA decay", "0 up to 1", emaDecay);
  }

  private static void require(boolean holds, String name, String expected, Number given) {
    if (!holds) {
      throw new IllegalArgumentException(
          "training: " + name + " must be " + expected + ", got " + given);
    }
  }

  /// What trains a nano model within a minute (betas .9 and .99, warm-up 50, cosine to 2 %, clip 1, no decay, no EMA).
  public static TrainConfig nano(int steps, double learningRate) {
    return new TrainConfig(
        steps, learningRate, Math.min(50, steps), 0.02, 0.9, 0.99, 1e-8, 0, 1, 1, 0);
  }

  /// Learning rate of a step, counted from 0.
  public double learningRateAt(long step) {
    if (step < warmup) {
      return learningRate * (step + 1) / warmup;
    }
    double progress = (double) (step - warmup) / Math.max(1, steps - warmup);
    double cosine = 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
    return learningRate * (finalShare + (1 - finalShare) * cosine);
  }
}
