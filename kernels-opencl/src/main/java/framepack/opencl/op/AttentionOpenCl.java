package framepack.opencl.op;

import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Launch;
import framepack.opencl.cl.Precision;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import java.util.List;
import java.util.function.UnaryOperator;

/// [Attention] and its gradient, in launches of a bounded length.
public final class AttentionOpenCl {
  private static final String FILE = "attention";
  private static final String GRADIENTS = "attention_backward";

  /// Tiles of keys that `matrix_attention.cl` meets at once.
  private static final long KEY_TILES = 8;

  /// Blocks of 32 queries that share keys and values there, if heads are no wider than so many pairs of tiles.
  private static final long MOST_BLOCKS = 8;

  private static final long MOST_PAIRS = 8;

  /// The least scale there: what scores may rise by is divided by it.
  private static final double LEAST_SCALE = 1e-30;

  private static final long ITEMS_OF_UNIT = 8;

  private static final int MASK_BOOL = 1;
  private static final int MASK_FLOAT = 2;
  private static final int CAUSAL = 4;
  private static final int LENGTHS = 8;

  private AttentionOpenCl() {}

  /// The sizes of one call.
  record Sizes(Call call, long batch, long heads, long keyHeads, long s, long t, long d) {
    static Sizes of(Call call) {
      Shape q = call.in(0).shape();
      Shape k = call.in(1).shape();
      return new Sizes(
          call, q.extent(0), q.extent(2), k.extent(2), q.extent(1), k.extent(1), q.extent(3));
    }

    Launch numbers(Launch kernel, double scale) {
      return withoutBatch(kernel.number(batch), scale);
    }

    Launch withoutBatch(Launch kernel, double scale) {
      return kernel
          .integer(heads)
          .integer(heads / keyHeads)
          .integer(s)
          .integer(t)
          .integer(d)
          .real(scale);
    }

    /// q, k, v and, for gradients, gy: a pointer and the strides of each.
    Launch rows(Launch kernel, int... operands) {
      for (int i : operands) {
        View view = call.in(i);
        kernel.view(view).axes(MovementOpenCl.strides(call, view.layout()));
      }
      return kernel;
    }

    /// Work-items of a group that keeps `arrays` rows of d vectors each in local memory.
    int group(int arrays) {
      long each = arrays * Math.max(1, d) * call.shape().lanes() * Float.BYTES;
      long most = call.context().device().freeLocalBytes() / each;
      if (most == 0) {
        throw call.refusal(
            "heads of %d need %d bytes of local memory, the device has %d: use --device cpu"
                .formatted(d, each, call.context().device().freeLocalBytes()));
      }
      return (int) Math.min(call.shape().group(), Long.highestOneBit(most));
    }
  }

  /// Hidden keys as arguments: mask and lengths, or any view in their places.
  record Hiding(Call call, View mask, View lengths, int flags) {
    static Hiding of(Call call, boolean causal, int lengthsAt, int maskAt) {
      int flags = causal ? CAUSAL : 0;
      View mask = call.in(0);
      if (maskAt >= 0) {
        View given = call.in(maskAt);
        boolean added = given.dtype().isFloating();
        mask = added ? call.asFloats(given) : call.as(DType.BOOL, given);
        flags |= added ? MASK_FLOAT : MASK_BOOL;
      }
      View lengths = lengthsAt < 0 ? call.in(0) : call.in(lengthsAt);
      return new Hiding(call, mask, lengths, lengthsAt < 0 ? flags : flags | LENGTHS);
    }

    Launch arguments(Launch kernel, Sizes sizes) {
      boolean masked = (flags & (MASK_BOOL | MASK_FLOAT)) != 0;
      Shape scores = Shape.of(sizes.batch(), sizes.heads(), sizes.s(), sizes.t());
      long[] strides =
          masked
              ? MovementOpenCl.strides(call, mask.layout().expand(scores))
              : new long[Launch.AXES];
      return visible(kernel.view(mask).view(mask).axes(strides));
    }

