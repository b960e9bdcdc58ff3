package framepack.tensor.cpu;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.PatchesBackward;

/// gx[b, c, t, h, w] = sum of gy over the places of the patches that show x[b, c, t, h, w]
///
/// shapes  : gy [batch, tokens, c kt kh kw] any layout; gx [batch, c, t, h, w] dense
/// assumes : the patches of one batch item number fewer than 2^31 elements; gy is copied first unless dense
/// error   : sums at the edge in double
/// work    : 8 bytes an element, one by one -> about 1 ns an element
/// source  : the transposed map of [PatchesCpu]
final class PatchesBackwardCpu {
  private PatchesBackwardCpu() {}

  static void run(PatchesBackward op, Call call) {
    View gy = call.dense(0);
    View gx = call.out(0);
    Shape shape = op.shape();
    PatchOrder order = PatchOrder.of(shape, op.kt(), op.kh(), op.kw());
    int frames = (int) shape.extent(2);
    long channels = shape.extent(1);
    call.run(
        shape.extent(0) * channels * frames,
        shape.elements(),
        (unit, own) -> {
          long item = unit / frames / channels;
          long channel = unit / frames % channels;
          long source = item * order.item() + channel * order.volume();
          plane(gy, source, order, unit % frames, gx, unit * shape.extent(3) * shape.extent(4));
        });
  }

  private static void plane(View gy, long source, PatchOrder order, int t, View gx, long target) {
    int height = (int) gx.shape().extent(3);
    int width = (int) gx.shape().extent(4);
    int[] columns = order.columns();
    int lastFrame = end(t, gx.shape().extent(2), order.frames());
    for (int h = 0; h < height; h++) {
      int lastRow = end(h, height, order.rows());
      boolean single = lastFrame == t + 1 && lastRow == h + 1;
      long row = gy.byteOffset() + 4 * (source + order.frames()[t] + order.rows()[h]);
      for (int w = 0; w < width; w++) {
        int lastColumn = end(w, width, columns);
        double value =
            single && lastColumn == w + 1
                ? Floats.get(gy.segment(), row + 4L * columns[w])
                : edge(gy, source, order, t, lastFrame, h, lastRow, w, lastColumn);
        Floats.set(
            gx.segment(), gx.byteOffset() + 4 * (target + (long) h * width + w), (float) value);
      }
    }
  }

  /// Place after the last one that shows element `i` of an axis.
  private static int end(int i, long extent, int[] padded) {
    return i == extent - 1 ? padded.length : i + 1;
  }

  private static double edge(
      View gy,
      long source,
      PatchOrder order,
      int t,
      int lastFrame,
      int h,
      int lastRow,
      int w,
      int lastColumn) {
    double sum = 0;
    for (int i = t; i < lastFrame; i++) {
      for (int j = h; j < lastRow; j++) {
        for (int k = w; k < lastColumn; k++) {
          long at = source + order.frames()[i] + order.rows()[j] + order.columns()[k];
          sum += Floats.get(gy.segment(), gy.byteOffset() + 4 * at);
        }
      }
    }
    return sum;
  }
}
