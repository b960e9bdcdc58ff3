package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Softmax over the innermost axis: `exp(x - max) / sum`.
public record Softmax() implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Rules.vector(this, in, -1);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 10.0 * in.get(0).shape().elements();
  }
}
