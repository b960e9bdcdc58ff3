package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [Pad] with the same parameters: gy [padded] -> gx [x]; replicated edges add up.
public record PadBackward(List<Long> before, List<Long> after, Padding mode) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    long[] extents = in.get(0).shape().toArray();
    Rules.require(
        this, before.size() == extents.length, "gy with one pair of paddings per axis", in);
    for (int i = 0; i < extents.length; i++) {
      extents[i] -= before.get(i) + after.get(i);
    }
    return List.of(new Spec(in.get(0).dtype(), Shape.of(extents)));
  }

  @Override
  public double flops(List<Spec> in) {
    return in.get(0).shape().elements();
  }
}
