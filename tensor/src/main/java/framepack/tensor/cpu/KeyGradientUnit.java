package framepack.tensor.cpu;

import java.util.Arrays;

/// Second pass of [AttentionBackwardCpu]: gk and gv of a few blocks of keys of one key head.
///
/// S [queries, 32] = Q Kᵀ, dP = gout Vᵀ, then gvᵀ [d, 32] += goutᵀ P and gkᵀ += Qᵀ dS, for every
/// query head that the key head serves, in order.
final class KeyGradientUnit {
  private static final int C = Micro.COLUMNS;

  /// Queries of a block: as many rows of scores as there are keys in the other pass.
  private static final int QUERIES = AttentionCpu.KEYS;

  private final AttentionBackwardCpu job;
  private final float[] allDelta;
  private final int b;
  private final int g;
  private final int first;
  private final int blocks;
  private final Scratch own;
  private final int d;
  private final int keys;
  private final int strideK;
  private final int strideSum;
  private final float[] packedK;
  private final float[] packedV;
  private final float[] queryRows;
  private final float[] goutRows;
  private final float[] queryAxes;
  private final float[] goutAxes;
  private final float[] scores;
  private final float[] gp;
  private final float[] sumsK;
  private final float[] sumsV;
  private final float[] lse;
  private final float[] delta;
  private final float[] rest;

  KeyGradientUnit(
      AttentionBackwardCpu job,
      float[] allDelta,
      int b,
      int g,
      int first,
      int blocks,
      Scratch own) {
    this.job = job;
    this.allDelta = allDelta;
    this.b = b;
    this.g = g;
    this.first = first;
    this.blocks = blocks;
    this.own = own;
    d = job.extents.d();
    keys = job.extents.keys();
    strideK = Panels.stride(C, d);
    strideSum = Heads.block(d);
    int slot = Scratch.FIRST_FREE;
    int rows = Heads.panels(QUERIES) * Panels.stride(Micro.ROWS, d);
    int axes = Heads.panels(d) * Panels.stride(Micro.ROWS, QUERIES);
    packedK = own.floats(slot++, blocks * strideK);
    packedV = own.floats(slot++, blocks * strideK);
    queryRows = own.floats(slot++, rows);
    goutRows = own.floats(slot++, rows);
    queryAxes = own.floats(slot++, axes);
    goutAxes = own.floats(slot++, axes);
    scores = own.floats(slot++, Heads.panels(QUERIES) * Micro.TILE);
    gp = own.floats(slot++, Heads.panels(QUERIES) * Micro.TILE);
    sumsK = own.floats(slot++, blocks * strideSum);
    sumsV = own.floats(slot++, blocks * strideSum);
    lse = own.floats(slot++, QUERIES);
    delta = own.floats(slot++, QUERIES);
    rest = own.floats(slot, C);
  }

  void run() {
    for (int block = 0; block < blocks; block++) {
      int key = first + block * C;
      int at = block * strideK;
      Heads.right(job.k.tokens(b, g), key, keys - key, d, job.binaryScale(), packedK, at, own);
      Heads.right(job.v.tokens(b, g), key, keys - key, d, 1, packedV, at, own);
    }
    Arrays.fill(sumsK, 0, blocks * strideSum, 0);
    Arrays.fill(sumsV, 0, blocks * strideSum, 0);
    int queries = job.extents.queries();
    for (int h = 0; h < job.extents.heads(); h++) {
      for (int query = 0; query < queries && job.extents.keyHead(h) == g; query += QUERIES) {
        int count = Math.min(QUERIES, queries - query);
        if (job.mask.seen(b, query + count, first)) {
          add(h, query, count);
        }
      }
    }
    for (int block = 0; block < blocks; block++) {
      int key = first + block * C;
      int lanes = Math.min(C, keys - key);
      int at = block * strideSum;
      Heads.scale(sumsK, at, d, job.scale);
      AttentionBackwardCpu.store(job.gk, b, g, key, sumsK, at, lanes, own);
      AttentionBackwardCpu.store(job.gv, b, g, key, sumsV, at, lanes, own);
    }
  }

  private void add(int h, int query, int count) {
    Heads.leftTokens(job.q.tokens(b, h), query, count, d, queryRows, own);
    Heads.leftTokens(job.gout.tokens(b, h), query, count, d, goutRows, own);
    Heads.leftAxes(job.q.axes(b, h), query, count, d, queryAxes, own);
    Heads.leftAxes(job.gout.axes(b, h), query, count, d, goutAxes, own);
    job.lse(b, h, query, count, lse, 0);
    System.arraycopy(allDelta, job.row(b, h, query), delta, 0, count);
    for (int block = 0; block < blocks; block++) {
      int key = first + block * C;
      if (job.mask.seen(b, query + count, key)) {
        add(block, h, query, count, key);
      }
    }
  }

  private void add(int block, int h, int query, int rows, int key) {
    int lanes = Math.min(C, keys - key);
    Heads.product(queryRows, rows, d, packedK, block * strideK, scores);
    job.mask.queriesByKeys(scores, b, h, query, rows, key, lanes);
    Heads.product(goutRows, rows, d, packedV, block * strideK, gp);
    ScoreGradient.perRow(scores, gp, rows, lse, delta, rest);
    Heads.add(goutAxes, rows, d, rows, scores, 0, sumsV, block * strideSum);
    Heads.add(queryAxes, rows, d, rows, gp, 0, sumsK, block * strideSum);
  }
}
