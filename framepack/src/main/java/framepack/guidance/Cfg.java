package framepack.guidance;

import framepack.tensor.Tensor;
import framepack.tensor.op.UnaryFunction;

/// Classifier-free guidance `n + scale (p - n)` (arXiv:2207.12598), then its contrast pulled back towards that of the
/// positive prediction (arXiv:2305.08891 §3.4).
///
/// @param scale 1 means no negative prediction is needed
/// @param rescale share of the pull, 0..1; 0 leaves the guided prediction as it is
public record Cfg(double scale, double rescale) {
  /// No guidance.
  public static final Cfg NONE = new Cfg(1, 0);

  public boolean needsNegative() {
    return scale != 1;
  }

  /// Guides predictions [batch, ...]; `negative` may be null where none is needed.
  public Tensor guide(Tensor positive, Tensor negative) {
    if (needsNegative() && negative == null) {
      throw new IllegalArgumentException(
          "guidance: scale " + scale + " needs a negative prediction; give one or use scale 1");
    }
    Tensor guided = needsNegative() ? negative.add(positive.sub(negative).mul(scale)) : positive;
    return rescaled(guided, positive);
  }

  /// `guided` with its standard deviation moved towards that of `positive`.
  public Tensor rescaled(Tensor guided, Tensor positive) {
    if (rescale == 0) {
      return guided;
    }
    Tensor ratio = deviation(positive).div(deviation(guided));
    return guided.mul(ratio.affine(rescale, 1 - rescale));
  }

  /// Unbiased standard deviation of each batch item, [batch, 1, 1, ...].
  private static Tensor deviation(Tensor x) {
    int rank = x.shape().rank();
    long[] perItem = x.shape().toArray();
    int[] axes = new int[rank - 1];
    for (int axis = 1; axis < rank; axis++) {
      perItem[axis] = 1;
      axes[axis - 1] = axis;
    }
    double count = x.shape().elements() / (double) x.extent(0);
    Tensor centred = x.sub(x.mean(axes).reshape(perItem));
    Tensor squares = centred.apply(UnaryFunction.SQUARE).sum(axes).reshape(perItem);
    return squares.mul(1 / (count - 1)).apply(UnaryFunction.SQRT);
  }
}
