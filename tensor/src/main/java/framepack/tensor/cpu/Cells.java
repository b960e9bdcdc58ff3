package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;

/// How a stored number becomes a float: the conversion happens while an operand is read.
///
/// Mapped weight files start at any address, hence the unaligned layouts. Rows stored in blocks are read from the first
/// element of a block on, in whole blocks.
final class Cells {
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int W = Lanes.WIDTH;

  /// Rows that are copied side by side.
  private static final int FEW = 4;

  /// Rows from which on they are copied column by column.
  private static final int MANY = 16;

  private Cells() {}

  /// Whether elements of this type can be read as floats.
  static boolean readable(DType type) {
    return type == DType.F32 || type == DType.BF16 || type == DType.F16;
  }

  /// `to[at + i] = data[element + i]` for i below count; elements lie next to each other.
  static void read(DType type, MemorySegment data, long element, float[] to, int at, int count) {
    switch (type) {
      case F32 -> floats(data, 4 * element, to, at, count);
      case BF16 -> brains(data, 2 * element, to, at, count);
      case F16 -> halves(data, 2 * element, to, at, count);
      case Q8_0 -> BlockCells.eights(data, type.bytes(element), to, at, count);
      case Q4_0 -> BlockCells.fours(data, type.bytes(element), to, at, count);
      default -> throw unreadable(type);
    }
  }

  /// One element as a float.
  static float read(DType type, MemorySegment data, long element) {
    return switch (type) {
      case F32 -> data.get(FLOAT, element * 4);
      case BF16 -> Float.intBitsToFloat(data.get(SHORT, element * 2) << 16);
      case F16 -> Float.float16ToFloat(data.get(SHORT, element * 2));
      default -> throw unreadable(type);
    };
  }

  private static IllegalArgumentException unreadable(DType type) {
    return new IllegalArgumentException("cannot read " + type + " as f32; expected F32, BF16, F16");
  }

