package framepack.plan;

import framepack.plan.Curve.Point;
import framepack.plan.SmallModel.Timed;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.op.Activation;
import framepack.tensor.op.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Measures a device: a small model first, whose calls are of all kinds, then matrix products, attention and passes over
/// memory from the sizes of the nano model up to those of the released ones. The model is the check of what they predict.
public final class Calibrator {
  /// How many things are measured.
  public static final int PARTS = 6;

  /// Hears of each thing when it is about to be measured.
  @FunctionalInterface
  public interface Listener {
    /// @param done how many are measured
    void begins(int done, String next);
  }

  /// Results go to fresh memory until so much is used, as they do in a model: caches do not keep them warm.
  private static final long FRESH_BYTES = 1L << 26;

  private final Backend backend;
  private final Settled settled;
  private final Listener listener;
  private int begun;

  public Calibrator(Backend backend, Listener listener) {
    this(backend, listener, System::nanoTime);
  }

  Calibrator(Backend backend, Listener listener, LongSupplier nanos) {
    this.backend = backend;
    this.settled = new Settled(nanos);
    this.listener = listener;
  }

  /// Measures everything.
  public Ceilings measure(Machine machine) {
    begun = 0;
    SmallModel model = new SmallModel(backend, settled);
    Timed training = part("a training step", model::training);
    Timed sampling = part("a forward pass", model::sampling);
    Rates rates =
        new Rates(
            part("matrix products", this::matmul),
            part("attention", this::attention),
            part("element-wise functions", this::other),
            part("memory", this::memory));
    return new Ceilings(machine, rates, sampling.against(rates), training.against(rates));
  }

  private <T> T part(String name, Supplier<T> measured) {
    listener.begins(begun++, name);
    return measured.get();
  }

  private Curve matmul() {
    return curve(product(1024, 1536, 1536), product(512, 384, 384), product(64, 96, 96));
  }

  private Point product(long rows, long in, long out) {
    try (Workspace _ = Workspace.open(backend)) {
      Tensor x = ones(rows, in);
      Tensor weight = ones(out, in);
      double seconds = seconds(() -> x.linear(weight, null, Activation.NONE));
      return new Point(2.0 * rows * in * out, seconds);
    }
  }

  private Curve attention() {
    return curve(attention(1536, 4, 128), attention(512, 4, 64), attention(128, 4, 24));
  }

  private Point attention(long tokens, long heads, long head) {
    try (Workspace _ = Workspace.open(backend)) {
      Tensor q = ones(1, tokens, heads, head);
      Tensor k = ones(1, tokens, heads, head);
      Tensor v = ones(1, tokens, heads, head);
      double seconds = seconds(() -> q.attention(k, v, null));
      return new Point(4.0 * tokens * tokens * heads * head, seconds);
    }
  }

  private Curve other() {
    return curve(activation(1 << 20), activation(1 << 12));
  }

  private Point activation(long elements) {
    try (Workspace _ = Workspace.open(backend)) {
      Tensor x = ones(elements);
      double seconds = seconds(() -> x.apply(UnaryFunction.SILU));
      return new Point((double) UnaryFunction.SILU.flops() * elements, seconds);
    }
  }

  private Curve memory() {
    return curve(sum(1 << 24), sum(1 << 16), sum(1 << 10));
  }

  private Point sum(long elements) {
    try (Workspace _ = Workspace.open(backend)) {
      Tensor x = ones(elements);
      Tensor y = ones(elements);
      double seconds = seconds(() -> x.add(y));
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

  private double seconds(Runnable call) {
    try (Workspace results = Workspace.open(backend)) {
      return settled.seconds(() -> {
        if (results.usedBytes() > FRESH_BYTES) {
          results.reset();
        }
        call.run();
        backend.finish();
      });
    }
  }
}
