package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// In place: one AdamW step with decoupled weight decay on inputs parameter, gradient, m, v of one shape (torch
/// `torch.optim.AdamW`; arXiv:1711.05101). The gradient is multiplied by `gradientScale` first (clipping). `step` counts
/// from 1. No outputs.
public record AdamW(
    double learningRate,
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    long step,
    double gradientScale)
    implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 4);
    Rules.sameShape(this, in, 0, 1);
    Rules.sameShape(this, in, 0, 2);
    Rules.sameShape(this, in, 0, 3);
    return List.of();
  }

  @Override
  public List<Integer> mutates() {
    return List.of(0, 2, 3);
  }

  @Override
  public double flops(List<Spec> in) {
    return 14.0 * in.get(0).shape().elements();
  }
}
