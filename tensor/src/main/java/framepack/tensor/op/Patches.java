package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Cuts latents into non-overlapping patches: x [batch, c, t, h, w] -> [batch, tokens, c·kt·kh·kw] with tokens ordered
/// t, then h, then w and each patch ordered (c, t, h, w), the order of a flattened Conv3d weight. Extents that are no
/// multiple of the kernel are padded at the end with copies of the edge (FramePack `pad_for_3d_conv`).
public record Patches(int kt, int kh, int kw) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 1);
    Shape x = in.get(0).shape();
    Rules.require(
        this,
        x.rank() == 5 && kt > 0 && kh > 0 && kw > 0 && x.elements() > 0,
        "non-empty x [batch, channels, frames, height, width] and a positive kernel",
        in);
    long tokens =
        Math.ceilDiv(x.extent(2), kt)
            * Math.ceilDiv(x.extent(3), kh)
            * Math.ceilDiv(x.extent(4), kw);
    Shape shape = Shape.of(x.extent(0), tokens, x.extent(1) * kt * kh * kw);
    return List.of(new Spec(in.get(0).dtype(), shape));
  }

  @Override
  public double flops(List<Spec> in) {
    return 0;
  }
}
