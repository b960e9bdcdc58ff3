package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [Softmax]: y, gy -> gx = y * (gy - sum(y * gy)).
public record SoftmaxBackward() implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Rules.sameShape(this, in, 0, 1);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 4.0 * in.get(0).shape().elements();
  }
}
