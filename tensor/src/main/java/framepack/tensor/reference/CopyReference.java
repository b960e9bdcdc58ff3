package framepack.tensor.reference;

import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.op.Copy;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Defines [Copy].
final class CopyReference {
  private CopyReference() {}

  static void run(Copy op, List<View> in, List<View> out) {
    copy(in.get(0), out.get(0));
  }

  static void copy(View from, View to) {
    if (from.dtype() == DType.I64 && to.dtype() == DType.I64) {
      copyLongs(from, to);
    } else if (from.dtype() == to.dtype() && from.dtype().isBlocks()) {
      copy(from.bytes(), to.bytes());
    } else {
      Cells.store(Cells.load(from), to);
    }
  }

  /// Beyond 2^53 a double would round.
  private static void copyLongs(View from, View to) {
    long[] values = new long[Cells.count(from.shape())];
    Cells.each(
        from.layout(),
        (i, place) ->
            values[i] = from.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, place * Long.BYTES));
    Cells.each(
        to.layout(),
        (i, place) ->
            to.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, place * Long.BYTES, values[i]));
  }
}
