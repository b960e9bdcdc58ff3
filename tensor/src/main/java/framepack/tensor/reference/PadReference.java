package framepack.tensor.reference;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Pad;
import framepack.tensor.op.Padding;
import java.util.List;

/// Defines [Pad].
final class PadReference {
  private PadReference() {}

  static void run(Pad op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    int[] sources = sources(in.get(0).shape(), op.before(), out.get(0).shape(), op.mode());
    double[] y = new double[sources.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = sources[i] < 0 ? 0 : x[sources[i]];
    }
    Cells.store(y, out.get(0));
  }

  /// For every element of `padded` its element of `x`, or -1 for a zero.
  static int[] sources(Shape x, List<Long> before, Shape padded, Padding mode) {
    int[] sources = new int[Cells.count(padded)];
    for (int i = 0; i < sources.length; i++) {
      long rest = i;
      long step = 1;
      long source = 0;
      for (int axis = x.rank() - 1; axis >= 0; axis--) {
        long at = rest % padded.extent(axis) - before.get(axis);
        rest /= padded.extent(axis);
        boolean outside = at < 0 || at >= x.extent(axis);
        if (outside && mode == Padding.ZERO) {
          source = -1;
          break;
        }
        source += Math.clamp(at, 0, x.extent(axis) - 1) * step;
        step *= x.extent(axis);
      }
      sources[i] = (int) source;
    }
    return sources;
  }
}
