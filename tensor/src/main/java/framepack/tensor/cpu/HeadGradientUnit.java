package framepack.tensor.cpu;

import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Part of [AttentionBackwardCpu]: gk and gv of some keys of one key head, and what those keys add to
/// gq of the query heads that it serves.
///
/// Queries lie along the lanes: S [keys, lanes] = K Qᵀ and dP = V goutᵀ are recomputed block by block,
/// then gqᵀ += Kᵀ dS. What softmax leaves of a group of blocks are rows [keys][queries] for gv += P gout
/// and gk += dS Q, whose sums are loaded and stored once a group. Queries are packed once for all keys.
final class HeadGradientUnit {
  private static final int C = Micro.COLUMNS;
  private static final int R = Micro.ROWS;
  private static final int STRIDE = Micro.ROW_STRIDE;
  private static final int KEYS = AttentionCpu.KEYS;

  /// Queries of a group: P and dS of it take 200 KB beside the keys in L2.
  private static final int QUERIES = 128;

  private static final int GROUP = QUERIES / C;

  private final AttentionBackwardCpu job;
  private final int b;
  private final int g;
  private final Scratch own;
  private final int d;
  private final int queries;
  private final int queryBlocks;
  private final int queryGroups;
  private final int group;
  private final int axisPanels;
  private final int strideQ;
  private final MemorySegment packedQ;
  private final MemorySegment packedG;
  private final MemorySegment packedOut;
  private final MemorySegment queryRows;
  private final MemorySegment goutRows;
  private final MemorySegment powers;
  private final MemorySegment slopePanel;
  private final float[] keyRows;
  private final float[] valueRows;
  private final float[] keyAxes;
  private final float[] scores;
  private final float[] gp;
  private final float[] weights;
  private final float[] slopes;
  private final float[] sumsK;
  private final float[] sumsV;
  private final float[] lse;
  private final float[] delta;
  private final float[] rest;
  private final GradientSums sumsQ;
  private final QueryHead[] heads;

  /// What a query head is packed from, made once for all its groups of queries.
  private record QueryHead(Panels q, Panels gout, Panels out, Panels axesQ, Panels axesG) {
    static QueryHead of(AttentionBackwardCpu job, int b, int h) {
      return new QueryHead(
          job.q.tokens(b, h),
          job.gout.tokens(b, h),
          job.out.tokens(b, h),
          job.q.axes(b, h),
          job.gout.axes(b, h));
    }
  }

  /// Key head `g` of batch item `b`; gq is added up in `sums`.
  HeadGradientUnit(AttentionBackwardCpu job, int b, int g, GradientSums sums, Scratch own) {
    this.job = job;
    this.b = b;
    this.g = g;
    this.own = own;
    this.sumsQ = sums;
    d = job.extents.d();
    queries = job.extents.queries();
    queryBlocks = job.extents.queryBlocks();
    queryGroups = Gemm.ceil(queryBlocks, GROUP);
    group = job.extents.group();
    axisPanels = Gemm.ceil(d, C);
    strideQ = Heads.right(d);
    int keys = Math.min(KEYS, job.extents.keys());
    int tiles = Heads.panels(OnlineSoftmax.padded(keys)) * Micro.TILE;
    int panel = Scratch.RIGHT;
    packedQ = own.panels(panel++, (long) group * queryBlocks * strideQ);
    packedG = own.panels(panel++, (long) group * queryBlocks * strideQ);
    packedOut = own.panels(panel++, strideQ);
    queryRows = own.panels(panel++, axes(group, 0, 0));
    goutRows = own.panels(panel++, axes(group, 0, 0));
    powers = own.panels(panel++, tiles);
    slopePanel = own.panels(panel, tiles);
    int slot = Scratch.FIRST_FREE + 1;
    keyRows = own.floats(slot++, Heads.rows(keys, d));
    valueRows = own.floats(slot++, Heads.rows(keys, d));
    keyAxes = own.floats(slot++, Heads.panels(d) * Panels.stride(R, keys));
    scores = own.floats(slot++, tiles);
    gp = own.floats(slot++, tiles);
    weights = own.floats(slot++, Heads.panels(keys) * R * STRIDE);
    slopes = own.floats(slot++, Heads.panels(keys) * R * STRIDE);
    sumsK = own.floats(slot++, axisPanels * tiles);
    sumsV = own.floats(slot++, axisPanels * tiles);
    lse = own.floats(slot++, group * queryBlocks * C);
    delta = own.floats(slot++, group * queryBlocks * C);
    rest = own.floats(slot, C);
    heads = new QueryHead[group];
    Arrays.setAll(heads, i -> QueryHead.of(job, b, g * group + i));
  }

  /// Keys `from` to `to - 1`.
  void run(int from, int to) {
    for (int i = 0; i < group; i++) {
      for (int block = 0; block < queryBlocks; block++) {
        sumsQ.clear(i, block);
      }
    }
    for (int key = from; key < to; key += KEYS) {
      keys(key, Math.min(KEYS, to - key), key == from);
    }
  }

