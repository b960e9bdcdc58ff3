package framepack.guidance;

import framepack.model.BlockCache;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.op.UnaryFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Skips the blocks of a step while what they would see has hardly changed, and adds the residual of the last computed
/// step instead (arXiv:2411.19108; `initialize_teacache` of hunyuan_video_packed.py). Not lossless.
///
/// The change is `d = mean|m - m'| / mean|m'|` of the first block's modulated input over all packed tokens; a fitted
/// polynomial of it adds up until it reaches the threshold. The first and the last step always compute. One cache serves
/// one stream of calls, `steps` of them after another for each section: with guidance, give each branch its own.
public final class TeaCache implements BlockCache, AutoCloseable {
  /// Highest power first, fitted for HunyuanVideo.
  private static final double[] POLYNOMIAL = {
    7.33226126e+02, -4.01131952e+02, 6.75869174e+01, -3.14987800e+00, 9.61237896e-02
  };

  private final int steps;
  private final double threshold;
  private Workspace home;
  private Tensor modulatedBefore;
  private Tensor residual;
  private int step;
  private double accumulated;
  private double change = Double.NaN;
  private boolean computed;

  /// @param steps model calls of one sampling
  /// @param threshold largest accumulated change that is skipped over; 0 never skips, 0.15 skips about every second step
  public TeaCache(int steps, double threshold) {
    if (steps < 1 || !(threshold >= 0)) {
      throw new IllegalArgumentException(
          "TeaCache: expected at least 1 step and a threshold of 0 or more, got %d and %s"
              .formatted(steps, threshold));
    }
    this.steps = steps;
    this.threshold = threshold;
  }

  /// The estimated change of the output for a relative change `d` of the input.
  public static double estimate(double d) {
    double sum = 0;
    for (double factor : POLYNOMIAL) {
      sum = sum * d + factor;
    }
    return sum;
  }

  @Override
  public Tensor apply(Supplier<Tensor> modulated, Tensor hidden, UnaryOperator<Tensor> blocks) {
    Tensor now = modulated.get();
    if (step == 0) {
      forget(hidden);
    }
    computed = decide(now);
    modulatedBefore = replaced(modulatedBefore, now);
    step = (step + 1) % steps;
    if (!computed) {
      return hidden.add(residual);
    }
    Tensor done = blocks.apply(hidden);
    residual = replaced(residual, done.sub(hidden));
    return done;
  }

  private boolean decide(Tensor now) {
    change = modulatedBefore == null ? Double.NaN : change(now, modulatedBefore);
    boolean must = step == 0 || step == steps - 1;
    accumulated += must ? 0 : estimate(change);
    boolean computes = must || accumulated >= threshold;
    if (computes) {
      accumulated = 0;
    }
    return computes;
  }

  private static double change(Tensor now, Tensor before) {
    double difference = now.sub(before).apply(UnaryFunction.ABS).mean().item();
    return difference / before.apply(UnaryFunction.ABS).mean().item();
  }

  /// Starts over on the same memory; a new section may have another size.
  private void forget(Tensor hidden) {
    if (home == null) {
      home = Workspace.detached(hidden.backend());
    }
    home.reset();
    modulatedBefore = null;
    residual = null;
  }

  private Tensor replaced(Tensor old, Tensor value) {
    if (old == null) {
      return value.keepIn(home);
    }
    old.copyFromInPlace(value);
    return old;
  }

  /// Whether the last call ran the blocks.
  public boolean computed() {
    return computed;
  }

  /// The relative change that the last call measured; not a number in the first one.
  public double change() {
    return change;
  }

  /// The estimated change since the blocks last ran.
  public double accumulated() {
    return accumulated;
  }

  @Override
  public void close() {
    if (home != null) {
      home.close();
    }
  }
}
