package framepack.model.wan;

import framepack.model.Mlp;
import framepack.tensor.Tensor;
import framepack.tensor.nn.LayerNorm;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;

/// Image states into the model's channels (`WanImageEmbedding` of diffusers): exact GELU, and an eps of its own.
record ImageEmbedding(LayerNorm before, Mlp ff, LayerNorm after) {
  private static final double EPS = 1e-5;

  static ImageEmbedding of(Params params, int imageDim, int dim) {
    return new ImageEmbedding(
        LayerNorm.of(params, "norm1", imageDim, EPS),
        Mlp.feedForward(params, "ff", imageDim, imageDim, dim, Activation.GELU_EXACT),
        LayerNorm.of(params, "norm2", dim, EPS));
  }

  /// States [batch, tokens, imageDim] -> [batch, tokens, dim].
  Tensor forward(Tensor states) {
    return after.forward(ff.forward(before.forward(states)));
  }
}
