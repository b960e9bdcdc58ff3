package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// `y = (x - mean) / sqrt(var + eps) * weight + bias` over the innermost axis; population variance. Inputs: x [..., d], and
/// if `affine` weight [d], bias [d]. arXiv:1607.06450.
public record LayerNorm(double eps, boolean affine) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, affine ? 3 : 1);
    Rules.vectorsOf(this, in, affine ? 2 : 0);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 8.0 * in.get(0).shape().elements();
  }
}
