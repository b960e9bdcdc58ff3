package framepack.tensor.op;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.Arrays;
import java.util.List;

/// Where the largest element of each row is: x [..., n] with n >= 1 -> I64 [...], indices along the innermost axis.
///
/// As `torch.argmax(x, -1)`: of equals the first, 0 and -0 are equal, and the first NaN is larger than everything.
public record ArgMax() implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Shape x = in.get(0).shape();
    Rules.require(this, x.rank() >= 1 && x.extent(-1) >= 1, "x [..., n] with n >= 1", in);
    long[] rows = Arrays.copyOf(x.toArray(), x.rank() - 1);
    return List.of(new Spec(DType.I64, Shape.of(rows)));
  }

  @Override
  public double flops(List<Spec> in) {
    return in.get(0).shape().elements();
  }
}
