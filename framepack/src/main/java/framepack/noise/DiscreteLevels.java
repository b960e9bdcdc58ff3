package framepack.noise;

/// Noise levels as diffusers' `FlowMatchEulerDiscreteScheduler` sets them, habits included: without given levels, the grid
/// spans the training table *after* its shift, and is then shifted again.
///
/// @param trainSteps length of the training table, usually 1000
/// @param shift the fixed shift; unused if `dynamic`
/// @param dynamic whether the shift is given anew for every run, as `mu`
public record DiscreteLevels(int trainSteps, double shift, boolean dynamic) {
  public DiscreteLevels {
    if (trainSteps < 1 || !(shift > 0)) {
      throw new IllegalArgumentException(
          "noise levels: expected at least 1 training step and a positive shift, got %d and %s"
              .formatted(trainSteps, shift));
    }
  }

  /// `steps + 1` levels, the last one 0. `mu` counts only if `dynamic`.
  public double[] sigmas(int steps, double mu) {
    double first = dynamic ? 1 : fixed(1);
    double last = dynamic ? 1.0 / trainSteps : fixed(1.0 / trainSteps);
    double[] grid = new double[steps];
    for (int i = 0; i < steps; i++) {
      grid[i] = steps == 1 ? first : first + (last - first) * i / (steps - 1);
    }
    return shifted(grid, mu);
  }

  /// The given levels, shifted, and a final 0.
  public double[] shifted(double[] grid, double mu) {
    double[] sigmas = new double[grid.length + 1];
    TimeShift moving = new TimeShift(dynamic ? mu : 0);
    for (int i = 0; i < grid.length; i++) {
      sigmas[i] = dynamic ? moving.sigma(grid[i]) : fixed(grid[i]);
    }
    return sigmas;
  }

  private double fixed(double t) {
    return shift * t / (1 + (shift - 1) * t);
  }
}
