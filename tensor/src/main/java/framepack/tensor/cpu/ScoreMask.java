package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Which scores of an attention count, and what is added to them.
///
/// Blocks of scores are turned either way (queries or keys along the lanes), so a block is described
/// by the query and the key of its corner and by how both advance along rows and lanes.
final class ScoreMask {
  private static final int C = Micro.COLUMNS;
  private static final float LOG2E = 1.4426950408889634f;

  private final boolean causal;
  private final View lengths;
  private final View mask;
  private final int keys;

  ScoreMask(boolean causal, View lengths, View mask, int keys) {
    this.causal = causal;
    this.lengths = lengths;
    this.mask = mask;
    this.keys = keys;
  }

  /// Keys of batch item `b` that count at all.
  int keys(int b) {
    if (lengths == null) {
      return keys;
    }
    long at = lengths.layout().offset() + b * lengths.layout().stride(0);
    int length = lengths.segment().get(ValueLayout.JAVA_INT_UNALIGNED, 4 * at);
    return Math.clamp(length, 0, keys);
  }

  /// Keys that queries below `queryEnd` may see.
  int keys(int b, int queryEnd) {
    return causal ? Math.min(keys(b), queryEnd) : keys(b);
  }

  /// Applies to scores in units of log 2, `s[i * C + j]` for key0 + i and query0 + j.
  void keysByQueries(float[] s, int b, int h, int key0, int rows, int query0, int lanes) {
    if (causal && key0 + rows - 1 > query0) {
      for (int i = 0; i < rows; i++) {
        hide(s, i * C, Math.min(C, key0 + i - query0));
      }
    }
    if (mask != null) {
      add(s, corner(b, h, query0, key0), keyStep(), queryStep(), rows, lanes);
    }
  }

  /// What is added to one score, in units of log e.
  double natural(int b, int h, int query, int key) {
    return mask == null ? 0 : value(corner(b, h, query, key)) / (double) LOG2E;
  }

  private static void hide(float[] s, int row, int below) {
    for (int j = 0; j < below; j++) {
      s[row + j] = Float.NEGATIVE_INFINITY;
    }
  }

  private long corner(int b, int h, int query, int key) {
    Layout at = mask.layout();
    return at.offset() + b * step(0) + h * step(1) + query * queryStep() + key * keyStep();
  }

  private long queryStep() {
    return step(2);
  }

  private long keyStep() {
    return step(3);
  }

  /// An extent of one repeats.
  private long step(int axis) {
    return mask.shape().extent(axis) == 1 ? 0 : mask.layout().stride(axis);
  }

  private void add(float[] s, long at, long rowStep, long laneStep, int rows, int lanes) {
    for (int i = 0; i < rows; i++) {
      long from = at + i * rowStep;
      if (laneStep == 0) {
        float value = value(from);
        for (int j = 0; j < lanes; j++) {
          s[i * C + j] += value;
        }
      } else {
        for (int j = 0; j < lanes; j++) {
          s[i * C + j] += value(from + j * laneStep);
        }
      }
    }
  }

  private float value(long at) {
    MemorySegment data = mask.segment();
    if (mask.dtype() == DType.BOOL) {
      return data.get(ValueLayout.JAVA_BYTE, at) != 0 ? 0 : Float.NEGATIVE_INFINITY;
    }
    return Cells.read(mask.dtype(), data, at) * LOG2E;
  }
}
