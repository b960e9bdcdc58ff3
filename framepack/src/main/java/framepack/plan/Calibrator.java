package framepack.plan;

import framepack.plan.Curve.Point;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.op.Activation;
import framepack.tensor.op.UnaryFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/// Measures a device in about ten seconds: matrix products, attention and passes over memory from the sizes of the nano
/// model up to those of the released ones, then a small model as a check of what they predict.
public final class Calibrator {
  private static final double WARM = 0.12; // seconds: kernels are compiled while they run
  private static final double TIMED = 0.12;
  private static final int FEWEST = 3;

  /// Results go to fresh memory until so much is used, as they do in a model: caches do not keep them warm.
  private static final long FRESH_BYTES = 1L << 26;

  private final Backend backend;

  public Calibrator(Backend backend) {
    this.backend = backend;
  }

  /// Measures everything.
  public Ceilings measure(Machine machine) {
    Rates rates = new Rates(matmul(), attention(), other(), memory());
    PredictionCheck check = new PredictionCheck(backend, rates);
    Ceilings.Check training = check.training(); // first: it compiles what sampling uses too
    return new Ceilings(machine, rates, check.sampling(), training);
  }

  private Curve matmul() {
    return curve(product(1024, 1536, 1536), product(512, 384, 384), product(64, 96, 96));
  }

  private Point product(long rows, long in, long out) {
    try (Workspace home = Workspace.open(backend)) {
      Tensor x = ones(rows, in);
      Tensor weight = ones(out, in);
      double seconds = seconds(home, () -> x.linear(weight, null, Activation.NONE));
      return new Point(2.0 * rows * in * out, seconds);
    }
  }

  private Curve attention() {
    return curve(attention(1536, 4, 128), attention(512, 4, 64), attention(128, 4, 24));
  }

  private Point attention(long tokens, long heads, long head) {
    try (Workspace home = Workspace.open(backend)) {
      Tensor q = ones(1, tokens, heads, head);
      Tensor k = ones(1, tokens, heads, head);
      Tensor v = ones(1, tokens, heads, head);
      double seconds = seconds(home, () -> q.attention(k, v, null));
      return new Point(4.0 * tokens * tokens * heads * head, seconds);
    }
  }

  private Curve other() {
    return curve(activation(1 << 20), activation(1 << 12));
  }

  private Point activation(long elements) {
    try (Workspace home = Workspace.open(backend)) {
      Tensor x = ones(elements);
      double seconds = seconds(home, () -> x.apply(UnaryFunction.SILU));
      return new Point((double) UnaryFunction.SILU.flops() * elements, seconds);
    }
  }

  private Curve memory() {
    return curve(sum(1 << 24), sum(1 << 16), sum(1 << 10));
  }

  private Point sum(long elements) {
    try (Workspace home = Workspace.open(backend)) {
      Tensor x = ones(elements);
      Tensor y = ones(elements);
      double seconds = seconds(home, () -> x.add(y));
      return new Point(3.0 * DType.F32.bytes() * elements, seconds);
    }
  }

  /// From calls that were timed the largest first, so that the small ones meet compiled kernels. A small call that took
  /// longer than a large one was disturbed.
  private static Curve curve(Point... largestFirst) {
    List<Point> points = new ArrayList<>();
    double most = Double.MAX_VALUE;
    for (Point call : largestFirst) {
      most = Math.min(most, call.seconds());
      points.addFirst(new Point(call.size(), most));
    }
    return new Curve(points);
  }

  private static Tensor ones(long... extents) {
    return Tensor.full(1, extents);
  }

  /// The median of several calls once it is warm.
  private static double seconds(Workspace home, Runnable call) {
    timed(home, call, WARM);
    double[] seconds = timed(home, call, TIMED);
    Arrays.sort(seconds);
    return seconds[seconds.length / 2];
  }

  private static double[] timed(Workspace home, Runnable call, double atLeast) {
    DoubleStream.Builder seconds = DoubleStream.builder();
    double sum = 0;
    try (Workspace results = Workspace.open(home.backend())) {
      for (int calls = 0; sum < atLeast || calls < FEWEST; calls++) {
        if (results.usedBytes() > FRESH_BYTES) {
          results.reset();
        }
        long began = System.nanoTime();
        call.run();
        double took = (System.nanoTime() - began) / 1e9;
        seconds.add(took);
        sum += took;
      }
    }
    return seconds.build().toArray();
  }
}