    /// The lengths alone.
    Launch visible(Launch kernel) {
      boolean limited = (flags & LENGTHS) != 0;
      return kernel.view(lengths).number(limited ? lengths.layout().stride(0) : 0).integer(flags);
    }
  }

  public static void forward(Attention op, Call call) {
    Sizes sizes = Sizes.of(call.floats(3));
    Hiding hiding =
        Hiding.of(
            call,
            op.causal(),
            op.keyLengths() ? op.keyLengthsAt() : -1,
            op.mask() ? op.maskAt() : -1);
    boolean rounded = call.context().matrix().precision() != Precision.F32;
    boolean some = sizes.s() * sizes.t() * sizes.d() > 0;
    if (rounded && hiding.flags() == 0 && op.scale() > LEAST_SCALE && some) {
      onMatrixUnit(op, sizes);
    } else if ((hiding.flags() & ~LENGTHS) == 0 && some && AttentionGroups.fit(sizes)) {
      AttentionGroups.of(sizes).forward(op, hiding);
    } else {
      inFloats(op, sizes, hiding);
    }
  }

  private static void inFloats(Attention op, Sizes sizes, Hiding hiding) {
    Call call = sizes.call();
    KernelShape shape = call.shape();
    long headElements = packedHead(sizes, sizes.t());
    long keyHeads = sizes.batch() * sizes.keyHeads();
    long chunk =
        Math.clamp(call.mostPacked() / (2 * headElements * Float.BYTES), 1, Math.max(1, keyHeads));
    View keys = call.scratch(DType.F32, chunk, headElements);
    View values = call.scratch(DType.F32, chunk, headElements);
    for (long first = 0; first < keyHeads; first += chunk) {
      long from = first;
      long count = Math.min(chunk, keyHeads - first);
      pack(sizes, call.in(1), sizes.t(), keys, first, count);
      pack(sizes, call.in(2), sizes.t(), values, first, count);
      launch(
          sizes,
          2,
          shape.queryVectors(),
          count * (sizes.heads() / sizes.keyHeads()),
          sizes.s(),
          4.0 * sizes.t() * sizes.d(),
          () -> {
            Launch kernel = sizes.rows(call.kernel(FILE, "attention"), 0).view(keys).view(values);
            hiding.arguments(kernel.view(call.out(0)).view(call.out(1)), sizes);
            return sizes.withoutBatch(kernel.number(from).number(count), op.scale());
          });
    }
  }

  /// Elements of a packed head of `tokens`, at least 1.
  private static long packedHead(Sizes sizes, long tokens) {
    long width = sizes.call().shape().keyBlock();
    return Math.max(1, Math.ceilDiv(tokens, width) * width * sizes.d());
  }

  /// Packs heads `[first, first + count)` of all items of k, or of another with `tokens` of them: blocks of tokens innermost, zeros
  /// behind the last one.
  private static void pack(
      Sizes sizes, View view, long tokens, View packed, long first, long count) {
    Call call = sizes.call();
    int width = call.shape().keyBlock();
    if (tokens * sizes.d() > 0) {
      new Packed(call, width, sizes.d(), tokens)
          .pack(alongHeads(view), packed, first, count, 0, Math.ceilDiv(tokens, width));
    }
  }

  /// The heads of all items as matrices [d, tokens].
  static Packed.Source alongHeads(View view) {
    Layout heads = view.layout().slice(1, 0, 1).slice(3, 0, 1);
    Walk walk = Walk.of(heads.shape(), List.of(heads));
    return new Packed.Source(
        view, walk.extents(), walk.strides()[0], view.layout().stride(3), view.layout().stride(1));
  }

  /// The heads of all items as matrices [tokens, d].
  static Packed.Source alongTokens(View view) {
    Packed.Source heads = alongHeads(view);
    return new Packed.Source(
        view, heads.extents(), heads.strides(), heads.columnStride(), heads.step());
  }

