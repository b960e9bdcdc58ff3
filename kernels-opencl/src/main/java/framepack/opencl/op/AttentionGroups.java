package framepack.opencl.op;

import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Launch;
import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.op.Attention;

/// [Attention] by `attention_group.cl`: work-items share tiles in local memory. No mask, and heads that registers hold.
///
/// @param rows queries of a group
/// @param keys keys that it meets at once
/// @param head columns of its sums
record AttentionGroups(AttentionOpenCl.Sizes sizes, int rows, int keys, int head) {
  /// Vectors of 4 queries times vectors of 4 columns of a work-item: its sums.
  private static final int MOST_SUMS = 4;

  /// Of the weights of a key: as `PITCH`.
  private static final int PADDING = 4;

  static AttentionGroups of(AttentionOpenCl.Sizes sizes) {
    KernelShape shape = sizes.call().shape();
    int keys = 4 * shape.tileGroup();
    int head = (int) Math.ceilDiv(sizes.d(), keys) * keys;
    return new AttentionGroups(sizes, keys * shape.queryVectors(), keys, head);
  }

  /// Whether the device's shape has groups, and they have registers and local memory for heads so wide.
  static boolean fit(AttentionOpenCl.Sizes sizes) {
    KernelShape shape = sizes.call().shape();
    AttentionGroups groups = of(sizes);
    return shape.isGrouped()
        && shape.lanes() == 1
        && shape.queryVectors() * (groups.head / groups.keys) <= MOST_SUMS
        && groups.localBytes() <= sizes.call().context().device().freeLocalBytes();
  }

  private long localBytes() {
    long weights = keys * (rows + PADDING);
    long tiles = KernelShape.STEPS_OF_TILES * Math.max(rows + keys, head);
    return (weights + tiles) * Float.BYTES;
  }

  /// Heads in chunks of bounded scratch memory.
  ///
  /// @param hiding lengths or nothing
  void forward(Attention op, AttentionOpenCl.Hiding hiding) {
    Call call = sizes.call();
    long share = sizes.heads() / sizes.keyHeads();
    long keyHeads = sizes.batch() * sizes.keyHeads();
    Packed queries = new Packed(call, rows, sizes.d(), sizes.s());
    Packed ofKeys = new Packed(call, keys, sizes.d(), sizes.t());
    Packed values = new Packed(call, head, sizes.t(), sizes.d());
    long blocks = Math.ceilDiv(sizes.s(), rows);
    long keyBlocks = Math.ceilDiv(sizes.t(), keys);
    long bytes =
        share * blocks * queries.panelBytes()
            + keyBlocks * ofKeys.panelBytes()
            + values.panelBytes();
    long chunk = Math.clamp(call.mostPacked() / bytes, 1, keyHeads);
    View q = call.scratch(DType.F32, chunk * share * blocks, sizes.d(), rows);
    View k = call.scratch(DType.F32, chunk * keyBlocks, sizes.d(), keys);
    View v = call.scratch(DType.F32, chunk, sizes.t(), head);
    for (long first = 0; first < keyHeads; first += chunk) {
      long count = Math.min(chunk, keyHeads - first);
      queries.pack(
          AttentionOpenCl.alongHeads(call.in(0)), q, first * share, count * share, 0, blocks);
      ofKeys.pack(AttentionOpenCl.alongHeads(call.in(1)), k, first, count, 0, keyBlocks);
      values.pack(AttentionOpenCl.alongTokens(call.in(2)), v, first, count, 0, 1);
      launch(op, hiding, q, k, v, first, count * share * blocks);
    }
  }

  /// `groups` groups from key head `first` on, in launches of a bounded length.
  private void launch(
      Attention op,
      AttentionOpenCl.Hiding hiding,
      View q,
      View k,
      View v,
      long first,
      long groups) {
    Call call = sizes.call();
    double flopsOfGroup = 4.0 * sizes.t() * sizes.d() * rows;
    long most = (long) Math.max(1, call.context().pace().launchFlops() / flopsOfGroup);
    for (long group = 0; group < groups; group += most) {
      long some = Math.min(most, groups - group);
      Launch kernel =
          call.kernel("attention_group", "attention", "HEAD=" + head)
              .view(q)
              .view(k)
              .view(v)
              .view(call.out(0))
              .view(call.out(1));
      sizes
          .withoutBatch(hiding.visible(kernel).number(first), op.scale())
          .number(group)
          .flops(flopsOfGroup * some)
          .tiles(some, 1, 1, call.shape().tileGroup());
    }
  }
}
