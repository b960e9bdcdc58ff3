package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// Layer norm without affine, then modulation per batch item: x [batch, tokens, d], shift [batch, d], scale [batch, d] ->
/// `norm(x) * (1 + scale) + shift`. DiT adaLN, arXiv:2212.09748.
public record ModulatedLayerNorm(double eps) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Rules.modulation(this, in, 1, 2);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 9.0 * in.get(0).shape().elements();
  }
}
