package framepack.tensor.cpu;

import jdk.incubator.vector.FloatVector;

/// From recomputed scores to probabilities and the gradient of the scores, in place.
///
/// P = 2^(S - lse), dS = P (dP - delta) with delta = sum over d of out gout, per query; S and lse in
/// units of log 2. source: arXiv:2307.08691 algorithm 2.
final class ScoreGradient {
  private static final int C = Micro.COLUMNS;
  private static final int W = Lanes.WIDTH;
  private static final float LOG2E = 1.4426950408889634f;

  private ScoreGradient() {}

  /// Queries along the lanes: `s` becomes P and `gp` dS; lse and delta one number a lane, from `at` on. `rest`
  /// is overwritten.
  static void perLane(
      float[] s, float[] gp, int rows, float[] lse, float[] delta, int at, float[] rest) {
    OnlineSoftmax.pad(s, rows);
    for (int c = 0; c < C; c += W) {
      Powers.raise(s, c, OnlineSoftmax.padded(rows), lse, at + c, rest, 0);
      FloatVector drop = FloatVector.fromArray(Lanes.FLOATS, delta, at + c);
      for (int i = c; i < rows * C + c; i += C) {
        FloatVector p = FloatVector.fromArray(Lanes.FLOATS, s, i);
        p.mul(FloatVector.fromArray(Lanes.FLOATS, gp, i).sub(drop)).intoArray(gp, i);
      }
    }
  }

  /// `delta[at + lane] = sum over d of out gout` of two blocks [d][COLUMNS].
  static void delta(float[] out, float[] gout, int start, int d, float[] delta, int at) {
    for (int c = 0; c < C; c += W) {
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int i = 0; i < d; i++) {
        sum =
            FloatVector.fromArray(Lanes.FLOATS, out, i * C + c)
                .fma(FloatVector.fromArray(Lanes.FLOATS, gout, start + i * C + c), sum);
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
