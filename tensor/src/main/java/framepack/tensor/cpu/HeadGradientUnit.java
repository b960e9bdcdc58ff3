package framepack.tensor.cpu;

import framepack.tensor.core.View;
import java.util.Arrays;

/// Part of [AttentionBackwardCpu]: gk and gv of some keys of one key head, and what those keys add to
/// gq of the query heads that it serves.
///
/// Queries lie along the lanes: S [keys, lanes] = K Qᵀ and dP = V goutᵀ are recomputed block by block,
/// then gqᵀ += Kᵀ dS, gv += P gout, gk += dS Q. The last two read P and dS as the rows that the softmax
/// left, so nothing is turned and nothing computed twice.
final class HeadGradientUnit {
  private static final int C = Micro.COLUMNS;
  private static final int R = Micro.ROWS;
  private static final int KEYS = AttentionCpu.KEYS;

  private final AttentionBackwardCpu job;
  private final int b;
  private final int g;
  private final Scratch own;
  private final int d;
  private final int queries;
  private final int queryBlocks;
  private final int group;
  private final int axisPanels;
  private final int strideAxes;
  private final float[] packedQ;
  private final float[] packedG;
  private final float[] packedOut;
  private final float[] queryRows;
  private final float[] goutRows;
  private final float[] keyRows;
  private final float[] valueRows;
  private final float[] keyAxes;
  private final float[] scores;
  private final float[] gp;
  private final float[] sumsK;
  private final float[] sumsV;
  private final float[] lse;
  private final float[] delta;
  private final float[] rest;
  private final GradientSums sumsQ;

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
    group = job.extents.group();
    axisPanels = Gemm.ceil(d, C);
    strideAxes = Panels.stride(C, C);
    int keys = Math.min(KEYS, job.extents.keys());
    int rows = Heads.panels(keys) * R * d;
    int tiles = Heads.panels(keys) * Micro.TILE;
    int slot = Scratch.FIRST_FREE + 1;
    packedQ = own.floats(slot++, Panels.stride(C, d));
    packedG = own.floats(slot++, Panels.stride(C, d));
    packedOut = own.floats(slot++, Panels.stride(C, d));
    queryRows = own.floats(slot++, axisPanels * strideAxes);
    goutRows = own.floats(slot++, axisPanels * strideAxes);
    keyRows = own.floats(slot++, rows);
    valueRows = own.floats(slot++, rows);
    keyAxes = own.floats(slot++, Heads.panels(d) * Panels.stride(R, keys));
    scores = own.floats(slot++, tiles);
    gp = own.floats(slot++, tiles);
    sumsK = own.floats(slot++, axisPanels * tiles);
    sumsV = own.floats(slot++, axisPanels * tiles);
    lse = own.floats(slot++, group * queryBlocks * C);
    delta = own.floats(slot++, group * queryBlocks * C);
    rest = own.floats(slot, C);
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
      for (int block = 0; block < queryBlocks; block++) {
        int query = block * C;
        int lanes = Math.min(C, queries - query);
        int rows = Math.min(count, job.mask.keys(b, query + lanes) - key);
        if (rows > 0) {
          start(i, block, lanes, first);
          add(i, block, lanes, key, count, rows);
        }
      }
    }
    for (int i = 0; i < tiles; i++) {
      sumsK[i] *= job.scale;
    }
    store(job.gk, sumsK, key, count);
    store(job.gv, sumsV, key, count);
  }

  /// Packs a block of queries. Later blocks of keys meet no queries that the first one has not met.
  private void start(int i, int block, int lanes, boolean first) {
    int h = g * group + i;
    int query = block * C;
    Heads.right(job.q.tokens(b, h), query, lanes, d, job.binaryScale(), packedQ, 0, own);
    Heads.right(job.gout.tokens(b, h), query, lanes, d, 1, packedG, 0, own);
    for (int panel = 0; panel < axisPanels; panel++) {
      int axis = panel * C;
      int width = Math.min(C, d - axis);
      int at = panel * strideAxes;
      job.q.axes(b, h).pack(axis, width, query, lanes, queryRows, at, C, own);
      job.gout.axes(b, h).pack(axis, width, query, lanes, goutRows, at, C, own);
    }
    if (first) {
      int at = (i * queryBlocks + block) * C;
      Heads.right(job.out.tokens(b, h), query, lanes, d, 1, packedOut, 0, own);
      ScoreGradient.delta(packedOut, packedG, 0, d, delta, at);
      Arrays.fill(lse, at, at + C, 0);
      job.lse(b, h, query, lanes, lse, at);
    }
  }

  private void add(int i, int block, int lanes, int key, int count, int rows) {
    int panels = Heads.panels(rows);
    int keyPanels = Heads.panels(count);
    Heads.product(keyRows, rows, d, packedQ, 0, scores);
    job.mask.keysByQueries(scores, b, g * group + i, key, rows, block * C, lanes);
    Heads.product(valueRows, rows, d, packedG, 0, gp);
    ScoreGradient.perLane(scores, gp, rows, lse, delta, (i * queryBlocks + block) * C, rest);
    Arrays.fill(scores, rows * C, panels * Micro.TILE, 0);
    Arrays.fill(gp, rows * C, panels * Micro.TILE, 0);
    Heads.add(keyAxes, count, d, rows, gp, 0, sumsQ.values(), sumsQ.at(i, block));
    for (int panel = 0; panel < panels; panel++) {
      int left = panel * Micro.TILE;
      for (int axis = 0; axis < axisPanels; axis++) {
        int sum = (axis * keyPanels + panel) * Micro.TILE;
        int right = axis * strideAxes;
        Micro.multiplyRows(lanes, scores, left, C, goutRows, right, sumsV, sum, C, sumsV, sum);
        Micro.multiplyRows(lanes, gp, left, C, queryRows, right, sumsK, sum, C, sumsK, sum);
      }
    }
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
