package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.RmsNormRope;
import java.util.List;

/// Defines [RmsNormRope].
final class RmsNormRopeReference {
  private RmsNormRopeReference() {}

  static void run(RmsNormRope op, List<View> in, List<View> out) {
    double[] x = RmsNormReference.normalise(in.get(0), in.get(1), op.eps());
    RopeReference.rotate(x, in.get(0).shape(), in.get(2), in.get(3), false);
    Cells.store(x, out.get(0));
  }
}
