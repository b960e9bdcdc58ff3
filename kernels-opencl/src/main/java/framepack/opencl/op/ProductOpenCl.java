package framepack.opencl.op;

import framepack.opencl.cl.Precision;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// [Linear] and [MatMul].
public final class ProductOpenCl {
  private ProductOpenCl() {}

  /// Weights in blocks become floats in scratch memory first.
  public static void linear(Linear op, Call call) {
    View y = call.out(0);
    View weight = call.in(1).dtype().isBlocks() ? call.asFloats(call.in(1)) : call.in(1);
    long n = weight.shape().extent(0);
    long k = weight.shape().extent(1);
    long m = n == 0 ? 0 : y.shape().elements() / n;
    Packed.Source right =
        new Packed.Source(
            weight, ones(), zeros(), weight.layout().stride(1), weight.layout().stride(0));
    View gate = op.gated() ? call.dense(call.in().getLast()) : null;
    View residual = op.gated() ? call.dense(call.in(call.in().size() - 2)) : null;
    Gemm.Epilogue epilogue =
        new Gemm.Epilogue(
            op.bias() ? call.dense(call.in(2)) : null,
            false,
            op.activation().name().toLowerCase(Locale.ROOT),
            residual,
            gate,
            op.gated() ? y.shape().extent(1) : 1);
    Gemm.Left left = rows(call, call.in(0));
    if (call.context().matrix().precision() == Precision.INT8 && m * n * k > 0) {
      new MatrixGemm(call, true, 1, m, n, k, true).run(left, right, y, epilogue);
    } else {
      multiply(new Gemm(call, 1, m, n, k, true), left, right, y, epilogue);
    }
  }

  private static void multiply(
      Gemm gemm, Gemm.Left left, Packed.Source right, View c, Gemm.Epilogue epilogue) {
    Call call = gemm.call();
    boolean rounded = call.context().matrix().precision() != Precision.F32;
    if (rounded && gemm.matrices() * gemm.m() * gemm.n() * gemm.k() > 0) {
      new MatrixGemm(call, false, gemm.matrices(), gemm.m(), gemm.n(), gemm.k(), gemm.shared())
          .run(left, right, c, epilogue);
    } else {
      gemm.run(left, gemm.strided(right), c, epilogue);
    }
  }

  /// x [..., k] as one matrix [m, k]: the view itself if its rows have one stride, else a dense copy.
  private static Gemm.Left rows(Call call, View x) {
    Layout firsts = x.layout().slice(-1, 0, 1);
    Walk walk = Walk.of(firsts.shape(), List.of(firsts));
    if (walk.rows() > 1) {
      View copy = call.dense(x);
      return new Gemm.Left(copy, ones(), zeros(), x.shape().extent(-1), 1);
    }
    long step = x.layout().stride(-1);
    return new Gemm.Left(x, ones(), zeros(), walk.step(0), step);
  }

  public static void matMul(MatMul op, Call call) {
    View a = call.in(0);
    View b = call.in(1);
    View c = call.out(0);
    if (c.shape().elements() == 0) {
      return;
    }
    Layout left = op.transposeA() ? transposed(a.layout()) : a.layout(); // [..., m, k]
    Layout right = op.transposeB() ? transposed(b.layout()) : b.layout(); // [..., k, n]
    long m = left.shape().extent(-2);
    long k = left.shape().extent(-1);
    long n = right.shape().extent(-1);
    boolean shared = right.shape().rank() == 2;
    long matrices = c.shape().elements() / m / n;
    Layout firsts = left.slice(-1, 0, 1);
    if (shared && Walk.of(firsts.shape(), List.of(firsts)).rows() == 1) {
      m *= matrices; // all rows have one stride: one tall matrix
      matrices = 1;
    }
    Gemm gemm = new Gemm(call, matrices, m, n, k, shared);
    Shape batch = Shape.of(Arrays.copyOf(c.shape().toArray(), c.shape().rank() - 2));
    Walk walk = matrices == 1 ? null : heads(batch, left, right);
    long[] extents = walk == null ? ones() : walk.extents();
    Gemm.Left of =
        new Gemm.Left(
            a,
            extents,
            walk == null ? zeros() : walk.strides()[0],
            rowStride(left, m),
            left.stride(-1));
    Packed.Source with =
        new Packed.Source(
            b,
            extents,
            walk == null ? zeros() : walk.strides()[1],
            right.stride(-2),
            right.stride(-1));
    multiply(gemm, of, with, c, Gemm.Epilogue.NONE);
  }

  /// Where the matrices of both operands begin.
  private static Walk heads(Shape batch, Layout left, Layout right) {
    long[] extents = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
    extents[batch.rank()] = 1;
    extents[batch.rank() + 1] = 1;
    Shape shape = Shape.of(extents);
    return Walk.of(shape, List.of(first(left).expand(shape), first(right).expand(shape)));
  }

  private static Layout first(Layout matrices) {
    return matrices.slice(-2, 0, 1).slice(-1, 0, 1);
  }

  private static long rowStride(Layout left, long m) {
    if (left.shape().extent(-2) == m) {
      return left.stride(-2);
    }
    Layout firsts = left.slice(-1, 0, 1);
    return Walk.of(firsts.shape(), List.of(firsts)).step(0);
  }

  private static Layout transposed(Layout layout) {
    int rank = layout.shape().rank();
    int[] order = new int[rank];
    Arrays.setAll(order, i -> i);
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    return layout.permute(order);
  }

  static long[] ones() {
    return MovementOpenCl.extents(Shape.of());
  }

  static long[] zeros() {
    return new long[ones().length];
  }
}
