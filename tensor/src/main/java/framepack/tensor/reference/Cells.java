package framepack.tensor.reference;

import framepack.tensor.core.Blocks;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The elements of a view as doubles in row-major order, whatever its type and strides. Rounding to the type of the result
/// happens once, in [#store].
final class Cells {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private Cells() {}

  /// Called for every element: its row-major index and its place in the storage, counted in elements.
  interface Visitor {
    void visit(int index, long place);
  }

  /// Visits the elements of `layout` in row-major order.
  static void each(Layout layout, Visitor visitor) {
    count(layout.shape());
    each(layout, 0, 0, layout.offset(), visitor);
  }

  private static int each(Layout layout, int axis, int index, long place, Visitor visitor) {
    if (axis == layout.shape().rank()) {
      visitor.visit(index, place);
      return index + 1;
    }
    int next = index;
    for (long i = 0; i < layout.shape().extent(axis); i++) {
      next = each(layout, axis + 1, next, place + i * layout.stride(axis), visitor);
    }
    return next;
  }

  /// The number of elements, which must fit a Java array here.
  static int count(Shape shape) {
    long elements = shape.elements();
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "reference: " + shape + " has more elements than a Java array; use another backend");
    }
    return (int) elements;
  }

  /// An extent as an int.
  static int extent(View view, int axis) {
    return Math.toIntExact(view.shape().extent(axis));
  }

  static double[] load(View view) {
    double[] cells = new double[count(view.shape())];
    MemorySegment bytes = view.segment();
    each(view.layout(), (i, place) -> cells[i] = read(bytes, view.dtype(), place));
    return cells;
  }

  /// The elements of `view` repeated to `shape`.
  static double[] load(View view, Shape shape) {
    return load(view.with(view.layout().expand(shape)));
  }

  static void store(double[] cells, View view) {
    MemorySegment bytes = view.segment();
    if (view.dtype().isBlocks()) {
      storeBlocks(cells, view);
      return;
    }
    each(view.layout(), (i, place) -> write(bytes, view.dtype(), place, cells[i]));
  }

  private static void storeBlocks(double[] cells, View view) {
    float[] values = new float[cells.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) cells[i];
    }
    Blocks.write(view.dtype(), values, 0, values.length, view.segment(), view.layout().offset());
  }

  private static double read(MemorySegment bytes, DType dtype, long place) {
    return switch (dtype) {
      case F32 -> bytes.get(F32, place * 4);
      case F64 -> bytes.get(F64, place * 8);
      case BF16 -> Float.intBitsToFloat(bytes.get(SHORT, place * 2) << 16);
      case F16 -> Float.float16ToFloat(bytes.get(SHORT, place * 2));
      case I64 -> bytes.get(LONG, place * 8);
      case I32 -> bytes.get(INT, place * 4);
      case I16 -> bytes.get(SHORT, place * 2);
      case I8 -> bytes.get(ValueLayout.JAVA_BYTE, place);
      case U8 -> Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, place));
      case BOOL -> bytes.get(ValueLayout.JAVA_BYTE, place) != 0 ? 1 : 0;
      case Q8_0, Q4_0 -> Blocks.read(dtype, bytes, place);
    };
  }

  private static void write(MemorySegment bytes, DType dtype, long place, double value) {
    switch (dtype) {
      case F32 -> bytes.set(F32, place * 4, (float) value);
      case F64 -> bytes.set(F64, place * 8, value);
      case BF16 -> bytes.set(SHORT, place * 2, toBf16((float) value));
      case F16 -> bytes.set(SHORT, place * 2, Float.floatToFloat16((float) value));
      case I64 -> bytes.set(LONG, place * 8, (long) value);
      case I32 -> bytes.set(INT, place * 4, (int) value);
      case I16 -> bytes.set(SHORT, place * 2, (short) Math.clamp((int) value, -32768, 32767));
      case I8 -> bytes.set(ValueLayout.JAVA_BYTE, place, (byte) Math.clamp((int) value, -128, 127));
      case U8 -> bytes.set(ValueLayout.JAVA_BYTE, place, (byte) Math.clamp((int) value, 0, 255));
      case BOOL -> bytes.set(ValueLayout.JAVA_BYTE, place, (byte) (value != 0 ? 1 : 0));
      case Q8_0, Q4_0 -> throw new IllegalArgumentException(dtype + " is written in blocks");
    }
  }

  /// Nearest bf16, ties to even; every NaN becomes a quiet one.
  private static short toBf16(float value) {
    if (Float.isNaN(value)) {
      return 0x7fc0;
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
