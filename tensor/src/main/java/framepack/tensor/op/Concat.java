package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Joins tensors along `axis` (`>= 0`): inputs [.., n_i, ..] that agree elsewhere -> [.., sum n_i, ..].
public record Concat(int axis) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.require(
        this,
        !in.isEmpty() && 0 <= axis && axis < in.get(0).shape().rank(),
        () -> "at least one tensor, with an axis " + axis,
        in);
    Spec first = in.get(0);
    long extent = 0;
    for (Spec next : in) {
      Rules.require(
          this,
          next.dtype() == first.dtype()
              && next.shape().rank() == first.shape().rank()
              && next.shape().with(axis, 0).equals(first.shape().with(axis, 0)),
          () -> "tensors of one type that agree except along axis " + axis,
          in);
      extent += next.shape().extent(axis);
    }
    return List.of(new Spec(first.dtype(), first.shape().with(axis, extent)));
  }

  @Override
  public double flops(List<Spec> in) {
    return 0;
  }
}
