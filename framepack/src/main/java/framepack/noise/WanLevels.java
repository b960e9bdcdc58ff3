package framepack.noise;

import java.util.Arrays;

/// Noise levels as Wan is sampled: diffusers' `UniPCMultistepScheduler` with `use_flow_sigmas`. They start a millionth below
/// noise, the shift comes after an even grid; the model sees whole timesteps, rounded towards 0.
///
/// @param shift the fixed shift (`flow_shift`): 3 at 480p, 5 at 720p
public record WanLevels(double shift) {
  private static final int TRAIN_STEPS = 1000;
  private static final double SHORT_OF_NOISE = 1e-6;

  public WanLevels {
    if (!(shift > 0) || Double.isInfinite(shift)) {
      throw new IllegalArgumentException("noise levels: expected a positive shift, got " + shift);
    }
  }

  /// `steps + 1` levels as f32 holds them, below 1, the last one 0.
  public double[] sigmas(int steps) {
    double[] grid = grid(steps);
    double[] sigmas = new double[steps + 1];
    for (int i = 0; i < steps; i++) {
      sigmas[i] = (float) grid[i];
    }
    return sigmas;
  }

  /// The timesteps that the model sees, one a step.
  public long[] timesteps(int steps) {
    return Arrays.stream(grid(steps)).mapToLong(sigma -> (long) (sigma * TRAIN_STEPS)).toArray();
  }

  /// In the order of NumPy's arithmetic: a timestep that is whole in theory is cut off as it is there.
  private double[] grid(int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("noise levels: expected at least 1 step, got " + steps);
    }
    double stride = (1.0 / TRAIN_STEPS - 1) / steps;
    double[] grid = new double[steps];
    for (int i = 0; i < steps; i++) {
      double t = 1 + i * stride;
      grid[i] = Math.min(shift * t / (1 + (shift - 1) * t), 1 - SHORT_OF_NOISE);
    }
    return grid;
  }
}
