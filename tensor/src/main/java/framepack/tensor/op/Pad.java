package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Adds `before[i]` and `after[i]` elements along axis `i`: zeros, or copies of the edge (torch `pad` with `mode="constant"`
/// or `"replicate"`).
public record Pad(List<Long> before, List<Long> after, Padding mode) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Shape x = in.get(0).shape();
    Rules.require(
        this,
        before.size() == x.rank() && after.size() == x.rank(),
        () -> "x with one pair of paddings per axis " + before + " " + after,
        in);
    long[] extents = x.toArray();
    for (int i = 0; i < extents.length; i++) {
      Rules.require(
          this,
          mode == Padding.ZERO || extents[i] > 0 || before.get(i) + after.get(i) == 0,
          "a non-empty axis to replicate",
          in);
      extents[i] += before.get(i) + after.get(i);
    }
    return List.of(new Spec(in.get(0).dtype(), Shape.of(extents)));
  }

  @Override
  public double flops(List<Spec> in) {
    return 0;
  }
}
