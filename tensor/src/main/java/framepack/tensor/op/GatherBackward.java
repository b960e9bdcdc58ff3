package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.Arrays;
import java.util.List;

/// Gradient of [Gather] with respect to its table of `rows` rows: gy [...i, ...], indices [...i] -> [rows, ...], summed in
/// the order of the indices.
public record GatherBackward(long rows) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Shape gy = in.get(0).shape();
    int lead = in.get(1).shape().rank();
    Rules.require(
        this,
        gy.rank() >= lead
            && Rules.isIndex(in.get(1))
            && Shape.of(Arrays.copyOf(gy.toArray(), lead)).equals(in.get(1).shape()),
        "gy [...i, ...] and integer indices [...i]",
        in);
    long[] extents = new long[gy.rank() - lead + 1];
    extents[0] = rows;
    System.arraycopy(gy.toArray(), lead, extents, 1, gy.rank() - lead);
    return List.of(new Spec(in.get(0).dtype(), Shape.of(extents)));
  }

  @Override
  public double flops(List<Spec> in) {
    return in.get(0).shape().elements();
  }
}
