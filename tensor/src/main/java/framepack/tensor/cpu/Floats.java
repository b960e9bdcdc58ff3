package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Float vectors in tensor memory, and sums across lanes. Addresses are bytes from the start of a segment.
///
/// C2 stops inlining at 18 000 nodes, a few dozen vector operations: whatever of ours takes or gives a vector and comes later
/// is called, and the vector boxed. The methods of the Vector API are inlined always, so kernels near that size call them
/// and not these.
///
/// Sums across lanes go through memory: `reduceLanes` leaves its order open, and the interpreter's differs from the
/// compiler's, so that the same run would give other bits when it is compiled at another time; and a tree of shuffles is
/// too much to inline for most callers, which boxes their vectors.
final class Floats {
  static final VectorSpecies<Float> S = Lanes.FLOATS;
  static final int W = Lanes.WIDTH;

  /// Bytes of one vector.
  static final int STEP = 4 * W;

  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final IntVector INDEX = IntVector.zero(Lanes.INTS).addIndex(1);

  private Floats() {}

  static FloatVector load(MemorySegment data, long at) {
    return FloatVector.fromMemorySegment(S, data, at, ORDER);
  }

  /// The lanes of the mask; zeros elsewhere.
  static FloatVector load(MemorySegment data, long at, VectorMask<Float> some) {
    return FloatVector.fromMemorySegment(S, data, at, ORDER, some);
  }

  /// Reads a vector for no other purpose than to have it in the cache: the sum of all that were read, one instruction each.
  ///
  /// In floats: C2 takes the only kind of vector that it has seen loaded for the only one there is, and were the first
  /// integers to come here, what it compiles next would box its floats. Their bits as integers take half as long again.
  static FloatVector touch(FloatVector before, MemorySegment data, long at) {
    return before.add(load(data, at));
  }

  static void store(FloatVector v, MemorySegment data, long at) {
    v.intoMemorySegment(data, at, ORDER);
  }

  static void store(FloatVector v, MemorySegment data, long at, VectorMask<Float> some) {
    v.intoMemorySegment(data, at, ORDER, some);
  }

  static FloatVector load(float[] data, int at) {
    return FloatVector.fromArray(S, data, at);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(S, value);
  }

  static float get(MemorySegment data, long at) {
    return data.get(FLOAT, at);
  }

  static void set(MemorySegment data, long at, float value) {
    data.set(FLOAT, at, value);
  }

  /// Mask of the first `count` lanes, count < W.
  static VectorMask<Float> first(int count) {
    return INDEX.compare(VectorOperators.LT, count).cast(S);
  }

  /// `count` rounded up to whole vectors: the length of heap rows, so that they need no masks.
  static int padded(long count) {
    return Math.toIntExact(Math.ceilDiv(count, (long) W) * W);
  }

  /// Copies a row to the heap.
  static void read(MemorySegment data, long at, float[] to, int start, int count) {
    MemorySegment.copy(data, FLOAT, at, to, start, count);
  }

  /// Copies a row from the heap.
  static void write(float[] from, int start, int count, MemorySegment data, long at) {
    MemorySegment.copy(from, start, data, FLOAT, at, count);
  }

  /// Sum of the lanes of a vector that was stored at `at`, in a fixed order.
  static float across(float[] lanes, int at) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    for (int i = 0; i < W; i += 4) {
      a += lanes[at + i];
      b += lanes[at + i + 1];
      c += lanes[at + i + 2];
      d += lanes[at + i + 3];
    }
    return (a + b) + (c + d);
  }
}
