package framepack.tensor.cpu;

import static framepack.tensor.cpu.Floats.ORDER;
import static framepack.tensor.cpu.Floats.S;
import static framepack.tensor.cpu.Floats.W;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.VectorOperators.ROL;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// The rotation of one token as two rows: `y = x cosine + swapped(x) sine`, where the neighbours of each pair of lanes
/// are swapped, with the signs already in `sine`. Made once a token, used by all its heads.
record Rotation(float[] cosine, float[] sine) {
  private static final int COSINE = Scratch.FIRST_FREE;
  private static final int SINE = Scratch.FIRST_FREE + 1;
  private static final FloatVector SIGNS = alternating();

  private static FloatVector alternating() {
    float[] signs = new float[W];
    for (int i = 0; i < W; i++) {
      signs[i] = i % 2 == 0 ? -1 : 1;
    }
    return fromArray(S, signs, 0);
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
      FloatVector v = fromArray(S, sine, i);
      if (transpose) {
        FloatVector swapped = v.reinterpretAsLongs().lanewise(ROL, 32).reinterpretAsFloats();
        swapped.mul(SIGNS.neg()).intoArray(sine, i);
      } else {
        v.mul(SIGNS).intoArray(sine, i);
      }
    }
  }

  /// Rotates one head.
  void turn(MemorySegment x, long xo, MemorySegment y, long yo, int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector v = fromMemorySegment(S, x, xo + 4L * i, ORDER);
      FloatVector swapped = v.reinterpretAsLongs().lanewise(ROL, 32).reinterpretAsFloats();
      v = v.mul(fromArray(S, cosine, i)).add(swapped.mul(fromArray(S, sine, i)));
      v.intoMemorySegment(y, yo + 4L * i, ORDER);
    }
    if (i < n) {
      VectorMask<Float> some = S.indexInRange(i, n);
      FloatVector v = fromMemorySegment(S, x, xo + 4L * i, ORDER, some);
      FloatVector swapped = v.reinterpretAsLongs().lanewise(ROL, 32).reinterpretAsFloats();
      v = v.mul(fromArray(S, cosine, i)).add(swapped.mul(fromArray(S, sine, i)));
      v.intoMemorySegment(y, yo + 4L * i, ORDER, some);
    }
  }

  /// Scales, weighs and rotates one head.
  void turn(
      MemorySegment x, long xo, float scale, float[] weight, MemorySegment y, long yo, int n) {
    int i = 0;
    for (; i <= n - W; i += W) {
      FloatVector v =
          fromMemorySegment(S, x, xo + 4L * i, ORDER).mul(scale).mul(fromArray(S, weight, i));
      FloatVector swapped = v.reinterpretAsLongs().lanewise(ROL, 32).reinterpretAsFloats();
      v = v.mul(fromArray(S, cosine, i)).add(swapped.mul(fromArray(S, sine, i)));
      v.intoMemorySegment(y, yo + 4L * i, ORDER);
    }
    if (i < n) {
      VectorMask<Float> some = S.indexInRange(i, n);
      FloatVector v =
          fromMemorySegment(S, x, xo + 4L * i, ORDER, some).mul(scale).mul(fromArray(S, weight, i));
      FloatVector swapped = v.reinterpretAsLongs().lanewise(ROL, 32).reinterpretAsFloats();
      v = v.mul(fromArray(S, cosine, i)).add(swapped.mul(fromArray(S, sine, i)));
      v.intoMemorySegment(y, yo + 4L * i, ORDER, some);
    }
  }
}
