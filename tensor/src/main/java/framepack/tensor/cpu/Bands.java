package framepack.tensor.cpu;

/// Rows cut into units of work that never straddle two groups: `groups` groups of `rows` rows of `width` elements. Fixed by
/// the shape alone, so that sums over units do not depend on the number of threads.
record Bands(long groups, long rows, long width, long blocks, long block) {
  static Bands of(long groups, long rows, long width) {
    long wanted = Math.clamp(Math.ceilDiv(rows * width, (long) Walk.GRAIN), 1, Math.max(1, rows));
    long block = Math.max(1, Math.ceilDiv(rows, wanted));
    return new Bands(groups, rows, width, Math.max(1, Math.ceilDiv(rows, block)), block);
  }

  long units() {
    return groups * blocks;
  }

  long elements() {
    return groups * rows * width;
  }

  long group(long unit) {
    return unit / blocks;
  }

  /// First row of a unit, counted over all groups.
  long from(long unit) {
    return group(unit) * rows + unit % blocks * block;
  }

  /// Row after the last one of a unit.
  long to(long unit) {
    return Math.min(from(unit) + block, (group(unit) + 1) * rows);
  }
}
