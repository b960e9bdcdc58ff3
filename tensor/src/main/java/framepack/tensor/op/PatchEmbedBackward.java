package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Gradient of [PatchEmbed] for its weight: x [batch, c, t, h, w], gy [batch, tokens, n] -> gweight [n, c, kt, kh, kw]. That
/// of the bias is a sum, that of x [PatchesBackward] of a product.
public record PatchEmbedBackward(int kt, int kh, int kw) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2);
    Shape rows = new Patches(kt, kh, kw).outputs(in.subList(0, 1)).get(0).shape();
    Shape gy = in.get(1).shape();
    Rules.require(
        this,
        gy.rank() == 3 && gy.with(-1, rows.extent(2)).equals(rows),
        () -> "x and gy [" + rows.extent(0) + ", " + rows.extent(1) + ", n]",
        in);
    Shape weight = Shape.of(gy.extent(2), in.get(0).shape().extent(1), kt, kh, kw);
    return List.of(new Spec(in.get(0).dtype(), weight));
  }

  @Override
  public double flops(List<Spec> in) {
    Shape gy = in.get(1).shape();
    double rows = gy.extent(0) * (double) gy.extent(1);
    return 2 * rows * outputs(in).get(0).shape().elements();
  }

  @Override
  public double budget() {
    return 4e-6;
  }
}