  /// Without hidden keys, by `matrix_attention.cl`: heads in chunks of bounded scratch memory.
  private static void onMatrixUnit(Attention op, Sizes sizes) {
    Call call = sizes.call();
    long share = sizes.heads() / sizes.keyHeads();
    long pairs = Math.ceilDiv(sizes.d(), 2 * Tiles.SIDE);
    long blocks = Math.ceilDiv(sizes.s(), 2 * Tiles.SIDE);
    long keyTiles = Math.ceilDiv(sizes.t(), KEY_TILES * Tiles.SIDE) * KEY_TILES;
    Tiles queries = new Tiles(call, false, false, sizes.s(), sizes.d(), pairs);
    Tiles keys = new Tiles(call, false, true, sizes.t(), sizes.d(), pairs);
    Tiles values = new Tiles(call, false, true, sizes.d(), sizes.t(), keyTiles / 2);
    long headTiles = 2 * (share * blocks + keyTiles) * pairs;
    long keyHeads = sizes.batch() * sizes.keyHeads();
    long chunk = Math.clamp(call.mostPacked() / (headTiles * Tiles.BYTES), 1, keyHeads);
    View q = call.scratch(DType.I32, chunk * share * blocks * 2 * pairs * Tiles.WORDS);
    View k = call.scratch(DType.I32, chunk * keyTiles * pairs * Tiles.WORDS);
    View v = call.scratch(DType.I32, chunk * keyTiles * pairs * Tiles.WORDS);
    long together = pairs > MOST_PAIRS ? 1 : together(call, chunk * share, blocks);
    double flopsOfItem = 4.0 * sizes.t() * sizes.d() * 2 * Tiles.SIDE * together;
    long most = (long) Math.max(1, call.context().pace().launchFlops() / flopsOfItem);
    for (long first = 0; first < keyHeads; first += chunk) {
      long count = Math.min(chunk, keyHeads - first);
      queries.pack(alongHeads(call.in(0)), q, q, first * share, count * share, 0, 2 * blocks);
      keys.pack(alongHeads(call.in(1)), k, k, first, count, 0, keyTiles);
      values.pack(alongTokens(call.in(2)), v, v, first, count, 0, 2 * pairs);
      long items = count * share * Math.ceilDiv(blocks, together);
      for (long item = 0; item < items; item += most) {
        Tiles.kernel(call, "matrix_attention", "matrix_attention", false, "HEAD_PAIRS=" + pairs)
            .view(q)
            .view(k)
            .view(v)
            .view(call.out(0))
            .view(call.out(1))
            .number(first)
            .integer(sizes.heads())
            .integer(share)
            .integer(sizes.s())
            .integer(sizes.t())
            .integer(sizes.d())
            .integer(keyTiles)
            .real(op.scale())
            .integer(together)
            .number(item)
            .flops(flopsOfItem * Math.min(most, items - item))
            .groups(Math.min(most, items - item), 1);
      }
    }
  }

  /// Blocks of queries of a work-item: as many as leave every compute unit several items.
  private static long together(Call call, long heads, long blocks) {
    long items = ITEMS_OF_UNIT * call.context().device().computeUnits();
    return Math.clamp(heads * blocks / items, 1, MOST_BLOCKS);
  }

