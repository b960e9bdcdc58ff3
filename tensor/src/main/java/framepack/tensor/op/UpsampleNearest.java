package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Repeats every element `(st, sh, sw)` times along the three innermost axes: x [..., t, h, w] -> [..., t·st, h·sh, w·sw].
public record UpsampleNearest(int st, int sh, int sw) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Shape x = in.get(0).shape();
    Rules.require(this, x.rank() >= 3, "x [..., t, h, w]", in);
    Shape y = x.with(-3, x.extent(-3) * st).with(-2, x.extent(-2) * sh).with(-1, x.extent(-1) * sw);
    return List.of(new Spec(in.get(0).dtype(), y));
  }

  @Override
  public double flops(List<Spec> in) {
    return 0;
  }
}
