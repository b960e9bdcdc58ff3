package framepack.tensor.cpu;

import java.util.Arrays;

/// First pass of [AttentionBackwardCpu]: gq of a few blocks of queries of one head.
///
/// S [keys, 32] = K Qᵀ, dP = V goutᵀ, then gqᵀ [d, 32] += Kᵀ dS, key block by key block.
final class QueryGradientUnit {
  private static final int C = Micro.COLUMNS;
  private static final int KEYS = AttentionCpu.KEYS;

  private final AttentionBackwardCpu job;
  private final float[] allDelta;
  private final int b;
  private final int h;
  private final int first;
  private final int blocks;
  private final Scratch own;
  private final int d;
  private final int queries;
  private final int strideQ;
  private final int strideSum;
  private final float[] packedQ;
  private final float[] packedG;
  private final float[] packedOut;
  private final float[] keyRows;
  private final float[] valueRows;
  private final float[] keyAxes;
  private final float[] scores;
  private final float[] gp;
  private final float[] sums;
  private final float[] lse;
  private final float[] delta;
  private final float[] rest;

  QueryGradientUnit(
      AttentionBackwardCpu job,
      float[] allDelta,
      int b,
      int h,
      int first,
      int blocks,
      Scratch own) {
    this.job = job;
    this.allDelta = allDelta;
    this.b = b;
    this.h = h;
    this.first = first;
    this.blocks = blocks;
    this.own = own;
    d = job.extents.d();
    queries = job.extents.queries();
    strideQ = Panels.stride(C, d);
    strideSum = Heads.block(d);
    int slot = Scratch.FIRST_FREE;
    int rows = Heads.panels(KEYS) * Panels.stride(Micro.ROWS, d);
    packedQ = own.floats(slot++, blocks * strideQ);
    packedG = own.floats(slot++, blocks * strideQ);
    packedOut = own.floats(slot++, strideQ);
    keyRows = own.floats(slot++, rows);
    valueRows = own.floats(slot++, rows);
    keyAxes = own.floats(slot++, Heads.panels(d) * Panels.stride(Micro.ROWS, KEYS));
    scores = own.floats(slot++, Heads.panels(KEYS) * Micro.TILE);
    gp = own.floats(slot++, Heads.panels(KEYS) * Micro.TILE);
    sums = own.floats(slot++, blocks * strideSum);
    lse = own.floats(slot++, blocks * C);
    delta = own.floats(slot++, blocks * C);
    rest = own.floats(slot, C);
  }

  void run() {
    for (int block = 0; block < blocks; block++) {
      start(block);
    }
    Arrays.fill(sums, 0, blocks * strideSum, 0);
    int end = job.mask.keys(b, Math.min(queries, first + blocks * C));
    int g = job.extents.keyHead(h);
    for (int key = 0; key < end; key += KEYS) {
      int count = Math.min(KEYS, end - key);
      Heads.leftTokens(job.k.tokens(b, g), key, count, d, keyRows, own);
      Heads.leftTokens(job.v.tokens(b, g), key, count, d, valueRows, own);
      Heads.leftAxes(job.k.axes(b, g), key, count, d, keyAxes, own);
      for (int block = 0; block < blocks; block++) {
        add(block, key, count);
      }
    }
    for (int block = 0; block < blocks; block++) {
      int query = first + block * C;
      Heads.scale(sums, block * strideSum, d, job.scale);
      AttentionBackwardCpu.store(
          job.gq, b, h, query, sums, block * strideSum, Math.min(C, queries - query), own);
    }
  }

  private void start(int block) {
    int query = first + block * C;
    int count = Math.min(C, queries - query);
    int at = block * strideQ;
    Heads.right(job.q.tokens(b, h), query, count, d, job.binaryScale(), packedQ, at, own);
    Heads.right(job.gout.tokens(b, h), query, count, d, 1, packedG, at, own);
    Heads.right(job.out.tokens(b, h), query, count, d, 1, packedOut, 0, own);
    ScoreGradient.delta(packedOut, packedG, at, d, delta, block * C);
    System.arraycopy(delta, block * C, allDelta, job.row(b, h, query), count);
    Arrays.fill(lse, block * C, block * C + C, 0);
    job.lse(b, h, query, count, lse, block * C);
  }

  private void add(int block, int key, int count) {
    int query = first + block * C;
    int lanes = Math.min(C, queries - query);
    int rows = Math.min(count, job.mask.keys(b, query + lanes) - key);
    if (rows <= 0) {
      return;
    }
    Heads.product(keyRows, rows, d, packedQ, block * strideQ, scores);
    job.mask.keysByQueries(scores, b, h, key, rows, query, lanes);
    Heads.product(valueRows, rows, d, packedG, block * strideQ, gp);
    ScoreGradient.perLane(scores, gp, rows, lse, delta, block * C, rest);
    Heads.add(keyAxes, count, d, rows, scores, 0, sums, block * strideSum);
  }
}
