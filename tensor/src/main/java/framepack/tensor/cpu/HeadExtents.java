package framepack.tensor.cpu;

import framepack.tensor.core.View;

/// Extents of q [batch, queries, heads, d] and k [batch, keys, keyHeads, d], and how blocks are shared
/// out.
record HeadExtents(int batch, int queries, int keys, int heads, int keyHeads, int d) {
  /// Blocks that share packed keys: all of the 1560 queries of a frame at 480p. Their queries and sums take 33 KB a block at d =
  /// 128 and 512 bit and may come from L3; at 256 bit they are half as long, and L2 is smaller.
  private static final int MOST_BLOCKS = Lanes.WIDTH == 16 ? 52 : 24;

  /// Units a thread should find, so that the last ones even out.
  private static final int UNITS_PER_THREAD = 4;

  static HeadExtents of(View q, View k) {
    return new HeadExtents(
        Math.toIntExact(q.shape().extent(0)),
        Math.toIntExact(q.shape().extent(1)),
        Math.toIntExact(k.shape().extent(1)),
        Math.toIntExact(q.shape().extent(2)),
        Math.toIntExact(k.shape().extent(2)),
        Math.toIntExact(q.shape().extent(3)));
  }

  /// The key head that serves a query head.
  int keyHead(int head) {
    return head / group();
  }

  /// Query heads that one key head serves.
  int group() {
    return heads / keyHeads;
  }

  /// Blocks of COLUMNS queries.
  int queryBlocks() {
    return Gemm.ceil(queries, Micro.COLUMNS);
  }

  /// Compiles the kernels first where it pays.
  void warm() {
    if (4.0 * batch * heads * queries * keys * d > Gemm.WARM_FLOPS) {
      Warm.Attention.up();
    }
  }

  /// Some neighbouring blocks of COLUMNS tokens of one head.
  @FunctionalInterface
  interface Blocks {
    void run(int b, int head, int firstToken, int blocks, Scratch own);
  }

  /// Shares out all blocks of `tokens` of all `heads`. A block must not depend on its neighbours.
  void share(Threads.Region region, int threads, int heads, int tokens, Blocks body) {
    int blocks = Gemm.ceil(tokens, Micro.COLUMNS);
    long all = (long) batch * heads * blocks;
    int most = Math.clamp(all / (threads * UNITS_PER_THREAD), 1, MOST_BLOCKS);
    int groups = Gemm.ceil(blocks, most);
    region.run(
        batch * heads * groups,
        (unit, own) -> {
          int head = unit / groups;
          int from = Gemm.part(blocks, unit % groups, groups);
          int to = Gemm.part(blocks, unit % groups + 1, groups);
          body.run(head / heads, head % heads, from * Micro.COLUMNS, to - from, own);
        });
  }
}
