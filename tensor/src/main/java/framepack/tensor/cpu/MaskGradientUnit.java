package framepack.tensor.cpu;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import java.lang.foreign.ValueLayout;

/// Gradient of attention's float mask: `p (gout·v - gout·out)` of every score, summed where the mask was broadcast.
///
/// A row of the mask is one unit: it visits the scores that the row was added to in ascending order, so the sums do not
/// depend on who runs it. Plain loops: masks are small, and training them is rare.
/// error   : sums in double; within AttentionBackward's budget
/// source  : arXiv:2307.08691 algorithm 2, dS
final class MaskGradientUnit {
  private final AttentionBackwardCpu call;
  private final View gradient;
  private final Shape shape;

  MaskGradientUnit(AttentionBackwardCpu call, View gradient) {
    this.call = call;
    this.gradient = gradient;
    this.shape = gradient.shape();
  }

  /// Rows of the mask.
  int rows() {
    return Math.toIntExact(shape.outer(3));
  }

  /// Computes row `row` of the gradient, dense [batch, heads, queries, keys] with extents of 1 where broadcast.
  void run(int row) {
    int mq = row % (int) shape.extent(2);
    int mh = row / (int) shape.extent(2) % (int) shape.extent(1);
    int mb = row / (int) (shape.extent(2) * shape.extent(1));
    double[] sums = new double[Math.toIntExact(shape.extent(3))];
    HeadExtents e = call.extents;
    for (int b = from(0, mb); b < to(0, mb, e.batch()); b++) {
      for (int h = from(1, mh); h < to(1, mh, e.heads()); h++) {
        for (int i = from(2, mq); i < to(2, mq, e.queries()); i++) {
          add(sums, b, h, i);
        }
      }
    }
    long at = 4 * (gradient.layout().offset() + (long) row * sums.length);
    for (int j = 0; j < sums.length; j++) {
      gradient.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, at + 4L * j, (float) sums[j]);
    }
  }

  /// A broadcast axis visits everything, another only its own index.
  private int from(int axis, int index) {
    return shape.extent(axis) == 1 ? 0 : index;
  }

  private int to(int axis, int index, int extent) {
    return shape.extent(axis) == 1 ? extent : index + 1;
  }

  private void add(double[] sums, int b, int h, int query) {
    HeadExtents e = call.extents;
    int g = e.keyHead(h);
    double lse = at(call.lse, b, h, query);
    double delta = dot(call.gout, b, query, h, call.out, query, h);
    for (int j = 0; j < call.mask.keys(b, query + 1); j++) {
      double score =
          call.scale * dot(call.q, b, query, h, call.k, j, g) + call.mask.natural(b, h, query, j);
      double slope = Math.exp(score - lse) * (dot(call.gout, b, query, h, call.v, j, g) - delta);
      if (score
          != Double.NEGATIVE_INFINITY) { // a hidden score has no slope, even where lse is -inf
        sums[sums.length == 1 ? 0 : j] += slope;
      }
    }
  }

  private static double at(View lse, int b, int h, int query) {
    long element =
        lse.layout().offset()
            + b * lse.layout().stride(0)
            + h * lse.layout().stride(1)
            + query * lse.layout().stride(2);
    return Cells.read(lse.dtype(), lse.segment(), element);
  }

  private double dot(Heads x, int b, int xToken, int xHead, Heads y, int yToken, int yHead) {
    long xAt = x.offset() + b * x.batch() + xToken * x.token() + xHead * x.head();
    long yAt = y.offset() + b * y.batch() + yToken * y.token() + yHead * y.head();
    double sum = 0;
    for (int c = 0; c < call.extents.d(); c++) {
      sum +=
          (double) Cells.read(x.type(), x.data(), xAt + c * x.axis())
              * Cells.read(y.type(), y.data(), yAt + c * y.axis());
    }
    return sum;
  }
}
