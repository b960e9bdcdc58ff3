package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.W;
import static framepack.tensor.cpu.Floats.load;
import static framepack.tensor.cpu.Floats.store;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// The rotation of one token as two rows: `y = x cosine + swapPairs(x) sine` with the signs already in `sine`. Made once a
/// token, used by all its heads.
record Rotation(float[] cosine, float[] sine) {
  private static final int COSINE = Scratch.FIRST_FREE;
  private static final int SINE = Scratch.FIRST_FREE + 1;
  private static final FloatVector SIGNS = alternating();

  private static FloatVector alternating() {
    float[] signs = new float[W];
    for (int i = 0; i < W; i++) {
      signs[i] = i % 2 == 0 ? -1 : 1;
    }
    return FloatVector.fromArray(Lanes.FLOATS, signs, 0);
  }

  static Rotation in(Scratch own, int width) {
    int length = Floats.padded(width);
    return new Rotation(own.floats(COSINE, length), own.floats(SINE, length));
  }

  /// Takes the angles of one token; `transpose` for the transposed map.
  void read(View cos, View sin, long row, int width, boolean transpose) {
    long at = 4 * row * width;
    Floats.read(cos.segment(), cos.byteOffset() + at, cosine, 0, width);
    Floats.read(sin.segment(), sin.byteOffset() + at, sine, 0, width);
    for (int i = 0; i < width; i += W) {
      if (transpose) {
        Floats.swapPairs(load(sine, i)).mul(SIGNS.neg()).intoArray(sine, i);
      } else {
        load(sine, i).mul(SIGNS).intoArray(sine, i);
      }
    }
  }

  /// Rotates one head.
  void turn(MemorySegment x, long xo, MemorySegment y, long yo, int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector v = load(x, xo + 4L * i);
      store(turned(v, i), y, yo + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector v = load(x, xo + 4L * i, some);
      store(turned(v, i), y, yo + 4L * i, some);
    }
  }

  /// Scales, weighs and rotates one head.
  void turn(
      MemorySegment x, long xo, float scale, float[] weight, MemorySegment y, long yo, int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector v = load(x, xo + 4L * i).mul(scale).mul(load(weight, i));
      store(turned(v, i), y, yo + 4L * i);
    }
    if (i < n) {
      VectorMask<Float> some = Floats.first(n - i);
      FloatVector v = load(x, xo + 4L * i, some).mul(scale).mul(load(weight, i));
      store(turned(v, i), y, yo + 4L * i, some);
    }
  }

  private FloatVector turned(FloatVector v, int at) {
    return v.mul(load(cosine, at)).add(Floats.swapPairs(v).mul(load(sine, at)));
  }
}
