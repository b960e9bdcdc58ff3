package framepack.tensor.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/// From recomputed scores to probabilities and the gradient of the scores.
///
/// P = 2^(S - lse), dS = P (dP - delta) with delta = sum over d of out gout, per query; S and lse in
/// units of log 2. source: arXiv:2307.08691 algorithm 2.
final class ScoreGradient {
  private static final int C = Micro.COLUMNS;
  private static final int W = Lanes.WIDTH;
  private static final long STEP = (long) Float.BYTES * C;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();
  private static final float LOG2E = 1.4426950408889634f;

  private ScoreGradient() {}

  /// Queries along the lanes: P of scores `s` and dS of `gp` as columns of rows for [Micro#multiplyRows], from `column` on,
  /// and dS also as a right panel. lse and delta one number a lane, from `at` on; `p` and `rest` are overwritten.
  static void perLane(
      float[] s,
      float[] gp,
      int rows,
      int lanes,
      float[] lse,
      float[] delta,
      int at,
      MemorySegment p,
      float[] rest,
      float[] weights,
      float[] slopes,
      int column,
      MemorySegment panel) {
    OnlineSoftmax.pad(s, rows);
    for (int c = 0; c < lanes; c += W) {
      Powers.raise(s, c, OnlineSoftmax.padded(rows), lse, at + c, p, rest, 0);
      slope(p, gp, c, rows, delta, at + c, weights, slopes, column + c, panel);
    }
  }

  private static void slope(
      MemorySegment p,
      float[] gp,
      int start,
      int rows,
      float[] delta,
      int at,
      float[] weights,
      float[] slopes,
      int column,
      MemorySegment panel) {
    FloatVector drop = FloatVector.fromArray(Lanes.FLOATS, delta, at);
    long from = (long) Float.BYTES * start;
    for (int r = 0; r < rows; r++) {
      long cell = from + STEP * r;
      int place = column + r * Micro.ROW_STRIDE;
      FloatVector weight = FloatVector.fromMemorySegment(Lanes.FLOATS, p, cell, ORDER);
      weight.intoArray(weights, place);
      FloatVector slope =
          weight.mul(FloatVector.fromArray(Lanes.FLOATS, gp, start + r * C).sub(drop));
      slope.intoArray(slopes, place);
      slope.intoMemorySegment(panel, cell, ORDER);
    }
  }

  /// `delta[at + lane] = sum over d of out gout` of two right panels.
  static void delta(
      MemorySegment out, MemorySegment gout, long start, int d, float[] delta, int at) {
    for (int c = 0; c < C; c += W) {
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int i = 0; i < d; i++) {
        long cell = (long) Float.BYTES * (i * C + c);
        sum =
            FloatVector.fromMemorySegment(Lanes.FLOATS, out, cell, ORDER)
                .fma(
                    FloatVector.fromMemorySegment(
                        Lanes.FLOATS, gout, Float.BYTES * start + cell, ORDER),
                    sum);
      }
      sum.intoArray(delta, at + c);
    }
  }

  /// Natural to binary; a query that saw no key (-inf) gets 0, so that its probabilities are zero.
  static void toBinary(float[] lse, int at, int count) {
    for (int i = at; i < at + count; i++) {
      lse[i] = lse[i] == Float.NEGATIVE_INFINITY ? 0 : lse[i] * LOG2E;
    }
  }
}
