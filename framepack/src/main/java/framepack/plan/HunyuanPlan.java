package framepack.plan;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TextStates;
import framepack.model.hunyuan.TransformerInput;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.core.DType;
import framepack.tensor.nn.Params;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The packed HunyuanVideo transformer as something to plan; also the laboratory's, which has no text and no image.
///
/// @param fresh made for the packing, with its projections and no others; otherwise a checkpoint with projections already
public record HunyuanPlan(String name, HunyuanConfig config, DType stored, boolean fresh)
    implements PlannedModel {
  /// Text states are padded to this length before the refiner (official code).
  public static final int PADDED_TEXT = 512;

  /// Image tokens of SigLIP so400m patch14-384: 27 x 27.
  public static final int IMAGE_TOKENS = 729;

  @Override
  public String architecture() {
    return "hunyuan";
  }

  @Override
  public int channels() {
    return config.inChannels();
  }

  @Override
  public PatchKernel patch() {
    return config.patch();
  }

  @Override
  public List<PatchKernel> historyKernels() {
    return config.historyKernels();
  }

  @Override
  public List<PatchKernel> lacking(List<PatchKernel> kernels) {
    return fresh ? List.of() : PlannedModel.super.lacking(kernels);
  }

  @Override
  public PlannedModel fittedTo(List<PatchKernel> kernels) {
    Set<PatchKernel> all = new LinkedHashSet<>(kernels);
    if (!fresh) {
      all.addAll(config.historyKernels());
    }
    return new HunyuanPlan(
        name, config.withHistoryKernels(PlannedModel.ascending(all)), stored, fresh);
  }

  /// A single text is cropped to its valid tokens; those of a batch stay padded.
  @Override
  public int joinedTokens(int batch, int textTokens) {
    int image = config.imageDim() > 0 ? IMAGE_TOKENS : 0;
    int text = batch == 1 ? textTokens : padded(textTokens);
    return config.hasText() ? image + text : 0;
  }

  private static int padded(int textTokens) {
    return Math.max(PADDED_TEXT, textTokens);
  }

  @Override
  public Network build(Params params, boolean recompute) {
    HunyuanVideoPacked network = new HunyuanVideoPacked(config, params, recompute);
    return (batch, textTokens) -> conditioned(network, batch, textTokens);
  }

  private Velocity conditioned(HunyuanVideoPacked network, int batch, int textTokens) {
    TextStates text = config.hasText() ? text(batch, textTokens) : null;
    Tensor pooled = config.pooledDim() > 0 ? blank(batch, config.pooledDim()) : null;
    Tensor image = config.imageDim() > 0 ? blank(batch, IMAGE_TOKENS, config.imageDim()) : null;
    Tensor guidance = config.guidance() ? blank(batch) : null;
    boolean classes = config.lab().classes() > 0;
    Tensor labels = classes ? Tensor.ofInts(new int[batch], batch) : null;
    return (latents, seen, sigma) ->
        network.forward(
            new TransformerInput(
                latents,
                seen.times(),
                seen.tail(),
                seen.context(),
                sigma.mul(1000),
                guidance,
                text,
                pooled,
                image,
                labels));
  }

  private TextStates text(int batch, int textTokens) {
    int[] lengths = new int[batch];
    Arrays.fill(lengths, textTokens);
    return new TextStates(blank(batch, padded(textTokens), config.textDim()), lengths);
  }

  private static Tensor blank(long... extents) {
    return Tensor.filled(_ -> {}, extents);
  }
}
