package framepack.train;

import framepack.tensor.Tensor;
import framepack.tensor.op.UnaryFunction;
import java.util.Arrays;

/// Flow-matching objective: on the straight path `x_σ = (1 - σ) x0 + σ ε` the model predicts `v = ε - x0`
/// (arXiv:2210.02747; diffusers' FlowMatch schedulers).
public final class VelocityLoss {
  private VelocityLoss() {}

  /// `(1 - σ) x0 + σ ε`: x0, noise [batch, ...], sigma [batch] for one level an item, or anything that broadcasts to x0.
  public static Tensor noised(Tensor x0, Tensor noise, Tensor sigma) {
    long[] perItem = new long[x0.shape().rank()];
    Arrays.fill(perItem, 1);
    perItem[0] = x0.extent(0);
    Tensor s = sigma.shape().rank() == 1 ? sigma.reshape(perItem) : sigma;
    return x0.add(noise.sub(x0).mul(s));
  }

  /// `mean((v - (ε - x0))²)` over all elements.
  public static Tensor of(Tensor velocity, Tensor x0, Tensor noise) {
    return meanSquared(velocity, noise.sub(x0));
  }

  /// Mean of squared differences.
  public static Tensor meanSquared(Tensor a, Tensor b) {
    return a.sub(b).apply(UnaryFunction.SQUARE).mean();
  }
}
