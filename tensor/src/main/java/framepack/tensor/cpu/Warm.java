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
/// until they are as quick as compiled code is, once per process.
///
/// C2 takes the only kind of memory that it has met for the only one there is, and throws a kernel away
/// when another kind appears: so all of them appear first.
final class Warm {
  private static final int W = Lanes.WIDTH;
  private static final int DEPTH = Math.max(4, W);
  private static final int ROWS = 16;

  /// Depth of dot products: whole blocks of every type.
  private static final int DOTS = 64;

  private static final int BATCH = 50;
  private static final long COMPILED_NANOS = 1_000;

  /// Calls after which a method without loops is due: 200 to be watched and 5000 more.
  private static final int COMPILED_CALLS = 6_000;

  private static final long PAUSE_NANOS = 2_000_000L;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final Set<Activation> ACTIVATIONS = ConcurrentHashMap.newKeySet();
  private static final Set<DType> TYPES = ConcurrentHashMap.newKeySet();

  static {
    MemorySegment.ofArray(new byte[1]);
    MemorySegment.ofArray(new float[1]);
  }

  private Warm() {}

  /// Whatever products end in.
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
      MemorySegment rows = own.panels(Scratch.RIGHT, (long) DOTS * MicroDots.ROWS);
      float[] row = own.floats(Scratch.PANEL, DOTS);
      repeat(() -> Cells.read(type, rows, 0, row, 0, DOTS));
      if (type != DType.F16) {
        warmDots(type, rows, own);
      }
    }
  }

  private static void warmDots(DType type, MemorySegment rows, Scratch own) {
    float[] sums = own.floats(Scratch.STAGE, MicroDots.ROWS * MicroDots.MOST * Lanes.WIDTH);
    repeat(() -> MicroDots.add(type, 1, DOTS, rows, 0, DOTS, rows, 0, sums, 0));
    repeat(() -> MicroDots.add(type, MicroDots.most(type), DOTS, rows, 0, DOTS, rows, 0, sums, 0));
  }

  /// Products of packed operands.
  static final class Products {
    static {
      try (Arena arena = Arena.ofShared()) {
        warm(arena.allocate(4L * DEPTH * 2 * Micro.COLUMNS, 64));
      }
    }

    private Products() {}

    /// Returns once the kernels are warm; the work is done by the first call.
    static void up() {}

    private static void warm(MemorySegment cells) {
      Scratch own = new Scratch();
      float[] left = new float[ROWS * Micro.ROW_STRIDE];
      MemorySegment right = own.panels(Scratch.RIGHT, (long) DEPTH * Micro.COLUMNS);
      float[] tile = new float[Micro.TILE];
      Panels rows = new Panels(cells, DType.F32, 0, DEPTH, 1);
      Epilogue epilogue = Epilogue.store(new Epilogue.Matrix(cells, 0, Micro.COLUMNS));
      repeat(() -> Micro.multiply(4, left, 0, right, 0, Micro.COLUMNS, Micro.ZEROS, 0, 0, tile, 0));
      repeat(() ->
          Micro.multiplyRows(4, left, 0, right, 0, Micro.COLUMNS, Micro.ZEROS, 0, 0, tile, 0));
      repeat(() -> rows.copyRows(0, ROWS, 0, W, left, 0, ROWS));
      repeat(() -> Cells.read(DType.F32, cells, 0, left, 0, DEPTH));
      repeat(() -> Panels.turnRun(left, ROWS, left, 0, Micro.ROWS, tile));
      repeat(() -> rows.packRight(0, Micro.COLUMNS, 0, DEPTH, right, 0, own));
      repeat(() -> epilogue.write(tile, 0, 0, 0, 4, Micro.COLUMNS));
    }
  }

  /// Operands whose panels lie side by side in memory, on top of the others.
  static final class Columns {
    static {
      Products.up();
      try (Arena arena = Arena.ofShared()) {
        warm(arena.allocate(4L * 4 * Micro.COLUMNS, 64));
      }
    }

    private Columns() {}

    /// See [Products#up].
    static void up() {}

    private static void warm(MemorySegment cells) {
      Scratch own = new Scratch();
      float[] left = new float[ROWS * Micro.ROWS];
      MemorySegment right = own.panels(Scratch.RIGHT, 2L * Micro.COLUMNS);
      Panels columns = new Panels(cells, DType.F32, 0, 1, Micro.COLUMNS);
      repeat(() -> columns.packRight(0, Micro.COLUMNS, 0, 2, right, 0, own));
      repeat(() -> {
        columns.pack(0, Micro.ROWS, 0, 4, left, 0, Micro.ROWS, own);
        columns.pack(0, Micro.ROWS - 1, 0, 4, left, 0, Micro.ROWS, own);
      });
    }
  }

  /// Products of a handful of rows, which need nothing of the others.
  static final class Dots {
    static {
      Scratch own = new Scratch();
      warmDots(DType.F32, own.panels(Scratch.RIGHT, (long) DOTS * MicroDots.ROWS), own);
    }

    private Dots() {}

    /// See [Products#up].
    static void up() {}
  }

  /// The softmax of attention and its gradient, on top of the products.
  static final class Attention {
    static {
      Columns.up();
      float[] block = new float[ROWS * Micro.COLUMNS];
      float[] column = new float[Micro.COLUMNS];
      float[] other = new float[Micro.COLUMNS];
      float[] sums = new float[Micro.COLUMNS];
      MemorySegment right = new Scratch().panels(Scratch.RIGHT, block.length);
      repeat(() -> OnlineSoftmax.raise(block, 4, Micro.COLUMNS, column, 0, sums, other));
      repeat(() -> OnlineSoftmax.weigh(block, 4, Micro.COLUMNS, column, other, right, sums, 0));
      repeat(() -> OnlineSoftmax.scale(block, 0, ROWS, other, 0));
      repeat(() -> Heads.scale(right, 0, ROWS, 1));
      float[] rows = new float[ROWS * Micro.ROW_STRIDE];
      repeat(() ->
          ScoreGradient.perLane(
              block, block, ROWS, W, column, other, 0, right, sums, rows, rows, 0, right));
      repeat(() -> ScoreGradient.delta(right, right, 0, ROWS, column, 0));
      repeat(() -> Cells.writeRows(block, 0, W, W, ROWS, right, 0, 4L * W));
    }

    private Attention() {}

    /// See [Products#up].
    static void up() {}
  }

  /// Products whose right operand is read where it lies, on top of the others.
  static final class Runs {
    static {
      Products.up();
      float[] left = new float[ROWS * Micro.ROWS];
      float[] tile = new float[Micro.TILE];
      long[] runs = new long[ROWS];
      MemorySegment right = new Scratch().panels(Scratch.RIGHT, Micro.COLUMNS);
      repeat(() -> Micro.multiplyRuns(4, left, 0, right, 0, runs, 0, Micro.ZEROS, 0, 0, tile, 0));
    }

    private Runs() {}

    /// See [Products#up].
    static void up() {}
  }

  /// Once there were calls enough to have the kernel compiled, what is missing is processor time for
  /// the compiler. A kernel takes some dozen vectors, so that it is slow as long as it is not compiled.
  private static void repeat(Runnable kernel) {
    long start = System.nanoTime();
    long took = Long.MAX_VALUE;
    for (int calls = BATCH; calls <= COMPILED_CALLS || took > COMPILED_NANOS; calls += BATCH) {
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
