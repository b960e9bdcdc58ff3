package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.Attention;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/// [Attention] in tiles, never the whole matrix of scores.
///
/// Everything is turned: 32 queries lie along the lanes (two vectors), keys and dims along the rows,
/// so that softmax needs nothing across lanes and both products are [Micro#multiply]:
/// scores [keys, 32] = K Qᵀ with d summed, out [d, 32] += Vᵀ P with keys summed.
/// A unit is a few blocks of 32 queries of one head; each packs the keys it meets, 192 at a time, and
/// uses them for all its blocks from L2. A block's result does not depend on who shares its unit.
/// work    : 4 s t d flop a head; 60 to 73 % of the FMA peak at 24 x 1560 x 128 (bench/docs/performance.md has the count)
/// source  : arXiv:2205.14135
final class AttentionCpu {
  /// Keys of a block: their scores (24 KB at 512 bit) stay in L1.
  static final int KEYS = 192;

  private static final float LOG2E = 1.4426950408889634f;
  private static final int C = Micro.COLUMNS;

  private final Heads q;
  private final Heads k;
  private final Heads v;
  private final ScoreMask mask;
  private final View out;
  private final View lse;
  private final float scale;
  private final HeadExtents extents;
  private final int queries;
  private final int heads;
  private final int d;

  private AttentionCpu(Attention op, List<View> in, List<View> out) {
    this.q = Heads.of(in.get(0));
    this.k = Heads.of(in.get(1));
    this.v = Heads.of(in.get(2));
    this.extents = HeadExtents.of(in.get(0), in.get(1));
    this.queries = extents.queries();
    this.heads = extents.heads();
    this.d = extents.d();
    this.mask =
        new ScoreMask(
            op.causal(),
            op.keyLengths() ? in.get(op.keyLengthsAt()) : null,
            op.mask() ? in.get(op.maskAt()) : null,
            extents.keys());
    this.out = out.get(0);
    this.lse = out.get(1);
    this.scale = (float) op.scale();
  }

  static void run(Threads threads, Attention op, List<View> in, List<View> out) {
    Operands.require(op, in, 3, -1);
    new AttentionCpu(op, in, out).run(threads);
  }

  private void run(Threads threads) {
    extents.warm();
    try (Threads.Region region = threads.open()) {
      extents.share(
          region,
          threads.count(),
          heads,
          queries,
          (b, h, first, blocks, own) -> new Unit(b, h, first, blocks, own).run());
    }
  }

  /// A few blocks of queries of one head, in the buffers of the executing thread.
  private final class Unit {
    private final int b;
    private final int h;
    private final int first;
    private final int blocks;
    private final Scratch own;
    private final int strideQ = Heads.right(d);
    private final int strideO = Heads.block(d);
    private final MemorySegment packedQ;
    private final float[] keyRows;
    private final float[] packedV;
    private final float[] scores;
    private final MemorySegment weights;
    private final float[] sums;
    private final float[] top;
    private final float[] total;
    private final float[] shift;
    private final float[] factor;

    Unit(int b, int h, int first, int blocks, Scratch own) {
      this.b = b;
      this.h = h;
      this.first = first;
      this.blocks = blocks;
      this.own = own;
      int slot = Scratch.FIRST_FREE;
      packedQ = own.panels(Scratch.RIGHT, (long) blocks * strideQ);
      weights = own.panels(Scratch.RIGHT + 1, (long) Heads.panels(KEYS) * Micro.TILE);
      keyRows = own.floats(slot++, Heads.rows(KEYS, d));
      packedV = own.floats(slot++, Heads.panels(d) * Panels.stride(Micro.ROWS, KEYS));
      scores = own.floats(slot++, Heads.panels(KEYS) * Micro.TILE);
      sums = own.floats(slot++, blocks * strideO);
      top = own.floats(slot++, blocks * C);
      total = own.floats(slot++, blocks * C);
      shift = own.floats(slot++, C);
      factor = own.floats(slot, C);
    }

    void run() {
      start();
      int end = mask.keys(b, Math.min(queries, first + blocks * C));
      Panels keys = k.tokens(b, extents.keyHead(h));
      Panels values = v.axes(b, extents.keyHead(h));
      for (int key = 0; key < end; key += KEYS) {
        int count = Math.min(KEYS, end - key);
        Heads.leftRows(keys, key, count, d, keyRows);
        Heads.leftAxes(values, key, count, d, packedV, own);
        for (int block = 0; block < blocks; block++) {
          attend(block, key, count);
        }
      }
      for (int block = 0; block < blocks; block++) {
        finish(block);
      }
    }

    private void start() {
      Panels tokens = q.tokens(b, h);
      for (int block = 0; block < blocks; block++) {
        int query = first + block * C;
        int count = queries - query;
        Heads.right(tokens, query, count, d, scale * LOG2E, packedQ, (long) block * strideQ, own);
      }
      Arrays.fill(sums, 0, blocks * strideO, 0);
      Arrays.fill(total, 0, blocks * C, 0);
      Arrays.fill(top, 0, blocks * C, Float.NEGATIVE_INFINITY);
    }

    private void attend(int block, int key, int count) {
      int query = first + block * C;
      int lanes = Math.min(C, queries - query);
      int rows = Math.min(count, mask.keys(b, query + lanes) - key);
      if (rows <= 0) {
        return;
      }
      Heads.product(keyRows, count, rows, d, packedQ, (long) block * strideQ, scores);
      mask.keysByQueries(scores, b, h, key, rows, query, lanes);
      OnlineSoftmax.pad(scores, rows);
      OnlineSoftmax.raise(scores, rows, lanes, top, block * C, shift, factor);
      OnlineSoftmax.weigh(scores, rows, lanes, shift, factor, weights, total, block * C);
      OnlineSoftmax.scale(sums, block * strideO, d, factor, 0);
      Heads.add(packedV, count, d, rows, weights, 0, sums, block * strideO);
    }

    private void finish(int block) {
      int query = first + block * C;
      int lanes = Math.min(C, queries - query);
      OnlineSoftmax.finish(top, total, block * C, factor);
      OnlineSoftmax.scale(sums, block * strideO, d, total, block * C);
      long row = ((long) b * queries + query) * heads + h;
      long to = 4 * (out.layout().offset() + row * d);
      Heads.store(sums, block * strideO, d, lanes, out.segment(), to, 4L * heads * d, own);
      long at = lse.layout().offset() + ((long) b * heads + h) * queries + query;
      Cells.write(factor, 0, lanes, lse.segment(), 4 * at);
    }
  }
}
