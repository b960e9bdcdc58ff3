package framepack.tensor.op;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Axes reordered: axis `i` of the result is axis `order[i]` of the operand.
public record Permute(List<Integer> order) implements ViewOp {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    int rank = in.get(0).shape().rank();
    Rules.require(
        this,
        order.size() == rank
            && order.stream().distinct().filter(i -> i >= 0 && i < rank).count() == rank,
        () -> "a permutation of the axes, " + order,
        in);
    long[] extents = order.stream().mapToLong(i -> in.get(0).shape().extent(i)).toArray();
    return List.of(new Spec(in.get(0).dtype(), Shape.of(extents)));
  }

  @Override
  public Layout apply(Layout x) {
    return x.permute(order.stream().mapToInt(Integer::intValue).toArray());
  }
}
