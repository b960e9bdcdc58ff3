package framepack.plan;

import framepack.model.wan.WanConfig;
import framepack.model.wan.WanInput;
import framepack.model.wan.WanTransformer;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.core.DType;
import framepack.tensor.nn.Params;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The Wan transformer with packed history as something to plan. Text and image are attended to from the side, so the
/// sequence is the video's alone.
public record WanPlan(String name, WanConfig config, DType stored) implements PlannedModel {
  /// Wan pads every text to this length and masks none of it.
  public static final int TEXT_TOKENS = 512;

  /// Image tokens of CLIP ViT-H/14 at 224 pixels: 16 x 16 and the class.
  public static final int IMAGE_TOKENS = 257;

  @Override
  public String architecture() {
    return "wan";
  }

  @Override
  public int channels() {
    return config.outChannels();
  }

  /// An image-to-video model also sees the mask and the latents of its image.
  @Override
  public int contextChannels() {
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
  public PlannedModel fittedTo(List<PatchKernel> kernels) {
    Set<PatchKernel> all = new LinkedHashSet<>(kernels);
    all.addAll(config.historyKernels());
    return new WanPlan(name, config.withHistoryKernels(PlannedModel.ascending(all)), stored);
  }

  @Override
  public int joinedTokens(int batch, int textTokens) {
    return 0;
  }

  @Override
  public Network build(Params params, boolean recompute) {
    WanTransformer network = new WanTransformer(config, params, recompute);
    return (batch, _) -> conditioned(network, batch);
  }

  private Velocity conditioned(WanTransformer network, int batch) {
    Tensor text = blank(batch, TEXT_TOKENS, config.textDim());
    Tensor image = config.hasImage() ? blank(batch, IMAGE_TOKENS, config.imageDim()) : null;
    return (latents, seen, sigma) ->
        network.forward(
            new WanInput(
                withImage(latents),
                seen.times(),
                seen.tail(),
                seen.context(),
                sigma.mul(1000),
                text,
                image));
  }

  private Tensor withImage(Tensor latents) {
    int more = config.inChannels() - config.outChannels();
    if (more == 0) {
      return latents;
    }
    long[] extents = latents.shape().toArray();
    extents[1] = more;
    return Tensor.concat(1, latents, blank(extents));
  }

  private static Tensor blank(long... extents) {
    return Tensor.filled(_ -> {}, extents);
  }
}
