package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.ResizeBilinear;
import java.util.List;

/// Defines [ResizeBilinear].
final class ResizeBilinearReference {
  private ResizeBilinearReference() {}

  static void run(ResizeBilinear op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    int h = Cells.extent(in.get(0), -2);
    int w = Cells.extent(in.get(0), -1);
    int height = Cells.extent(out.get(0), -2);
    int width = Cells.extent(out.get(0), -1);
    double[] y = new double[Cells.count(out.get(0).shape())];
    for (int i = 0; i < y.length; i++) {
      double row = centre(i / width % height, h, height);
      double column = centre(i % width, w, width);
      int plane = i / (width * height) * h;
      int top = (plane + (int) row) * w;
      int bottom = (plane + Math.min((int) row + 1, h - 1)) * w;
      int left = (int) column;
      int right = Math.min(left + 1, w - 1);
      double upper = mix(x[top + left], x[top + right], column - left);
      double lower = mix(x[bottom + left], x[bottom + right], column - left);
      y[i] = mix(upper, lower, row - (int) row);
    }
    Cells.store(y, out.get(0));
  }

  /// Where the centre of pixel `i` of `to` lies among `from` pixels.
  private static double centre(int i, int from, int to) {
    return Math.clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
  }

  private static double mix(double a, double b, double share) {
    return a + share * (b - a);
  }
}
