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
  /// Bits of the two codes in a byte.
  static final IntVector LOW = IntVector.broadcast(Lanes.INTS, 0x0f);

  static final IntVector HIGH = IntVector.broadcast(Lanes.INTS, 0xf0);

  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final int W = Lanes.WIDTH;
  private static final int SIZE = 32;

  /// Bytes of one load, at 128 bit twice a vector.
  private static final int LOAD = Lanes.BYTES.length();

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

  private static void eight(MemorySegment data, long block, float[] to, int at) {
    FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scale(data, block));
    for (int i = 0; i < SIZE; i += W) {
      eight(data, block, i).mul(scale).intoArray(to, at + i);
    }
  }

  private static void four(MemorySegment data, long block, float[] to, int at) {
    FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, scale(data, block));
    FloatVector sixteenth = scale.mul(1 / 16f);
    FloatVector least = scale.mul(-8);
    for (int i = 0; i < SIZE / 2; i += W) {
      IntVector pairs = pairs(data, block, i);
      low(pairs).fma(scale, least).intoArray(to, at + i);
      high(pairs).fma(sixteenth, least).intoArray(to, at + i + SIZE / 2);
    }
  }

  static float scale(MemorySegment data, long block) {
    return Float.float16ToFloat(data.get(Cells.SHORT, block));
  }

  /// Codes of 8 bits without their scale, from number `i` on.
  static FloatVector eight(MemorySegment data, long block, int i) {
    int load = i / LOAD * LOAD;
    return (FloatVector)
        codes(data, block, load).convertShape(VectorOperators.B2F, Lanes.FLOATS, (i - load) / W);
  }

  /// WIDTH bytes of two codes each, from byte `i` behind the scale on.
  static IntVector pairs(MemorySegment data, long block, int i) {
    int load = i / LOAD * LOAD;
    return (IntVector) codes(data, block, load).castShape(Lanes.INTS, (i - load) / W);
  }

  private static ByteVector codes(MemorySegment data, long block, int i) {
    return ByteVector.fromMemorySegment(Lanes.BYTES, data, block + Short.BYTES + i, ORDER);
  }

  /// The codes in the lower four bits, without bias and scale.
  static FloatVector low(IntVector pairs) {
    IntVector codes = pairs.lanewise(VectorOperators.AND, LOW);
    return (FloatVector) codes.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
  }

  /// 16 times the codes in the upper four bits.
  static FloatVector high(IntVector pairs) {
    IntVector codes = pairs.lanewise(VectorOperators.AND, HIGH);
    return (FloatVector) codes.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
  }
}
