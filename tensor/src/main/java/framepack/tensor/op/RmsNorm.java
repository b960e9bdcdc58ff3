package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// `y = x / sqrt(mean(x²) + eps) * weight` over the innermost axis: x [..., d], weight [d]. arXiv:1910.07467.
public record RmsNorm(double eps) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Rules.vectorsOf(this, in, 1);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 4.0 * in.get(0).shape().elements();
  }
}
