package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// to[at + i] = number i of consecutive blocks ([framepack.tensor.core.Blocks]).
///
/// shapes  : `count` numbers, whole blocks of 32, from byte `from` on
/// assumes : nothing of alignment: a block has 34 or 18 bytes
/// error   : none, a product of 11 and 8 bits is exact in f32
/// work    : an 8-bit vector: load with extension, conversion, multiplication, store; of two 4-bit ones: one load
/// source  : ggml's dequantize_row_q8_0 and dequantize_row_q4_0
final class BlockCells {
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int W = Lanes.WIDTH;
  private static final int SIZE = 32;

  /// Bytes of one load, and how many float vectors they become.
  private static final int LOAD = Lanes.BYTES.length();

  private static final int PARTS = LOAD / W;

  private BlockCells() {}

  static void eights(MemorySegment data, long from, float[] to, int at, int count) {
    for (int i = 0; i < count; i += SIZE) {
      eight(data, from + i / SIZE * 34L, to, at + i);
    }
  }

  static void fours(MemorySegment data, long from, float[] to, int at, int count) {
    for (int i = 0; i < count; i += SIZE) {
      four(data, from + i / SIZE * 18L, to, at + i);
    }
  }

  private static float scale(MemorySegment data, long block) {
    return Float.float16ToFloat(data.get(Cells.SHORT, block));
  }

  private static void eight(MemorySegment data, long block, float[] to, int at) {
    FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scale(data, block));
    for (int i = 0; i < SIZE; i += LOAD) {
      ByteVector codes =
          ByteVector.fromMemorySegment(Lanes.BYTES, data, block + Short.BYTES + i, ORDER);
      for (int part = 0; part < PARTS; part++) {
        codes
            .convertShape(VectorOperators.B2F, Lanes.FLOATS, part)
            .mul(scale)
            .reinterpretAsFloats()
            .intoArray(to, at + i + part * W);
      }
    }
  }

  private static void four(MemorySegment data, long block, float[] to, int at) {
    FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scale(data, block));
    for (int i = 0; i < SIZE / 2; i += LOAD) {
      ByteVector codes =
          ByteVector.fromMemorySegment(Lanes.BYTES, data, block + Short.BYTES + i, ORDER);
      for (int part = 0; part < PARTS; part++) {
        IntVector pairs = (IntVector) codes.castShape(Lanes.INTS, part);
        IntVector high = pairs.lanewise(VectorOperators.LSHR, 4);
        int place = at + i + part * W;
        number(pairs, scale).intoArray(to, place);
        number(high, scale).intoArray(to, place + SIZE / 2);
      }
    }
  }

  /// The lower four bits, less 8, times the scale.
  private static FloatVector number(IntVector codes, FloatVector scale) {
    FloatVector whole =
        (FloatVector) codes.and(15).sub(8).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
    return whole.mul(scale);
  }
}
