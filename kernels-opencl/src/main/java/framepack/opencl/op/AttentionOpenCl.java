package framepack.opencl.op;

import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Launch;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import java.util.List;

/// [Attention] and its gradient, in launches of a bounded length.
public final class AttentionOpenCl {
  private static final String FILE = "attention";
  private static final long MOST_PACKED = 64L << 20;
  private static final int MASK_BOOL = 1;
  private static final int MASK_FLOAT = 2;
  private static final int CAUSAL = 4;
  private static final int LENGTHS = 8;

  private AttentionOpenCl() {}

  /// The sizes of one call.
  private record Sizes(Call call, long batch, long heads, long keyHeads, long s, long t, long d) {
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
      long most = call.context().device().localBytes() / each;
      if (most == 0) {
        throw call.refusal(
            "heads of %d need %d bytes of local memory, the device has %d: use --device cpu"
                .formatted(d, each, call.context().device().localBytes()));
      }
      return (int) Math.min(call.shape().group(), Long.highestOneBit(most));
    }
  }

  /// Hidden keys as arguments: mask and lengths, or any view in their places.
  private record Hiding(Call call, View mask, View lengths, int flags) {
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
      boolean limited = (flags & LENGTHS) != 0;
      return kernel
          .view(mask)
          .view(mask)
          .axes(strides)
          .view(lengths)
          .number(limited ? lengths.layout().stride(0) : 0)
          .integer(flags);
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
    KernelShape shape = call.shape();
    long blocks = Math.ceilDiv(sizes.t(), shape.keyBlock());
    long headElements = Math.max(1, blocks * sizes.d() * shape.keyBlock());
    long keyHeads = sizes.batch() * sizes.keyHeads();
    long chunk =
        Math.clamp(MOST_PACKED / (2 * headElements * Float.BYTES), 1, Math.max(1, keyHeads));
    View keys = call.scratch(DType.F32, chunk, headElements);
    View values = call.scratch(DType.F32, chunk, headElements);
    for (long first = 0; first < keyHeads; first += chunk) {
      long from = first;
      long count = Math.min(chunk, keyHeads - first);
      pack(sizes, call.in(1), keys, first, count);
      pack(sizes, call.in(2), values, first, count);
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

  /// Packs heads `[first, first + count)` of all items of k or v: blocks of keys innermost, zeros behind the last key.
  private static void pack(Sizes sizes, View view, View packed, long first, long count) {
    Call call = sizes.call();
    int width = call.shape().keyBlock();
    Layout heads = view.layout().slice(1, 0, 1).slice(3, 0, 1);
    if (sizes.t() * sizes.d() == 0) {
      return;
    }
    Walk walk = Walk.of(heads.shape(), List.of(heads));
    new Packed(call, width, sizes.d(), sizes.t())
        .pack(
            new Packed.Source(
                view,
                walk.extents(),
                walk.strides()[0],
                view.layout().stride(3),
                view.layout().stride(1)),
            packed,
            first,
            count,
            0,
            Math.ceilDiv(sizes.t(), width));
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
    double flops = 4.0 * sizes.d();
    launch(
        sizes,
        3,
        1,
        sizes.batch() * sizes.heads(),
        sizes.s(),
        flops * sizes.t(),
        () -> gradient(call, sizes, hiding, "attention_queries", lse, dots, op.scale(), 0));
    launch(
        sizes,
        4,
        1,
        sizes.batch() * sizes.keyHeads(),
        sizes.t(),
        flops * sizes.s() * (sizes.heads() / sizes.keyHeads()),
        () -> gradient(call, sizes, hiding, "attention_keys", lse, dots, op.scale(), 1, 2));
    if (op.maskGradient() && call.out(3).shape().elements() > 0) {
      View gmask = call.out(3);
      Launch kernel = sizes.rows(call.kernel(FILE, "attention_mask"), 0, 1, 2, 5);
      kernel.view(lse).view(dots).view(gmask).axes(MovementOpenCl.extents(gmask.shape()));
      sizes
          .numbers(hiding.arguments(kernel, sizes), op.scale())
          .number(gmask.shape().elements())
          .items(MovementOpenCl.chunks(call, gmask));
    }
  }

  /// `sum gy * y` of every query and head, [batch, heads, s].
  private static View rowDots(Call call, Sizes sizes) {
    View dots = call.scratch(DType.F32, sizes.batch(), sizes.heads(), sizes.s());
    View y = call.dense(call.in(3));
    if (dots.shape().elements() > 0) {
      sizes
          .rows(call.kernel(FILE, "row_dots"), 5)
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

  private static Launch gradient(
      Call call,
      Sizes sizes,
      Hiding hiding,
      String name,
      View lse,
      View dots,
      double scale,
      int... results) {
    Launch kernel = sizes.rows(call.kernel(FILE, name), 0, 1, 2, 5).view(lse).view(dots);
    for (int result : results) {
      kernel.view(call.out(result));
    }
    return sizes.numbers(hiding.arguments(kernel, sizes), scale);
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
    double most = sizes.call().shape().launchFlops() / Math.max(1, flops * lanes * group);
    long groups = Math.ceilDiv(items, group);
    long chunk = (long) Math.clamp(most, 1, Math.max(1, groups));
    for (long first = 0; first < groups; first += chunk) {
      Launch kernel = prepared.launch().number(first * group);
      for (int i = 0; i < arrays; i++) {
        kernel.local(group * Math.max(1, sizes.d()) * lanes * Float.BYTES);
      }
      kernel.groups(Math.min(chunk, groups - first), group);
    }
  }
}
