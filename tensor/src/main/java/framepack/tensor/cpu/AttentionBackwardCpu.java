package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.AttentionBackward;
import java.util.List;

/// [AttentionBackward] in tiles, scores recomputed, five products.
///
/// A unit is a key head, so that gk, gv and gq of its query heads are summed by one unit in one order.
/// Where heads are few, their keys are split between units, each with sums of gq of its own, which are
/// put together in ascending order. The split depends on the shape alone.
/// work    : 10 s t d flop a head
/// source  : arXiv:2307.08691 algorithm 2
final class AttentionBackwardCpu {
  private static final float LOG2E = 1.4426950408889634f;
  private static final int C = Micro.COLUMNS;

  /// Units that even out on a dozen cores: the heads of the released model. Every part of a head packs its queries again, and
  /// has sums of gq of its own.
  private static final int UNITS = 24;

  /// Floats that sums of gq may take in all where keys are split: 128 MB.
  private static final long PARTS = 1L << 25;

  final Heads q;
  final Heads k;
  final Heads v;
  final Heads out;
  final Heads gout;
  final View lse;
  final ScoreMask mask;
  final HeadExtents extents;
  final View gq;
  final View gk;
  final View gv;
  final float scale;

  private AttentionBackwardCpu(AttentionBackward op, List<View> in, List<View> results) {
    this.q = Heads.of(in.get(0));
    this.k = Heads.of(in.get(1));
    this.v = Heads.of(in.get(2));
    this.out = Heads.of(in.get(3));
    this.lse = in.get(4);
    this.gout = Heads.of(in.get(5));
    this.extents = HeadExtents.of(in.get(0), in.get(1));
    this.mask =
        new ScoreMask(
            op.causal(),
            op.keyLengths() ? in.get(op.keyLengthsAt()) : null,
            op.mask() ? in.get(op.maskAt()) : null,
            extents.keys());
    this.gq = results.get(0);
    this.gk = results.get(1);
    this.gv = results.get(2);
    this.scale = (float) op.scale();
  }

  static void run(Threads threads, AttentionBackward op, List<View> in, List<View> out) {
    Operands.require(op, in, 6, -1);
    AttentionBackwardCpu call = new AttentionBackwardCpu(op, in, out);
    call.run(threads);
    if (op.maskGradient()) {
      MaskGradientUnit unit = new MaskGradientUnit(call, out.get(3));
      threads.parallel(unit.rows(), unit::run);
    }
  }

  private void run(Threads threads) {
    extents.warm();
    int splits = splits();
    try (Threads.Region region = threads.open()) {
      int length = Heads.block(extents.d());
      int blocks = extents.queryBlocks();
      int rows = extents.batch() * extents.heads() * blocks;
      float[] parts =
          splits == 1 ? null : region.shared(Scratch.FIRST_FREE, splits * rows * length);
      region.run(
          extents.batch() * extents.keyHeads() * splits,
          (unit, own) -> {
            int split = unit % splits;
            int head = unit / splits;
            GradientSums sums;
            if (splits == 1) {
              float[] values = own.floats(Scratch.FIRST_FREE, extents.group() * blocks * length);
              sums = new GradientSums(values, 0, length, blocks, length);
            } else {
              int start = (head * extents.group() * blocks * splits + split) * length;
              sums = new GradientSums(parts, start, splits * length, blocks, length);
            }
            int b = head / extents.keyHeads();
            int g = head % extents.keyHeads();
            int from = part(split, splits);
            int to = part(split + 1, splits);
            new HeadGradientUnit(this, b, g, sums, own).run(from, to);
            if (splits == 1) {
              for (int i = 0; i < extents.group() * blocks; i++) {
                int h = g * extents.group() + i / blocks;
                storeQuery(sums.values(), i * length, b, h, i % blocks, own);
              }
            }
          });
      if (splits > 1) {
        region.run(rows, (row, own) -> combine(parts, row, splits, length, own));
      }
    }
  }

  /// Parts of the keys of a head.
  private int splits() {
    long heads = (long) extents.batch() * extents.keyHeads();
    long queries = (long) extents.batch() * extents.heads() * extents.queryBlocks();
    long room = PARTS / Math.max(1, queries * Heads.block(extents.d()));
    long wanted = Math.min(room, Math.ceilDiv((long) UNITS, Math.max(1, heads)));
    return Math.clamp(wanted, 1, Math.max(1, Gemm.ceil(extents.keys(), AttentionCpu.KEYS)));
  }

  /// First key of a split, at the start of a block.
  private int part(int split, int splits) {
    long blocks = Gemm.ceil(extents.keys(), AttentionCpu.KEYS);
    return (int) Math.min(extents.keys(), blocks * split / splits * AttentionCpu.KEYS);
  }

  private void combine(float[] parts, int row, int splits, int length, Scratch own) {
    float[] sum = own.floats(Scratch.FIRST_FREE, length);
    System.arraycopy(parts, row * splits * length, sum, 0, length);
    for (int split = 1; split < splits; split++) {
      int at = (row * splits + split) * length;
      for (int i = 0; i < length; i++) {
        sum[i] += parts[at + i];
      }
    }
    int head = row / extents.queryBlocks();
    int b = head / extents.heads();
    storeQuery(sum, 0, b, head % extents.heads(), row % extents.queryBlocks(), own);
  }

  /// Scales a block [d][COLUMNS] of gqᵀ and writes it.
  private void storeQuery(float[] sums, int at, int b, int h, int block, Scratch own) {
    int d = extents.d();
    int query = block * C;
    int lanes = Math.min(C, extents.queries() - query);
    for (int i = at; i < at + d * C; i++) {
      sums[i] *= scale;
    }
    long row = ((long) b * extents.queries() + query) * extents.heads() + h;
    long to = 4 * (gq.layout().offset() + row * d);
    Heads.store(sums, at, d, lanes, gq.segment(), to, 4L * extents.heads() * d, own);
  }

  /// What one operand of the score product is multiplied by, so that scores come in units of log 2.
  float binaryScale() {
    return scale * LOG2E;
  }

  /// Reads `count` lse as binary logarithms; 0 for queries that saw no key.
  void lse(int b, int h, int query, int count, float[] to, int at) {
    long step = lse.layout().stride(2);
    long from = lse.layout().offset() + b * lse.layout().stride(0) + h * lse.layout().stride(1);
    for (int i = 0; i < count; i++) {
      to[at + i] = Cells.read(lse.dtype(), lse.segment(), from + (query + i) * step);
    }
    ScoreGradient.toBinary(to, at, count);
  }
}
