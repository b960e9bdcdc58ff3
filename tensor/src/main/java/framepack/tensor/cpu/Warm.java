package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.op.Activation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Compiles the kernels of [Gemm] and of attention by invocation count before the first large call.
///
/// Left alone, their long loops are replaced on the stack first, and such a body boxes every vector:
/// a product that begins in it runs at a hundredth of the speed for seconds. So: many short calls,
/// until they are as quick as compiled code is, once per process (0.3 s on an idle machine).
final class Warm {
  private static final int DEPTH = Math.max(4, Lanes.WIDTH);
  private static final int BATCH = 50;
  private static final long COMPILED_NANOS = 1_000;
  private static final int COMPILED_CALLS = 6_000;
  private static final long PAUSE_NANOS = 2_000_000L;
  private static final long PATIENCE_NANOS = 2_000_000_000L;

  private static final Set<Activation> ACTIVATIONS = ConcurrentHashMap.newKeySet();
  private static final Set<DType> TYPES = ConcurrentHashMap.newKeySet();

  static {
    try (Arena arena = Arena.ofConfined()) {
      warm(arena.allocate(4L * DEPTH * 2 * Micro.COLUMNS, 64));
    }
  }

  private Warm() {}

  /// Returns once the kernels are warm; the work is done by the first call.
  static void up() {}

  /// The same for products that end in an activation.
  static void up(Activation activation) {
    if (activation != Activation.NONE && ACTIVATIONS.add(activation)) {
      float[] tile = new float[Micro.COLUMNS];
      repeat(() -> Epilogue.activate(activation, tile, 0, tile.length));
    }
  }

  /// The same for a right operand of this type.
  static void up(DType type) {
    if (type != DType.F32 && TYPES.add(type)) {
      Scratch own = new Scratch();
      MemorySegment rows = own.panels(Scratch.RIGHT, 32L * MicroDots.ROWS);
      float[] row = own.floats(Scratch.PANEL, 32);
      repeat(() -> Cells.read(type, rows, 0, row, 0, 32));
      if (type != DType.F16) {
        warmDots(type, 32, rows, own);
      }
    }
  }

  private static void warmDots(DType type, int depth, MemorySegment rows, Scratch own) {
    float[] sums = own.floats(Scratch.STAGE, MicroDots.ROWS * MicroDots.MOST * Lanes.WIDTH);
    repeat(() -> MicroDots.add(type, 1, depth, rows, 0, depth, rows, 0, sums, 0));
    repeat(() -> MicroDots.add(type, MicroDots.MOST, depth, rows, 0, depth, rows, 0, sums, 0));
  }

  private static void warm(MemorySegment cells) {
    Scratch own = new Scratch();
    float[] left = new float[Micro.ROWS * Micro.ROW_STRIDE];
    MemorySegment right = own.panels(Scratch.RIGHT, (long) DEPTH * Micro.COLUMNS);
    float[] tile = new float[Micro.TILE];
    Panels panels = new Panels(cells, DType.F32, 0, DEPTH, 1);
    Epilogue epilogue = Epilogue.store(new Epilogue.Matrix(cells, 0, Micro.COLUMNS));
    repeat(() -> Micro.multiply(4, left, 0, right, 0, Micro.COLUMNS, Micro.ZEROS, 0, 0, tile, 0));
    repeat(
        () -> Micro.multiplyRows(4, left, 0, right, 0, Micro.COLUMNS, Micro.ZEROS, 0, 0, tile, 0));
    repeat(() -> panels.pack(0, Micro.ROWS, 0, DEPTH, left, 0, Micro.ROWS, own));
    Panels turned = new Panels(cells, DType.F32, 0, 1, DEPTH);
    repeat(() -> turned.pack(0, Micro.ROWS, 0, 1, left, 0, Micro.ROWS, own));
    repeat(() -> turned.packRight(0, Micro.COLUMNS, 0, 2, right, 0, own));
    warmDots(DType.F32, Lanes.WIDTH, own.panels(Scratch.RIGHT + 1, 32L * MicroDots.ROWS), own);
    repeat(() -> epilogue.write(tile, 0, 0, 0, 1, Micro.COLUMNS));
  }

  /// The softmax of attention and its gradient, on top of the products.
  static final class Attention {
    static {
      Warm.up();
      float[] block = new float[4 * Micro.COLUMNS];
      float[] column = new float[Micro.COLUMNS];
      float[] other = new float[Micro.COLUMNS];
      float[] sums = new float[Micro.COLUMNS];
      MemorySegment right = new Scratch().panels(Scratch.RIGHT, block.length);
      repeat(() -> OnlineSoftmax.raise(block, 4, Micro.COLUMNS, column, 0, sums, other));
      repeat(() -> OnlineSoftmax.weigh(block, 4, Micro.COLUMNS, column, other, right, sums, 0));
      repeat(() -> OnlineSoftmax.scale(block, 0, 1, other, 0));
      repeat(() -> Heads.scale(right, 0, 1, 1));
    }

    private Attention() {}

    /// See [Warm#up].
    static void up() {}
  }

  /// Once there were calls enough to have the kernel compiled, what is missing is processor time for
  /// the compiler.
  private static void repeat(Runnable kernel) {
    long start = System.nanoTime();
    long took = Long.MAX_VALUE;
    for (int calls = BATCH; took > COMPILED_NANOS; calls += BATCH) {
      long now = System.nanoTime();
      if (now - start > PATIENCE_NANOS) {
        return;
      }
      for (int i = 0; i < BATCH; i++) {
        kernel.run();
      }
      took = (System.nanoTime() - now) / BATCH;
      if (calls > COMPILED_CALLS) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
