package framepack.model.hunyuan;

import framepack.pack.ContextLevel;
import framepack.pack.ContextTail;
import framepack.tensor.Tensor;
import java.util.List;

/// Everything one forward pass is given.
///
/// @param latents noisy latents [batch, channels, frames, height, width]
/// @param times RoPE time indices of the noisy frames, `[batch][frames]`
/// @param tail frames beyond the packed history; null where there are none
/// @param context history levels in token order
/// @param timestep [batch], sigma times 1000
/// @param guidance [batch], distilled scale times 1000; null where the model has none
/// @param text text states; null where the model has none
/// @param pooled pooled text [batch, pooledDim]; null where the model has none
/// @param image image states [batch, tokens, imageDim]; null where the model has none
/// @param labels class of each item, I32 [batch]; null where the model has none
public record TransformerInput(
    Tensor latents,
    long[][] times,
    ContextTail tail,
    List<ContextLevel> context,
    Tensor timestep,
    Tensor guidance,
    TextStates text,
    Tensor pooled,
    Tensor image,
    Tensor labels) {
  public TransformerInput {
    context = List.copyOf(context);
  }

  /// Input without a tail.
  public TransformerInput(
      Tensor latents,
      long[][] times,
      List<ContextLevel> context,
      Tensor timestep,
      Tensor guidance,
      TextStates text,
      Tensor pooled,
      Tensor image,
      Tensor labels) {
    this(latents, times, null, context, timestep, guidance, text, pooled, image, labels);
  }

  /// Input of a laboratory model: no text, guidance or image.
  public static TransformerInput ofVideo(
      Tensor latents, long[][] times, List<ContextLevel> context, Tensor timestep, Tensor labels) {
    return new TransformerInput(latents, times, context, timestep, null, null, null, null, labels);
  }

  /// The same input with another tail; null for none.
  public TransformerInput withTail(ContextTail other) {
    return new TransformerInput(
        latents, times, other, context, timestep, guidance, text, pooled, image, labels);
  }

  /// Fails unless everything is there that a model of this config looks at.
  void requireFor(HunyuanConfig config) {
    require(!config.guidance() || guidance != null, "a guidance scale");
    require(!config.hasText() || text != null, "text states");
    require(config.pooledDim() == 0 || pooled != null, "pooled text");
    require(config.imageDim() == 0 || image != null, "image states");
    require(config.lab().classes() == 0 || labels != null, "labels");
  }

  private static void require(boolean there, String what) {
    if (!there) {
      throw new IllegalArgumentException("the model needs " + what + " and was given none");
    }
  }

  /// The same input at another point of the sampling path.
  public TransformerInput at(Tensor noisy, Tensor time) {
    return new TransformerInput(
        noisy, times, tail, context, time, guidance, text, pooled, image, labels);
  }
}
