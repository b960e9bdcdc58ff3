package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.AttentionBackward;
import java.util.List;

/// [AttentionBackward] in tiles, scores recomputed, in two passes without any shared sum.
///
/// The first has queries along the lanes and writes gq (and delta for the second), the second keys
/// along the lanes and writes gk and gv, so that every element is summed by one unit in one order.
/// That is 7 products where one pass with atomics needs 5.
/// source  : arXiv:2307.08691 algorithm 2
final class AttentionBackwardCpu {
  private static final float LOG2E = 1.4426950408889634f;
  private static final int C = Micro.COLUMNS;

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
    int count = extents.batch() * extents.heads() * extents.queries();
    try (Threads.Region region = threads.open()) {
      float[] delta = region.shared(Scratch.FIRST_FREE, count);
      extents.share(
          region,
          threads.count(),
          extents.heads(),
          extents.queries(),
          (b, h, first, blocks, own) ->
              new QueryGradientUnit(this, delta, b, h, first, blocks, own).run());
      extents.share(
          region,
          threads.count(),
          extents.keyHeads(),
          extents.keys(),
          (b, g, first, blocks, own) ->
              new KeyGradientUnit(this, delta, b, g, first, blocks, own).run());
    }
  }

  /// What one operand of the score product is multiplied by, so that scores come in units of log 2.
  float binaryScale() {
    return scale * LOG2E;
  }

  /// Row of a query in lse and delta, [batch, heads, queries].
  int row(int b, int h, int query) {
    return (b * extents.heads() + h) * extents.queries() + query;
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

  /// Writes a block [d][COLUMNS] into one head of a dense [batch, tokens, heads, d].
  static void store(
      View to, int b, int head, int token, float[] block, int start, int lanes, Scratch own) {
    long tokens = to.shape().extent(1);
    long heads = to.shape().extent(2);
    int d = Math.toIntExact(to.shape().extent(3));
    long at = 4 * (to.layout().offset() + ((b * tokens + token) * heads + head) * d);
    Heads.store(block, start, d, lanes, to.segment(), at, 4L * heads * d, own);
  }
}
