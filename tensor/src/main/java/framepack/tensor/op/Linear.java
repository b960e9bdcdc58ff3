package framepack.tensor.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.util.List;

/// Fully connected layer with a fused epilogue: `y = f(x · weightᵀ + bias)`, and if `gated` `residual + gate * y`.
///
/// Inputs in order: x [..., k]; weight [n, k] (f32, bf16, f16 or blocks; y has the type of x); bias [n] if `bias`; if `gated`
/// residual [..., n] shaped like y and gate [batch, n] where batch is the outermost axis of x (then x has rank 3).
public record Linear(boolean bias, Activation activation, boolean gated) implements Op {
  @Override
  public List<Spec> outputs(List<Spec> in) {
    Rules.count(this, in, 2 + (bias ? 1 : 0) + (gated ? 2 : 0));
    Shape x = in.get(0).shape();
    Shape weight = in.get(1).shape();
    Rules.require(
        this,
        x.rank() >= 1 && weight.rank() == 2 && x.extent(-1) == weight.extent(1),
        "x [..., k] and weight [n, k] sharing k",
        in);
    long n = weight.extent(0);
    Rules.require(
        this, !bias || in.get(2).shape().equals(Shape.of(n)), () -> "bias [" + n + "]", in);
    Shape y = x.with(-1, n);
    if (gated) {
      Rules.require(
          this,
          x.rank() == 3
              && in.get(in.size() - 2).shape().equals(y)
              && in.get(in.size() - 1).shape().equals(Shape.of(x.extent(0), n)),
          "residual [batch, tokens, n] and gate [batch, n]",
          in);
    }
    return List.of(new Spec(in.get(0).dtype(), y));
  }

  @Override
  public double flops(List<Spec> in) {
    Shape x = in.get(0).shape();
    double rows = x.elements() / Math.max(1.0, x.extent(-1));
    double n = in.get(1).shape().extent(0);
    double epilogue = (bias ? 1 : 0) + activation.flops() + (gated ? 2 : 0);
    return rows * n * (2.0 * x.extent(-1) + epilogue);
  }

  @Override
  public boolean takesBlocks(int input) {
    return input == 1;
  }

  @Override
  public double budget() {
    return 4e-6;
  }
}