  public static void backward(AttentionBackward op, Call call) {
    Sizes sizes = Sizes.of(call.floats(6));
    Hiding hiding =
        Hiding.of(
            call,
            op.causal(),
            op.keyLengths() ? op.keyLengthsAt() : -1,
            op.mask() ? op.maskAt() : -1);
    View lse = call.dense(call.in(4));
    View dots = rowDots(call, sizes);
    long keyHeads = sizes.batch() * sizes.keyHeads();
    long share = sizes.heads() / sizes.keyHeads();
    long ofKeys = packedHead(sizes, sizes.t());
    long ofQueries = packedHead(sizes, sizes.s());
    long bytes = 2 * (ofKeys + share * ofQueries) * Float.BYTES;
    long chunk = Math.clamp(call.mostPacked() / bytes, 1, Math.max(1, keyHeads));
    View k = call.scratch(DType.F32, chunk, ofKeys);
    View v = call.scratch(DType.F32, chunk, ofKeys);
    View q = call.scratch(DType.F32, chunk * share, ofQueries);
    View gy = call.scratch(DType.F32, chunk * share, ofQueries);
    for (long first = 0; first < keyHeads; first += chunk) {
      long from = first;
      long count = Math.min(chunk, keyHeads - first);
      pack(sizes, call.in(1), sizes.t(), k, first, count);
      pack(sizes, call.in(2), sizes.t(), v, first, count);
      pack(sizes, call.in(0), sizes.s(), q, first * share, count * share);
      pack(sizes, call.in(5), sizes.s(), gy, first * share, count * share);
      UnaryOperator<Launch> numbers =
          kernel ->
              sizes.withoutBatch(
                  hiding.arguments(kernel, sizes).number(from).number(count), op.scale());
      launch(
          sizes,
          3,
          1,
          count * share,
          sizes.s(),
          6.0 * sizes.d() * sizes.t(),
          () -> {
            Launch kernel = sizes.rows(call.kernel(GRADIENTS, "attention_queries"), 0, 5);
            return numbers.apply(kernel.view(k).view(v).view(lse).view(dots).view(call.out(0)));
          });
      launch(
          sizes,
          4,
          1,
          count,
          sizes.t(),
          8.0 * sizes.d() * sizes.s() * share,
          () -> {
            Launch kernel = sizes.rows(call.kernel(GRADIENTS, "attention_keys"), 1, 2);
            kernel.view(q).view(gy).view(lse).view(dots);
            return numbers.apply(kernel.view(call.out(1)).view(call.out(2)));
          });
    }
    if (op.maskGradient() && call.out(3).shape().elements() > 0) {
      View gmask = call.out(3);
      Launch kernel = sizes.rows(call.kernel(GRADIENTS, "attention_mask"), 0, 1, 2, 5);
      kernel.view(lse).view(dots).view(gmask).axes(MovementOpenCl.extents(gmask.shape()));
      sizes
          .numbers(hiding.arguments(kernel, sizes), op.scale())
          .number(gmask.shape().elements())
          .flops(4.0 * sizes.batch() * sizes.heads() * sizes.s() * sizes.t() * sizes.d())
          .items(MovementOpenCl.chunks(call, gmask));
    }
  }

  /// `sum gy * y` of every query and head, [batch, heads, s].
  private static View rowDots(Call call, Sizes sizes) {
    View dots = call.scratch(DType.F32, sizes.batch(), sizes.heads(), sizes.s());
    View y = call.dense(call.in(3));
    if (dots.shape().elements() > 0) {
      sizes
          .rows(call.kernel(GRADIENTS, "row_dots"), 5)
          .view(y)
          .view(dots)
          .number(dots.shape().elements())
          .integer(sizes.heads())
          .integer(sizes.s())
          .integer(sizes.d())
          .items(MovementOpenCl.chunks(call, dots));
    }
    return dots;
  }

  private interface Prepared {
    Launch launch();
  }

  /// Launches a work-item for every block of rows of `heads` heads, `vectors` vectors of them, each row costing `flops`.
  private static void launch(
      Sizes sizes,
      int arrays,
      int vectors,
      long heads,
      long rows,
      double flops,
      Prepared prepared) {
    int lanes = vectors * sizes.call().shape().lanes();
    int group = sizes.group(arrays * vectors);
    long items = heads * Math.ceilDiv(rows, lanes);
    double flopsOfGroup = Math.max(1, flops * lanes * group);
    double most = sizes.call().context().pace().launchFlops() / flopsOfGroup;
    long groups = Math.ceilDiv(items, group);
    long chunk = (long) Math.clamp(most, 1, Math.max(1, groups));
    for (long first = 0; first < groups; first += chunk) {
      Launch kernel = prepared.launch().number(first * group);
      for (int i = 0; i < arrays; i++) {
        kernel.local(group * Math.max(1, sizes.d()) * lanes * Float.BYTES);
      }
      long some = Math.min(chunk, groups - first);
      kernel.flops(flopsOfGroup * some).groups(some, group);
    }
  }
}
