package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.Arrays;
import java.util.List;

/// Batched product: a [..., m, k] (or [..., k, m] with `transposeA`), b [..., k, n] (or [..., n, k] with `transposeB`) ->
/// [..., m, n]. The leading axes agree, or one operand is a plain matrix shared by all.
public record MatMul(boolean transposeA, boolean transposeB) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Shape a = in.get(0).shape();
    Shape b = in.get(1).shape();
    Rules.require(this, a.rank() >= 2 && b.rank() >= 2, "matrices (rank >= 2)", in);
    long m = a.extent(transposeA ? -1 : -2);
    long k = a.extent(transposeA ? -2 : -1);
    long n = b.extent(transposeB ? -2 : -1);
    Shape batchA = Shape.of(Arrays.copyOf(a.toArray(), a.rank() - 2));
    Shape batchB = Shape.of(Arrays.copyOf(b.toArray(), b.rank() - 2));
    Rules.require(
        this,
        b.extent(transposeB ? -1 : -2) == k
            && (batchA.equals(batchB) || batchA.rank() == 0 || batchB.rank() == 0),
        () ->
            "a [..., m, k] and b [..., k, n] sharing k and the leading axes"
                + (transposeA ? ", a transposed" : "")
                + (transposeB ? ", b transposed" : ""),
        in);
    Shape batch = batchA.rank() == 0 ? batchB : batchA;
    long[] extents = Arrays.copyOf(batch.toArray(), batch.rank() + 2);
    extents[batch.rank()] = m;
    extents[batch.rank() + 1] = n;
    return List.of(new Spec(in.get(0).dtype(), Shape.of(extents)));
  }

  @Override
  public double flops(List<Spec> in) {
    double k = in.get(0).shape().extent(transposeA ? -2 : -1);
    return 2 * k * outputs(in).get(0).shape().elements();
  }

  @Override
  public double budget() {
    return 4e-6;
  }
}
