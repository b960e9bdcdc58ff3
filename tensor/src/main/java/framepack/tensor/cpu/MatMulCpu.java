package framepack.tensor.cpu;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.MatMul;
import java.util.List;

/// [MatMul] as one product for every index of the leading axes.
///
/// Transposes are strides, which the packing takes as they come. A batch over one shared right
/// operand is one tall product; a batch of small products shares out its items instead of each one's
/// rows.
final class MatMulCpu {
  /// Work of one product from which on all threads work on it together.
  private static final double LARGE_FLOPS = 20e6;

  private final View a;
  private final View b;
  private final View out;
  private final int rowsA;
  private final int rowsB;
  private final int m;
  private final int n;
  private final int k;

  private MatMulCpu(MatMul op, View a, View b, View out) {
    this.a = a;
    this.b = b;
    this.out = out;
    this.rowsA = op.transposeA() ? 1 : 0;
    this.rowsB = op.transposeB() ? 1 : 0;
    this.m = Math.toIntExact(a.shape().extent(rowsA - 2));
    this.k = Math.toIntExact(a.shape().extent(-1 - rowsA));
    this.n = Math.toIntExact(b.shape().extent(-1 - rowsB));
  }

  static void run(Threads threads, MatMul op, List<View> in, List<View> out) {
    Operands.require(op, in, 2, 1);
    new MatMulCpu(op, in.get(0), in.get(1), out.get(0)).run(threads);
  }

  private void run(Threads threads) {
    Layout tall = rowsA == 0 && b.shape().rank() == 2 ? tall() : null;
    if (tall != null) {
      product(tall, b.layout(), 0, Math.toIntExact(tall.shape().extent(-2))).run(threads);
      return;
    }
    int batch = Math.toIntExact(out.shape().outer(-2));
    if (batch == 1 || 2.0 * m * n * k >= LARGE_FLOPS) {
      for (int i = 0; i < batch; i++) {
        item(i).run(threads);
      }
    } else {
      threads.parallel(batch, i -> item(i).run(threads));
    }
  }

  private Layout tall() {
    return a.layout().reshape(Shape.of(a.shape().outer(-1), k));
  }

  private Gemm item(long index) {
    Layout left = a.shape().rank() == 2 ? a.layout() : Operands.matrix(a.layout(), index);
    Layout right = b.shape().rank() == 2 ? b.layout() : Operands.matrix(b.layout(), index);
    return product(left, right, index * m, m);
  }

  private Gemm product(Layout left, Layout right, long firstRow, int rows) {
    long offset = out.layout().offset() + firstRow * n;
    Epilogue epilogue = Epilogue.store(new Epilogue.Matrix(out.segment(), offset, n));
    return new Gemm(
        rows,
        n,
        k,
        Panels.of(a, left, rowsA, 1 - rowsA),
        Panels.of(b, right, 1 - rowsB, rowsB),
        epilogue);
  }
}
