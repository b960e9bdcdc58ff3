package framepack.model.wan;

import framepack.pack.PackedConfig;
import framepack.pack.PatchKernel;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.MemoryBudget;
import java.nio.file.Path;
import java.util.List;

/// What never changes about a Wan transformer: the keys of a diffusers `config.json`, and the kernels of packed history,
/// of which released models have none.
///
/// @param patch kernel of the noisy frames, one frame deep
/// @param heads attention heads (`num_attention_heads`)
/// @param headDim channels per head
/// @param inChannels channels of the latents, with mask and image latents where the model continues an image
/// @param outChannels channels of the velocity
/// @param textDim channels of the text states
/// @param freqDim channels of the sinusoidal time embedding
/// @param ffnDim hidden channels of a feed-forward layer
/// @param layers blocks (`num_layers`)
/// @param crossAttnNorm whether the queries of text are normalised before their projection
/// @param eps of all norms but the image embedder's
/// @param imageDim channels of the image states; 0: no image
/// @param historyKernels kernels with a projection of their own, ascending; empty: no packed history
public record WanConfig(
    PatchKernel patch,
    int heads,
    int headDim,
    int inChannels,
    int outChannels,
    int textDim,
    int freqDim,
    int ffnDim,
    int layers,
    boolean crossAttnNorm,
    double eps,
    int imageDim,
    List<PatchKernel> historyKernels)
    implements PackedConfig {

  /// Wan 2.1 text-to-video, 14B weights.
  public static final WanConfig T2V_14B = released(40, 40, 13_824, 16, 0);

  /// Wan 2.1 text-to-video, 1.3B weights.
  public static final WanConfig T2V_1_3B = released(12, 30, 8_960, 16, 0);

  /// Wan 2.1 image-to-video, 14B weights.
  public static final WanConfig I2V_14B = released(40, 40, 13_824, 36, 1280);

  private static final int LARGEST_DIM = 1 << 20;

  private static WanConfig released(int heads, int layers, int ffnDim, int channels, int image) {
    return new WanConfig(
        PatchKernel.BASE,
        heads,
        128,
        channels,
        16,
        4096,
        256,
        ffnDim,
        layers,
        true,
        1e-6,
        image,
        List.of());
  }

  public WanConfig {
    historyKernels = List.copyOf(historyKernels);
    require(
        (long) heads * headDim <= LARGEST_DIM,
        "%d heads of %d channels are more than any model has".formatted(heads, headDim));
    require(
        headDim >= 6 && headDim % 2 == 0,
        "attention_head_dim %d must be even and at least 6".formatted(headDim));
    require(patch.t() == 1, "the patch %s must be one frame deep, as history is".formatted(patch));
    for (PatchKernel kernel : historyKernels) {
      require(
          kernel.h() % patch.h() == 0 && kernel.w() % patch.w() == 0,
          "history kernel %s must be a multiple of the patch %s".formatted(kernel, patch));
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /// The same model with packed history.
  @Override
  public WanConfig withHistoryKernels(List<PatchKernel> kernels) {
    return new WanConfig(
        patch,
        heads,
        headDim,
        inChannels,
        outChannels,
        textDim,
        freqDim,
        ffnDim,
        layers,
        crossAttnNorm,
        eps,
        imageDim,
        kernels);
  }

  /// Channels of the residual stream.
  @Override
  public int dim() {
    return heads * headDim;
  }

  /// Whether blocks attend to an image besides the text.
  public boolean hasImage() {
    return imageDim > 0;
  }

  @Override
  public String baseProjection() {
    return "patch_embedding";
  }

  @Override
  public String json() {
    return WanConfigJson.write(this);
  }

  @Override
  public void requireWeights(Path place, Backend backend) {
    WanCheckpoint.open(place, this, backend, MemoryBudget.UNLIMITED).close();
  }
}
