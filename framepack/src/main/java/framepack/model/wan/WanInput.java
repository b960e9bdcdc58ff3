package framepack.model.wan;

import framepack.pack.ContextLevel;
import framepack.pack.ContextTail;
import framepack.tensor.Tensor;
import framepack.tensor.core.ShapeMismatch;
import java.util.Arrays;
import java.util.List;

/// Everything one forward pass is given.
///
/// @param latents noisy latents [batch, channels, frames, height, width]; where the model continues an image, its mask and
///     latents follow the noise along the channels
/// @param times RoPE time indices of the noisy frames, `[batch][frames]`
/// @param tail frames beyond the packed history, with the channels of `latents`; null where there are none
/// @param context history levels in token order, with the channels of `latents`
/// @param timestep sigma times 1000 of every item, [batch], or of every packed token, [batch, tokens]: history may then
///     have timestep 0, as the known frames of Wan 2.2 TI2V have
/// @param text text states [batch, tokens, textDim]; none is masked, Wan is trained on zeros behind a prompt
/// @param image image states [batch, tokens, imageDim]; null where the model has none
public record WanInput(
    Tensor latents,
    long[][] times,
    ContextTail tail,
    List<ContextLevel> context,
    Tensor timestep,
    Tensor text,
    Tensor image) {
  public WanInput {
    context = List.copyOf(context);
  }

  /// Input without a tail.
  public WanInput(
      Tensor latents,
      long[][] times,
      List<ContextLevel> context,
      Tensor timestep,
      Tensor text,
      Tensor image) {
    this(latents, times, null, context, timestep, text, image);
  }

  /// Input without history, as Wan was released: frames stand at 0, 1, 2, ...
  public static WanInput plain(Tensor latents, Tensor timestep, Tensor text, Tensor image) {
    long[] item = new long[Math.toIntExact(latents.extent(2))];
    Arrays.setAll(item, i -> i);
    long[][] times = new long[Math.toIntExact(latents.extent(0))][];
    Arrays.fill(times, item);
    return new WanInput(latents, times, List.of(), timestep, text, image);
  }

  /// The same input at another point of the sampling path.
  public WanInput at(Tensor noisy, Tensor time) {
    return new WanInput(noisy, times, tail, context, time, text, image);
  }

  /// The same input with another tail; null for none.
  public WanInput withTail(ContextTail other) {
    return new WanInput(latents, times, other, context, timestep, text, image);
  }

  /// Fails unless a model of this config can look at it.
  void requireFor(WanConfig config) {
    requireStates("text", text, config.textDim());
    if (config.hasImage()) {
      requireStates("image", image, config.imageDim());
    } else if (image != null) {
      throw new IllegalArgumentException("the model looks at no image and was given image states");
    }
  }

  private void requireStates(String what, Tensor states, int channels) {
    if (states == null) {
      throw new IllegalArgumentException("the model needs " + what + " states and was given none");
    }
    boolean fits =
        states.shape().rank() == 3
            && states.extent(0) == latents.extent(0)
            && states.extent(2) == channels;
    if (!fits) {
      throw new ShapeMismatch(
          what, "states [%d, tokens, %d]".formatted(latents.extent(0), channels), states.spec());
    }
  }

  /// The timesteps one after the other: of the items, or of all tokens.
  Tensor timesteps(long tokens) {
    long batch = latents.extent(0);
    boolean perItem = timestep.shape().rank() == 1 && timestep.extent(0) == batch;
    boolean perToken =
        timestep.shape().rank() == 2 && timestep.extent(0) == batch && timestep.extent(1) == tokens;
    if (!perItem && !perToken) {
      throw new ShapeMismatch(
          "timestep",
          "[%d] or, one a token, [%d, %d]".formatted(batch, batch, tokens),
          timestep.spec());
    }
    return timestep.reshape(-1);
  }
}
