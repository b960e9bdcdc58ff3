package framepack.tensor.op;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Spec;
import java.util.List;

/// The part `[from, to)` of one axis (`axis >= 0`).
public record Slice(int axis, long from, long to) implements ViewOp {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Rules.require(
        this,
        axis < in.get(0).shape().rank()
            && 0 <= from
            && from <= to
            && to <= in.get(0).shape().extent(axis),
        () -> "a range inside axis " + axis + ", [" + from + ", " + to + ")",
        in);
    return List.of(new Spec(in.get(0).dtype(), in.get(0).shape().with(axis, to - from)));
  }

  @Override
  public Layout apply(Layout x) {
    return x.slice(axis, from, to);
  }
}
