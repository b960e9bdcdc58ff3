package framepack.tensor.cpu;

import java.util.Arrays;

/// Where a [HeadGradientUnit] adds up gqᵀ: blocks [d][COLUMNS] of the query heads of its key head, `step`
/// floats apart.
record GradientSums(float[] values, int start, int step, int queryBlocks, int length) {
  /// Where block `block` of the `head`-th of these heads begins.
  int at(int head, int block) {
    return start + (head * queryBlocks + block) * step;
  }

  void clear(int head, int block) {
    int at = at(head, block);
    Arrays.fill(values, at, at + length, 0);
  }
}
