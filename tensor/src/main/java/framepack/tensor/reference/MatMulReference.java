package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.MatMul;
import java.util.List;
import java.util.stream.IntStream;

/// Defines [MatMul].
final class MatMulReference {
  private MatMulReference() {}

  static void run(MatMul op, List<View> in, List<View> out) {
    double[] a = matrices(in.get(0), op.transposeA()); // [..., m, k]
    double[] b = matrices(in.get(1), !op.transposeB()); // [..., n, k]
    int m = Cells.extent(out.get(0), -2);
    int n = Cells.extent(out.get(0), -1);
    int k = Cells.extent(in.get(0), op.transposeA() ? -2 : -1);
    boolean sharedA = in.get(0).shape().rank() == 2;
    boolean sharedB = in.get(1).shape().rank() == 2;
    double[] c = new double[Cells.count(out.get(0).shape())];
    for (int i = 0; i < c.length; i++) {
      int batch = i / (m * n);
      int row = ((sharedA ? 0 : batch) * m + i / n % m) * k;
      int column = ((sharedB ? 0 : batch) * n + i % n) * k;
      double sum = 0;
      for (int p = 0; p < k; p++) {
        sum += a[row + p] * b[column + p];
      }
      c[i] = sum;
    }
    Cells.store(c, out.get(0));
  }

  private static double[] matrices(View view, boolean transposed) {
    int rank = view.shape().rank();
    int[] order = IntStream.range(0, rank).toArray();
    if (transposed) {
      order[rank - 2] = rank - 1;
      order[rank - 1] = rank - 2;
    }
    return Cells.load(view.with(view.layout().permute(order)));
  }
}
