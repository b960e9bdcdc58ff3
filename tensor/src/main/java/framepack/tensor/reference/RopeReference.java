package framepack.tensor.reference;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Rope;
import java.util.List;

/// Defines [Rope].
final class RopeReference {
  private RopeReference() {}

  static void run(Rope op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    rotate(x, in.get(0).shape(), in.get(1), in.get(2), op.transpose());
    Cells.store(x, out.get(0));
  }

  /// Rotates x [batch, tokens, heads, d] where it is.
  static void rotate(double[] x, Shape shape, View cosines, View sines, boolean transpose) {
    Shape table = Shape.of(shape.extent(0), shape.extent(1), shape.extent(3));
    double[] cos = Cells.load(cosines, table);
    double[] sin = Cells.load(sines, table);
    int d = (int) shape.extent(3);
    int heads = (int) shape.extent(2);
    for (int i = 0; i < x.length; i += 2) {
      int at = i / (heads * d) * d + i % d;
      double even = x[i];
      double odd = x[i + 1];
      if (transpose) {
        x[i] = even * cos[at] + odd * sin[at + 1];
        x[i + 1] = odd * cos[at + 1] - even * sin[at];
      } else {
        x[i] = even * cos[at] - odd * sin[at];
        x[i + 1] = odd * cos[at + 1] + even * sin[at + 1];
      }
    }
  }
}
