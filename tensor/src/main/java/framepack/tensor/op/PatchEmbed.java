package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// [Patches], then [Linear]: x [batch, c, t, h, w], weight [n, c, kt, kh, kw] (f32, bf16 or f16; y has the type of x),
/// bias [n] -> y [batch, tokens, n]. A Conv3d whose stride is its kernel, with tokens in place of a volume; the patches
/// need never exist.
public record PatchEmbed() implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 3);
    Shape x = in.get(0).shape();
    Shape weight = in.get(1).shape();
    Rules.require(
        this,
        x.rank() == 5
            && weight.rank() == 5
            && x.extent(1) == weight.extent(1)
            && weight.elements() > 0
            && in.get(2).shape().equals(Shape.of(weight.extent(0))),
        "x [batch, c, t, h, w], weight [n, c, kt, kh, kw] and bias [n]",
        in);
    Shape rows = patches(weight).outputs(in.subList(0, 1)).get(0).shape();
    return List.of(new Spec(in.get(0).dtype(), rows.with(-1, weight.extent(0))));
  }

  /// The patches that a weight [n, c, kt, kh, kw] takes.
  public static Patches patches(Shape weight) {
    return new Patches(
        Math.toIntExact(weight.extent(2)),
        Math.toIntExact(weight.extent(3)),
        Math.toIntExact(weight.extent(4)));
  }

  @Override
  public double flops(List<Spec> in) {
    Shape weight = in.get(1).shape();
    double taps = weight.elements() / (double) weight.extent(0);
    return outputs(in).get(0).shape().elements() * (2 * taps + 1);
  }

  @Override
  public double budget() {
    return 4e-6;
  }
}
