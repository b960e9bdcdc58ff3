package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Bilinear resize of the two innermost axes to `height` x `width`, half-pixel centres (torch `interpolate`,
/// `align_corners=False`, no antialiasing): x [..., h, w] -> [..., height, width].
public record ResizeBilinear(long height, long width) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Shape x = in.get(0).shape();
    Rules.require(this, x.rank() >= 2 && x.elements() > 0, "non-empty x [..., h, w]", in);
    return List.of(new Spec(in.get(0).dtype(), x.with(-2, height).with(-1, width)));
  }

  @Override
  public double flops(List<Spec> in) {
    return 8.0 * outputs(in).get(0).shape().elements();
  }
}