  private void keys(int key, int count, boolean first) {
    Heads.leftRows(job.k.tokens(b, g), key, count, d, keyRows);
    Heads.leftRows(job.v.tokens(b, g), key, count, d, valueRows);
    Heads.leftAxes(job.k.axes(b, g), key, count, d, keyAxes, own);
    int tiles = Heads.panels(count) * axisPanels * Micro.TILE;
    Arrays.fill(sumsK, 0, tiles, 0);
    Arrays.fill(sumsV, 0, tiles, 0);
    for (int i = 0; i < group; i++) {
      for (int queryGroup = 0; queryGroup < queryGroups; queryGroup++) {
        queries(i, queryGroup, key, count, first);
      }
    }
    for (int i = 0; i < tiles; i++) {
      sumsK[i] *= job.scale;
    }
    store(job.gk, sumsK, key, count);
    store(job.gv, sumsV, key, count);
  }

  /// All that one group of queries has to do with some keys. Its last block sees the most of them; later keys meet no
  /// group that the first ones have not met.
  private void queries(int i, int queryGroup, int key, int count, boolean first) {
    int start = queryGroup * GROUP;
    int end = Math.min(queryBlocks, start + GROUP);
    int most = rows(end - 1, key, count);
    if (most <= 0) {
      return;
    }
    if (first) {
      pack(i, queryGroup, start, end);
    }
    int filled = Heads.panels(most) * R;
    for (int block = start; block < end; block++) {
      int rows = Math.max(0, rows(block, key, count));
      int column = (block - start) * C;
      if (rows > 0) {
        add(i, block, key, count, rows, column);
      }
      for (int row = rows; row < filled; row++) {
        int at = row * STRIDE + column;
        Arrays.fill(weights, at, at + C, 0);
        Arrays.fill(slopes, at, at + C, 0);
      }
    }
    int depth = Math.min(queries, end * C) - start * C;
    for (int axis = 0; axis < axisPanels; axis++) {
      long right = axes(i, queryGroup, axis);
      for (int panel = 0; panel < Heads.panels(most); panel++) {
        int left = panel * R * STRIDE;
        int sum = (axis * Heads.panels(count) + panel) * Micro.TILE;
        Micro.multiplyRows(depth, weights, left, goutRows, right, C, sumsV, sum, C, sumsV, sum);
        Micro.multiplyRows(depth, slopes, left, queryRows, right, C, sumsK, sum, C, sumsK, sum);
      }
    }
  }

  /// Keys of these that a block of queries sees.
  private int rows(int block, int key, int count) {
    return Math.min(count, job.mask.keys(b, Math.min(queries, (block + 1) * C)) - key);
  }

  /// Where the axes of a group of queries begin, [d / C][QUERIES][C].
  private long axes(int i, int queryGroup, int axis) {
    return ((long) (i * queryGroups + queryGroup) * axisPanels + axis) * QUERIES * C;
  }

  private void pack(int i, int queryGroup, int start, int end) {
    int query = start * C;
    int count = Math.min(queries, end * C) - query;
    for (int axis = 0; axis < axisPanels; axis++) {
      int width = Math.min(C, d - axis * C);
      long at = axes(i, queryGroup, axis);
      heads[i].axesQ.packRight(axis * C, width, query, count, queryRows, at, own);
      heads[i].axesG.packRight(axis * C, width, query, count, goutRows, at, own);
    }
    for (int block = start; block < end; block++) {
      pack(i, block);
    }
  }

  private void pack(int i, int block) {
    int query = block * C;
    int lanes = Math.min(C, queries - query);
    long right = (long) (i * queryBlocks + block) * strideQ;
    int at = (i * queryBlocks + block) * C;
    Heads.right(heads[i].q, query, lanes, d, job.binaryScale(), packedQ, right, own);
    Heads.right(heads[i].gout, query, lanes, d, 1, packedG, right, own);
    Heads.right(heads[i].out, query, lanes, d, 1, packedOut, 0, own);
    ScoreGradient.delta(packedOut, packedG, right, d, delta, at);
    Arrays.fill(lse, at, at + C, 0);
    job.lse(b, g * group + i, query, lanes, lse, at);
  }

  private void add(int i, int block, int key, int count, int rows, int column) {
    int lanes = Math.min(C, queries - block * C);
    long right = (long) (i * queryBlocks + block) * strideQ;
    int at = (i * queryBlocks + block) * C;
    Heads.product(keyRows, count, rows, d, packedQ, right, scores);
    job.mask.keysByQueries(scores, b, g * group + i, key, rows, block * C, lanes);
    Heads.product(valueRows, count, rows, d, packedG, right, gp);
    ScoreGradient.perLane(
        scores, gp, rows, lanes, lse, delta, at, powers, rest, weights, slopes, column, slopePanel);
    Heads.add(keyAxes, count, d, rows, slopePanel, 0, sumsQ.values(), sumsQ.at(i, block));
  }

  /// Writes sums [d / C][keys][C] into one head of a dense [batch, tokens, heads, d].
  private void store(View to, float[] sums, int key, int count) {
    long tokens = to.shape().extent(1);
    long heads = to.shape().extent(2);
    long row = to.layout().offset() + ((b * tokens + key) * heads + g) * d;
    for (int panel = 0; panel < axisPanels; panel++) {
      int axis = panel * C;
      int at = panel * Heads.panels(count) * Micro.TILE;
      int width = Math.min(C, d - axis);
      Cells.writeRows(sums, at, C, width, count, to.segment(), 4 * (row + axis), 4 * heads * d);
    }
  }
}