  private static void floats(MemorySegment data, long from, float[] to, int at, int count) {
    int i = 0;
    for (; i <= count - W; i += W) {
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + 4L * i, ORDER).intoArray(to, at + i);
    }
    if (i < count) {
      VectorMask<Float> rest = Lanes.FLOATS.indexInRange(i, count);
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + 4L * i, ORDER, rest)
          .intoArray(to, at + i, rest);
    }
  }

  /// `lanes` floats, at most WIDTH, from each of `rows` rows to rows `width` floats apart: `count` from memory and zeros
  /// behind them. `to` is overrun by up to one vector.
  static void floats(
      MemorySegment data,
      long from,
      long step,
      int count,
      int lanes,
      float[] to,
      int at,
      int width,
      int rows) {
    int whole = count < lanes ? 0 : wholeRows(data, from, step, rows);
    for (int r = 0; r < whole; r++) {
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + r * step, ORDER)
          .intoArray(to, at + r * width);
    }
    VectorMask<Float> valid = Lanes.FLOATS.indexInRange(0, count);
    for (int r = whole; r < rows; r++) {
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + r * step, ORDER, valid)
          .intoArray(to, at + r * width);
    }
  }

  /// Rows from which a whole vector can be read: masks cost several times the load.
  private static int wholeRows(MemorySegment data, long from, long step, int rows) {
    long room = data.byteSize() - 4L * W - from;
    return step <= 0 ? 0 : Math.clamp(Math.floorDiv(room, step) + 1, 0, rows);
  }

  /// `rows` rows of a right panel of [Micro] from byte `at` on: `count` floats from memory and zeros behind them.
  static void rightRows(
      MemorySegment data, long from, long step, int count, MemorySegment to, long at, int rows) {
    for (int c = 0; c < 2; c++) {
      int lanes = Math.clamp(count - c * W, 0, W);
      long start = from + 4L * c * W;
      long place = at + 4L * c * W;
      int whole = wholeRows(data, start, step, rows);
      if (lanes == W) {
        wholeColumn(data, start, step, to, place, rows);
      } else if (lanes == 0) {
        zeros(to, place, rows);
      } else {
        partColumn(data, start, step, lanes, to, place, whole, rows);
      }
    }
  }

  private static void wholeColumn(
      MemorySegment data, long from, long step, MemorySegment to, long at, int rows) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + r * step, ORDER)
          .intoMemorySegment(to, at + 8L * W * r, ORDER);
    }
  }

  private static void zeros(MemorySegment to, long at, int rows) {
    for (int r = 0; r < rows; r++) {
      FloatVector.zero(Lanes.FLOATS).intoMemorySegment(to, at + 8L * W * r, ORDER);
    }
  }

  private static void partColumn(
      MemorySegment data,
      long from,
      long step,
      int lanes,
      MemorySegment to,
      long at,
      int whole,
      int rows) {
    VectorMask<Float> valid = Lanes.FLOATS.indexInRange(0, lanes);
    FloatVector zero = FloatVector.zero(Lanes.FLOATS);
    for (int r = 0; r < whole; r++) {
      zero.blend(FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + r * step, ORDER), valid)
          .intoMemorySegment(to, at + 8L * W * r, ORDER);
    }
    for (int r = whole; r < rows; r++) {
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + r * step, ORDER, valid)
          .intoMemorySegment(to, at + 8L * W * r, ORDER);
    }
  }

  /// The first `count` floats to float `at` of a panel.
  static void copy(float[] from, MemorySegment to, long at, int count) {
    MemorySegment.copy(from, 0, to, FLOAT, Float.BYTES * at, count);
  }

  /// `count` elements from each of `rows` rows, as floats `stride` apart; steps in elements.
  static void readRows(
      DType type,
      MemorySegment data,
      long element,
      long step,
      int count,
      int rows,
      float[] to,
      int at,
      int stride) {
    int r = 0;
    if (type == DType.F32 && count >= W) {
      if (rows >= MANY) {
        for (int i = 0; i < count; i += W) {
          int start = Math.min(i, count - W); // the last column overlaps the one before
          column(data, 4 * (element + start), 4 * step, to, at + start, stride, rows);
        }
        return;
      }
      for (; r <= rows - FEW; r += FEW) {
        fewRows(data, 4 * (element + r * step), 4 * step, count, to, at + r * stride, stride);
      }
    }
    for (; r < rows; r++) {
      read(type, data, element + r * step, to, at + r * stride, count);
    }
  }

  /// One vector from each of many rows: a loop over few columns would cost more than the copy.
  private static void column(
      MemorySegment data, long from, long step, float[] to, int at, int stride, int rows) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + r * step, ORDER)
          .intoArray(to, at + r * stride);
    }
  }

  /// [#FEW] rows side by side, in whole vectors; the last one overlaps the one before.
  private static void fewRows(
      MemorySegment data, long from, long step, int count, float[] to, int at, int stride) {
    for (int next = 0; next < count; next += W) {
      int i = Math.min(next, count - W);
      long p = from + 4L * i;
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, p, ORDER).intoArray(to, at + i);
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, p + step, ORDER)
          .intoArray(to, at + stride + i);
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, p + 2 * step, ORDER)
          .intoArray(to, at + 2 * stride + i);
      FloatVector.fromMemorySegment(Lanes.FLOATS, data, p + 3 * step, ORDER)
          .intoArray(to, at + 3 * stride + i);
    }
  }

  private static void brains(MemorySegment data, long from, float[] to, int at, int count) {
    int i = 0;
    for (; i <= count - W; i += W) {
      Lanes.widen(ShortVector.fromMemorySegment(Lanes.SHORTS, data, from + 2L * i, ORDER))
          .intoArray(to, at + i);
    }
    for (; i < count; i++) {
      to[at + i] = Float.intBitsToFloat(data.get(SHORT, from + 2L * i) << 16);
    }
  }

  /// A plain loop: C2 turns it into the hardware conversion, which the Vector API cannot name.
  private static void halves(MemorySegment data, long from, float[] to, int at, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] = Float.float16ToFloat(data.get(SHORT, from + 2L * i));
    }
  }

  /// Writes `count` floats from byte `to` on; `from` is read in whole vectors.
  static void write(float[] from, int at, int count, MemorySegment data, long to) {
    int i = 0;
    for (; i <= count - W; i += W) {
      FloatVector.fromArray(Lanes.FLOATS, from, at + i).intoMemorySegment(data, to + 4L * i, ORDER);
    }
    if (i < count) {
      FloatVector.fromArray(Lanes.FLOATS, from, at + i)
          .intoMemorySegment(data, to + 4L * i, ORDER, Lanes.FLOATS.indexInRange(i, count));
    }
  }

  /// Writes `count` floats from each of `rows` rows, `stride` apart, to rows `step` bytes apart from
  /// byte `to` on; `from` is read in whole vectors.
  static void writeRows(
      float[] from,
      int at,
      int stride,
      int count,
      int rows,
      MemorySegment data,
      long to,
      long step) {
    for (int next = 0; next < count && count >= W; next += W) {
      int i = Math.min(next, count - W); // the last column overlaps the one before
      for (int r = 0; r < rows; r++) {
        FloatVector.fromArray(Lanes.FLOATS, from, at + r * stride + i)
            .intoMemorySegment(data, to + r * step + 4L * i, ORDER);
      }
    }
    if (count < W) {
      VectorMask<Float> rest = Lanes.FLOATS.indexInRange(0, count);
      for (int r = 0; r < rows; r++) {
        FloatVector.fromArray(Lanes.FLOATS, from, at + r * stride)
            .intoMemorySegment(data, to + r * step, ORDER, rest);
      }
    }
  }
}
