package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Concat;
import java.util.List;

/// Defines [Concat].
final class ConcatReference {
  private ConcatReference() {}

  static void run(Concat op, List<View> in, List<View> out) {
    long from = 0;
    for (View part : in) {
      long to = from + part.shape().extent(op.axis());
      View place = out.get(0).with(out.get(0).layout().slice(op.axis(), from, to));
      CopyReference.copy(part, place);
      from = to;
    }
  }
}
