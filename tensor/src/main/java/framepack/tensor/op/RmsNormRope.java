package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// [RmsNorm] over d, then [Rope]: x [batch, tokens, heads, d], weight [d], cos, sin -> like x. The query/key path of
/// attention in one pass.
public record RmsNormRope(double eps) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 4);
    Rules.rotation(this, in, 2);
    return List.of(in.get(0));
  }

  @Override
  public double flops(List<Spec> in) {
    return 7.0 * in.get(0).shape().elements();
  }
}
