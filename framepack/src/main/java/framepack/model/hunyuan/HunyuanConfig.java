package framepack.model.hunyuan;

import framepack.pack.PackedConfig;
import framepack.pack.PatchKernel;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.MemoryBudget;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What never changes about a HunyuanVideo-FramePack transformer: the keys of a diffusers `config.json`, and the
/// laboratory's options, which are all off in the released models.
///
/// @param inChannels latent channels
/// @param heads attention heads
/// @param headDim channels per head, the sum of `ropeAxes`
/// @param doubleLayers blocks with separate weights for video and text (`num_layers`)
/// @param singleLayers blocks with shared weights (`num_single_layers`)
/// @param refinerLayers blocks of the text refiner
/// @param mlpRatio hidden size of a feed-forward layer, relative to the model's
/// @param patch kernel of the noisy frames
/// @param guidance whether the distilled guidance scale is embedded
/// @param textDim channels of the text states; 0: no text stream at all (laboratory)
/// @param pooledDim channels of the pooled text; 0: none (laboratory)
/// @param ropeTheta base of the rotary frequencies
/// @param ropeAxes rotary channels of time, height, width
/// @param imageDim channels of the image states; 0: no image projection
/// @param historyKernels kernels with a projection of their own, ascending; empty: no packed history
/// @param lab laboratory options
public record HunyuanConfig(
    int inChannels,
    int outChannels,
    int heads,
    int headDim,
    int doubleLayers,
    int singleLayers,
    int refinerLayers,
    double mlpRatio,
    PatchKernel patch,
    boolean guidance,
    int textDim,
    int pooledDim,
    double ropeTheta,
    List<Integer> ropeAxes,
    int imageDim,
    List<PatchKernel> historyKernels,
    Laboratory lab)
    implements PackedConfig {

  /// Kernels of the released checkpoints: `proj`, `proj_2x`, `proj_4x`.
  public static final List<PatchKernel> RELEASED_KERNELS =
      List.of(PatchKernel.cubic(1), PatchKernel.cubic(2), PatchKernel.cubic(4));

  /// FramePackI2V_HY and FramePack_F1_I2V_HY_20250503 as released.
  public static final HunyuanConfig FRAMEPACK_13B =
      new HunyuanConfig(
          16,
          16,
          24,
          128,
          20,
          40,
          2,
          4,
          PatchKernel.BASE,
          true,
          4096,
          768,
          256,
          List.of(16, 56, 56),
          1152,
          RELEASED_KERNELS,
          Laboratory.OFF);

  private static final int LARGEST_DIM = 1 << 20;

  /// Which absolute sin-cos position is added to the noisy tokens.
  public enum Position {
    NONE,
    SPACE,
    SPACE_TIME
  }

  /// How tokens look at one another. All but `FULL` are for models without text.
  public enum Attention {
    /// everything sees everything, as released
    FULL,
    /// no token sees a later frame than its own ([framepack.pack.CausalMask])
    CAUSAL,
    /// neighbours and the farthest history only, in blocks of a frame ([framepack.pack.BlockSparseMask])
    SPARSE,
    /// everything, without a softmax ([framepack.pack.LinearAttention])
    LINEAR
  }

  /// Deviations that let a small model train in a minute (`docs/demo.md`).
  ///
  /// @param timeFrequencies channels of the sinusoidal time embedding
  /// @param timePeriod its longest period
  /// @param classes rows of a label embedding added to the conditioning; 0: none
  /// @param position absolute position added to noisy tokens
  /// @param exactGelu exact instead of tanh GELU
  /// @param openGates attention and feed-forward gates start at 1 instead of 0
  /// @param sharedQueryKeyBias query and key biases start as one normal vector
  /// @param attention how tokens look at one another
  /// @param sharedPatches one projection for all history kernels ([framepack.pack.SharedEmbedders])
  public record Laboratory(
      int timeFrequencies,
      double timePeriod,
      int classes,
      Position position,
      boolean exactGelu,
      boolean openGates,
      boolean sharedQueryKeyBias,
      Attention attention,
      boolean sharedPatches) {
    /// As released.
    public static final Laboratory OFF =
        new Laboratory(256, 10_000, 0, Position.NONE, false, false, false, Attention.FULL, false);
  }

  public HunyuanConfig {
    ropeAxes = List.copyOf(ropeAxes);
    historyKernels = List.copyOf(historyKernels);
    int rotated = ropeAxes.stream().mapToInt(Integer::intValue).sum();
    boolean odd = ropeAxes.stream().anyMatch(dim -> dim % 2 != 0);
    require(
        ropeAxes.size() == 3 && rotated == headDim && !odd,
        "rope_axes_dim %s must be three even numbers that add up to attention_head_dim %d"
            .formatted(ropeAxes, headDim));
    require(
        (long) heads * headDim <= LARGEST_DIM && heads * headDim * mlpRatio <= LARGEST_DIM,
        "%d heads of %d channels (mlp_ratio %s) are more than any model has"
            .formatted(heads, headDim, mlpRatio));
    require(heads * headDim * mlpRatio >= 1, "mlp_ratio %s leaves no channel".formatted(mlpRatio));
    require(patch.h() == patch.w(), "the patch %s must be square".formatted(patch));
    require(
        textDim == 0 || lab.attention() == Attention.FULL,
        "%s attention has no place for a text stream"
            .formatted(lab.attention().name().toLowerCase(Locale.ROOT)));
    require(textDim > 0 || imageDim == 0, "image states need a text stream (text_embed_dim)");
    for (PatchKernel kernel : historyKernels) {
      require(
          kernel.t() % patch.t() == 0 && kernel.h() % patch.h() == 0 && kernel.w() % patch.w() == 0,
          "history kernel %s must be a multiple of the patch %s".formatted(kernel, patch));
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /// The same with projections for other history kernels.
  @Override
  public HunyuanConfig withHistoryKernels(List<PatchKernel> kernels) {
    return new HunyuanConfig(
        inChannels,
        outChannels,
        heads,
        headDim,
        doubleLayers,
        singleLayers,
        refinerLayers,
        mlpRatio,
        patch,
        guidance,
        textDim,
        pooledDim,
        ropeTheta,
        ropeAxes,
        imageDim,
        kernels,
        lab);
  }

  /// Channels of the residual stream.
  @Override
  public int dim() {
    return heads * headDim;
  }

  /// Hidden channels of a feed-forward layer.
  public int mlpDim() {
    return (int) (dim() * mlpRatio);
  }

  /// Whether there is a text stream beside the video.
  public boolean hasText() {
    return textDim > 0;
  }

  @Override
  public String baseProjection() {
    return "x_embedder.proj";
  }

  @Override
  public String json() {
    return HunyuanConfigJson.write(this);
  }

  @Override
  public void requireWeights(Path place, Backend backend) {
    HunyuanCheckpoint.open(place, this, backend, MemoryBudget.UNLIMITED).close();
  }
}
