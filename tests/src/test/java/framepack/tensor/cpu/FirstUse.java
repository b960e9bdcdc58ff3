package framepack.tensor.cpu;

import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.Op;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A process that has never multiplied: every walk of [Gemm], attention and its gradient, for the first time.
///
/// Prints the seconds until all kernels were warm and the processor seconds that they took, compilers included.
final class FirstUse {
  /// Rounds after which whatever was compiled for short calls only has been compiled again.
  private static final int ROUNDS = 20;

  private static final long PAUSE_MILLIS = 50;

  private FirstUse() {}

  public static void main(String[] args) throws InterruptedException {
    long start = System.nanoTime();
    Warm.Attention.up();
    Warm.Dots.up();
    Warm.up(Activation.GELU_TANH);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%.1f s, processors %.1f s%n", seconds, processorSeconds());
    try (Backend backend = new CpuBackend();
        Workspace home = Workspace.detached(backend)) {
      List<Runnable> calls = calls(backend, home);
      for (int round = 0; round < ROUNDS; round++) {
        calls.forEach(Runnable::run);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  private static double processorSeconds() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  private static List<Runnable> calls(Backend backend, Workspace home) {
    Op linear = new Linear(false, Activation.GELU_TANH, false);
    Spec weight = Spec.f32(1100, 1024);
    Spec head = Spec.f32(1, 300, 4, 64);
    Spec lse = Spec.f32(1, 4, 300);
    return List.of(
        call(backend, home, linear, Spec.f32(520, 1024), weight),
        call(backend, home, linear, Spec.f32(100, 1024), weight),
        call(backend, home, linear, Spec.f32(4, 1024), weight),
        call(backend, home, linear, Spec.f32(1, 1024), weight),
        call(backend, home, new MatMul(false, false), Spec.f32(300, 200), Spec.f32(200, 330)),
        call(backend, home, new MatMul(true, false), Spec.f32(300, 200), Spec.f32(300, 330)),
        call(
            backend,
            home,
            new Conv3d(1, 1, 1, false),
            Spec.f32(1, 32, 4, 34, 66),
            Spec.f32(32, 32, 3, 3, 3)),
        call(backend, home, new Attention(1, false, false, false), head, head, head),
        call(
            backend,
            home,
            new AttentionBackward(1, false, false, false, false),
            head,
            head,
            head,
            head,
            lse,
            head));
  }

  private static Runnable call(Backend backend, Workspace home, Op op, Spec... operands) {
    List<View> in = views(home, Stream.of(operands));
    List<View> out = views(home, op.outputs(List.of(operands)).stream());
    return () -> backend.run(op, in, out);
  }

  private static List<View> views(Workspace home, Stream<Spec> specs) {
    return specs.map(spec -> home.allocate(spec).view()).toList();
  }
}
