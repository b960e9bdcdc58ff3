package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Cross-correlation as in torch `conv3d`: x [batch, c, t, h, w], weight [o, c, kt, kh, kw], bias [o] if `bias` ->
/// [batch, o, t', h', w'] with stride `(st, sh, sw)` and no padding (use [Pad] before).
public record Conv3d(int st, int sh, int sw, boolean bias) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, bias ? 3 : 2);
    Shape x = in.get(0).shape();
    Shape weight = in.get(1).shape();
    Rules.require(
        this,
        x.rank() == 5
            && weight.rank() == 5
            && x.extent(1) == weight.extent(1)
            && weight.extent(2) * weight.extent(3) * weight.extent(4) > 0
            && x.extent(2) >= weight.extent(2)
            && x.extent(3) >= weight.extent(3)
            && x.extent(4) >= weight.extent(4)
            && (!bias || in.get(2).shape().equals(Shape.of(weight.extent(0)))),
        "x [batch, c, t, h, w], weight [o, c, kt, kh, kw] no larger than x"
            + (bias ? ", bias [o]" : ""),
        in);
    Shape y =
        Shape.of(
            x.extent(0),
            weight.extent(0),
            (x.extent(2) - weight.extent(2)) / st + 1,
            (x.extent(3) - weight.extent(3)) / sh + 1,
            (x.extent(4) - weight.extent(4)) / sw + 1);
    return List.of(new Spec(in.get(0).dtype(), y));
  }

  @Override
  public double flops(List<Spec> in) {
    Shape weight = in.get(1).shape();
    double taps = weight.elements() / Math.max(1.0, weight.extent(0));
    return outputs(in).get(0).shape().elements() * (2 * taps + (bias ? 1 : 0));
  }

  @Override
  public double budget() {
    return 4e-6;
  }
}
