package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.ArrayList;
import java.util.List;

/// Sum, sum of squares or mean over `axes` (sorted, each `>= 0`), which disappear from the shape. Accumulates in double or in a fixed tree;
/// the order does not depend on the number of threads.
public record Reduce(Reduction kind, List<Integer> axes) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Shape x = in.get(0).shape();
    List<Long> kept = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      if (!axes.contains(i)) {
        kept.add(x.extent(i));
      }
    }
    Rules.require(
        this,
        kept.size() + axes.size() == x.rank(),
        () -> "distinct axes " + axes + " of the operand",
        in);
    Shape shape = Shape.of(kept.stream().mapToLong(Long::longValue).toArray());
    return List.of(new Spec(in.get(0).dtype(), shape));
  }

  @Override
  public double flops(List<Spec> in) {
    return (kind == Reduction.SUM_OF_SQUARES ? 2.0 : 1) * in.get(0).shape().elements();
  }
}
