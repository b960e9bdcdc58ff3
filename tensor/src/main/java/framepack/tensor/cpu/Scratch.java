package framepack.tensor.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Buffers that one worker owns for its life and that grow to the largest size asked for.
///
/// Fresh arrays inside a call cost 2-10 ms on a cold thread (zeroing, page faults), so kernels take
/// them from here. A slot's content is whatever the previous user left.
final class Scratch {
  static final int STAGE = 0;
  static final int TURN = 1;
  static final int TILES = 2;
  static final int LEFT = 3;
  static final int PANEL = 4;
  static final int FIRST_FREE = 5;
  private static final int SLOTS = 24;

  /// The right operand of a product, outside the heap.
  static final int RIGHT = 0;

  private static final int PANELS = 8;
  private static final long LINE = 64;

  private final float[][] slots = new float[SLOTS][];
  private final MemorySegment[] panels = new MemorySegment[PANELS];
  private long[] longs = new long[0];
  private Scratch nested;
  private Scratch shared;

  /// At least `length` floats; the same array on every call until a longer one is asked for.
  float[] floats(int slot, int length) {
    float[] held = slots[slot];
    if (held == null || held.length < length) {
      held = new float[Math.max(length, 64)];
      slots[slot] = held;
    }
    return held;
  }

  /// At least `length` floats outside the heap, on a cache line: the right operands of [Micro].
  MemorySegment panels(int slot, long length) {
    MemorySegment held = panels[slot];
    if (held == null || held.byteSize() < Float.BYTES * length) {
      held = Arena.ofAuto().allocate(Float.BYTES * Math.max(length, LINE), LINE);
      panels[slot] = held;
    }
    return held;
  }

  /// At least `length` longs; there is one such buffer.
  long[] longs(int length) {
    if (longs.length < length) {
      longs = new long[length];
    }
    return longs;
  }

  /// The buffers for a parallel-for that starts inside a unit of another one.
  Scratch nested() {
    if (nested == null) {
      nested = new Scratch();
    }
    return nested;
  }

  /// Buffers that the units of a parallel-for share; owned by the thread that started it.
  Scratch shared() {
    if (shared == null) {
      shared = new Scratch();
    }
    return shared;
  }
}
