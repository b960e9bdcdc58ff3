package framepack.tensor.cpu;

import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.AdamW;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Copy;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.GatedResidualBackward;
import framepack.tensor.op.GroupNorm;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.ModulatedLayerNorm;
import framepack.tensor.op.ModulatedLayerNormBackward;
import framepack.tensor.op.Op;
import framepack.tensor.op.PatchEmbed;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.Reduction;
import framepack.tensor.op.RmsNorm;
import framepack.tensor.op.RmsNormBackward;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Rope;
import framepack.tensor.op.Softmax;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;

/// A process that runs the operations of the laboratory's model, each until it is compiled, and prints what a call leaves on
/// the heap: `bytes limit operation`, a line each. A vector that is boxed leaves some hundred bytes, thousands of times a call.
///
/// With [#STORED] it begins with weights of every stored type, as a checkpoint does, in place of all activations: what was
/// loaded first is what C2 believes all loads to be.
final class SteadyState {
  /// A flag of the process.
  static final String STORED = "-Dstored=true";

  /// What describes a call: its operands, the walk over them, the units and their job.
  private static final long BOOKKEEPING = 2048;

  /// And a unit of attention, or the rows of one of its gradient.
  private static final long UNIT = 320;

  /// An operation that is not compiled after this, and after so many rounds of calls, never will be.
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  private static final int ROUNDS = 4;
  private static final int CALLS = 200;
  private static final long TOKENS = 72;
  private static final long WIDTH = 96;

  private record Case(long limit, Op op, Spec... in) {}

  private SteadyState() {}

  public static void main(String[] args) {
    try (Backend backend = new CpuBackend();
        Workspace home = Workspace.detached(backend)) {
      for (Case one : cases()) {
        List<Spec> operands = List.of(one.in());
        List<View> in = views(home, operands);
        List<View> out = views(home, one.op().outputs(operands));
        long bytes = settled(() -> backend.run(one.op(), in, out), one.limit());
        System.out.println(bytes + " " + one.limit() + " " + one.op() + " on " + operands);
      }
    }
  }

  private static List<View> views(Workspace home, List<Spec> specs) {
    return specs.stream().map(spec -> home.allocate(spec).view()).toList();
  }

  /// Bytes of a call once they are below the limit, or patience is through.
  private static long settled(Runnable call, long limit) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long bytes;
    int rounds = 0;
    do {
      long before = threads.getTotalThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      bytes = (threads.getTotalThreadAllocatedBytes() - before) / CALLS;
      rounds++;
    } while (bytes > limit && (rounds < ROUNDS || System.nanoTime() - start < PATIENCE_NANOS));
    return bytes;
  }

  private static List<Case> cases() {
    Stream<Case> first = Boolean.getBoolean("stored") ? stored() : activations();
    return Stream.concat(first, others().stream()).toList();
  }

  private static Stream<Case> activations() {
    Spec wide = Spec.f32(8 * TOKENS, 4 * WIDTH);
    return Stream.of(UnaryFunction.values())
        .flatMap(f -> Stream.of(of(new UnaryBackward(f), wide, wide), of(new Unary(f), wide)));
  }

  /// Few, some and many rows, which take different ways; few in one group of rows or in two.
  private static Stream<Case> stored() {
    return Stream.of(DType.BF16, DType.F16, DType.Q8_0, DType.Q4_0)
        .flatMap(type ->
            Stream.of(4, 8, 64, 600)
                .map(rows ->
                    of(
                        new Linear(false, Activation.NONE, false),
                        Spec.f32(rows, 512),
                        new Spec(type, Shape.of(600, 512)))));
  }

  private static List<Case> others() {
    Spec tokens = Spec.f32(8, TOKENS, WIDTH);
    Spec rows = Spec.f32(8 * TOKENS, WIDTH);
    Spec wide = Spec.f32(8 * TOKENS, 4 * WIDTH);
    Spec perItem = Spec.f32(8, WIDTH);
    Spec head = Spec.f32(8, TOKENS, 4, WIDTH / 4);
    Spec angles = Spec.f32(TOKENS, WIDTH / 4);
    Spec lse = Spec.f32(8, 4, TOKENS);
    Spec perHead = Spec.f32(WIDTH / 4);
    Spec volume = Spec.f32(1, 32, 4, 18, 34);
    Op linear = new Linear(false, Activation.NONE, false);
    Op attention = new Attention(1, false, false, false);
    Op attentionBackward = new AttentionBackward(1, false, false, false, false);
    return List.of(
        // the bias as floats on the heap
        new Case(
            BOOKKEEPING + Float.BYTES * 4 * WIDTH,
            new Linear(true, Activation.GELU_EXACT, false),
            rows,
            Spec.f32(4 * WIDTH, WIDTH),
            Spec.f32(4 * WIDTH)),
        of(linear, Spec.f32(8, WIDTH), Spec.f32(6 * WIDTH, WIDTH)),
        of(linear, Spec.f32(64, 512), Spec.f32(600, 512)),
        of(linear, Spec.f32(600, 512), Spec.f32(600, 512)),
        of(new MatMul(false, false), wide, Spec.f32(4 * WIDTH, WIDTH)),
        of(new MatMul(true, false), wide, rows),
        new Case(BOOKKEEPING + 32 * UNIT, attention, head, head, head),
        new Case(BOOKKEEPING + 4 * 32 * UNIT, attentionBackward, head, head, head, head, lse, head),
        // the tables of positions and taps
        new Case(8L * 4 * 18 * 34, new Conv3d(1, 1, 1, false), volume, Spec.f32(32, 32, 3, 3, 3)),
        of(
            new PatchEmbed(),
            Spec.f32(2, 16, 4, 16, 16),
            Spec.f32(WIDTH, 16, 1, 2, 2),
            Spec.f32(WIDTH)),
        of(new ModulatedLayerNorm(1e-6), tokens, perItem, perItem),
        of(new ModulatedLayerNormBackward(1e-6), tokens, perItem, tokens),
        of(new LayerNorm(1e-6, false), rows),
        of(new RmsNorm(1e-6), head, perHead),
        of(new RmsNormBackward(1e-6), head, perHead, head),
        of(new RmsNormRope(1e-6), head, perHead, angles, angles),
        of(new Rope(true), head, angles, angles),
        of(new GroupNorm(8, 1e-6), volume, Spec.f32(32), Spec.f32(32)),
        of(new Softmax(), wide),
        of(new GatedResidual(), tokens, tokens, perItem),
        of(new GatedResidualBackward(), tokens, perItem, tokens),
        of(new Unary(UnaryFunction.SILU), Spec.f32(8, WIDTH + 1)),
        of(new Binary(BinaryOperator.ADD), rows, rows),
        of(new Reduce(Reduction.SUM, List.of(0)), rows),
        of(new Copy(DType.F32), rows),
        of(new AdamW(1e-3, 0.9, 0.999, 1e-8, 0, 1, 1), rows, rows, rows, rows));
  }

  private static Case of(Op op, Spec... in) {
    return new Case(BOOKKEEPING, op, in);
  }
}
