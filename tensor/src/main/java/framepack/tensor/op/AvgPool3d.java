package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Mean over blocks `(kt, kh, kw)` of the three innermost axes, stride = kernel: x [..., t, h, w] with multiples of the kernel
/// -> [..., t/kt, h/kh, w/kw].
public record AvgPool3d(int kt, int kh, int kw) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Shape x = in.get(0).shape();
    Rules.require(
        this,
        x.rank() >= 3 && x.extent(-3) % kt == 0 && x.extent(-2) % kh == 0 && x.extent(-1) % kw == 0,
        () -> "x [..., t, h, w] in multiples of (" + kt + ", " + kh + ", " + kw + ")",
        in);
    Shape y = x.with(-3, x.extent(-3) / kt).with(-2, x.extent(-2) / kh).with(-1, x.extent(-1) / kw);
    return List.of(new Spec(in.get(0).dtype(), y));
  }

  @Override
  public double flops(List<Spec> in) {
    return in.get(0).shape().elements();
  }
}
