package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;

import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// y[r] = least c with x[r, c] = max_c x[r, c], NaN above all
///
/// shapes  : x [.., width] F32, any layout; y I64, dense
/// assumes : width fits an int; x without a contiguous innermost axis is copied first
/// error   : none
/// work    : x read once -> memory bound; a row with NaN or infinity once more, element by element
/// source  : the contract of [framepack.tensor.op.ArgMax]
final class ArgMaxCpu {
  private static final int VALUES = Scratch.FIRST_FREE;
  private static final int BLOCKS = Scratch.FIRST_FREE + 1;

  private ArgMaxCpu() {}

  static void run(Call call) {
    if (call.in(0).dtype() != DType.F32) {
      throw call.unsupported();
    }
    View x = call.rows(0);
    View y = call.out(0);
    Walk walk = Walk.rows(x.layout());
    int width = Math.toIntExact(walk.width());
    Bands bands = Bands.of(1, y.shape().elements(), width);
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          float[] values = own.floats(VALUES, W);
          float[] blocks = own.floats(BLOCKS, W);
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            int best = row(x.segment(), 4 * walk.at(0, row), width, values, blocks);
            y.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, y.byteOffset() + 8 * row, best);
          }
        });
  }

  private static int row(MemorySegment x, long at, int width, float[] values, float[] blocks) {
    if (width < W) {
      return oneByOne(x, at, width);
    }
    boolean finite = lanes(x, at, width / W, values, blocks);
    return finite ? least(x, at, width, values, blocks) : oneByOne(x, at, width);
  }

  /// The largest of each lane and the bits of the first block that has it; false if x is not finite.
  private static boolean lanes(
      MemorySegment x, long at, int count, float[] values, float[] blocks) {
    FloatVector max = load(x, at);
    FloatVector check = max.mul(0f); // NaN once a NaN or an infinity was seen
    IntVector first = IntVector.zero(Lanes.INTS);
    IntVector block = first;
    for (int i = 1; i < count; i++) {
      FloatVector v = load(x, at + 4L * W * i);
      check = check.add(v.mul(0f));
      block = block.add(1);
      VectorMask<Float> larger = max.lt(v);
      max = max.blend(v, larger);
      first = first.blend(block, larger.cast(Lanes.INTS));
    }
    max.intoArray(values, 0);
    first.reinterpretAsFloats().intoArray(blocks, 0);
    return !check.test(VectorOperators.IS_NAN).anyTrue();
  }

  /// The best lane, then what is left behind the last whole vector.
  private static int least(MemorySegment x, long at, int width, float[] values, float[] blocks) {
    int best = Float.floatToRawIntBits(blocks[0]) * W;
    float held = values[0];
    for (int lane = 1; lane < W; lane++) {
      int index = Float.floatToRawIntBits(blocks[lane]) * W + lane;
      if (values[lane] > held || values[lane] == held && index < best) {
        held = values[lane];
        best = index;
      }
    }
    for (int i = width - width % W; i < width; i++) {
      float v = Floats.get(x, at + 4L * i);
      if (v > held) {
        held = v;
        best = i;
      } else if (Float.isNaN(v)) {
        return i;
      }
    }
    return best;
  }

  private static int oneByOne(MemorySegment x, long at, int width) {
    int best = 0;
    float held = Floats.get(x, at);
    for (int i = 1; i < width && !Float.isNaN(held); i++) {
      float v = Floats.get(x, at + 4L * i);
      if (v > held || Float.isNaN(v)) {
        held = v;
        best = i;
      }
    }
    return best;
  }
}
