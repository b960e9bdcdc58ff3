package framepack.pack;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.DType;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Params;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The patch projections: one for the noisy frames, and one of its own for every history kernel (paper §3.1,
/// "independent patchifying parameters").
public final class LatentEmbedders implements Packer.Embedding {
  /// weight [dim, channels, kt, kh, kw] (a Conv3d with stride = kernel), bias [dim].
  private record PatchEmbed(PatchKernel kernel, Tensor weight, Tensor bias) {
    Tensor forward(Tensor latents) {
      return latents.patchEmbed(weight, bias);
    }
  }

  private final PatchEmbed noisy;
  private final Map<PatchKernel, PatchEmbed> context = new LinkedHashMap<>();

  /// @param name of the noisy frames' projection in a checkpoint; those of history are [#weightName]
  /// @param base kernel of the noisy frames
  /// @param history kernels with a projection of their own
  /// @param channels of latents, noisy or not
  /// @param dim channels of a token
  public LatentEmbedders(
      Params params,
      String name,
      PatchKernel base,
      List<PatchKernel> history,
      int channels,
      int dim) {
    noisy = embed(params, name, base, channels, dim, Init.XAVIER, Init.ZEROS);
    for (PatchKernel kernel : history) {
      Init repeated = (values, _, _) -> repeat(noisy, kernel, values);
      Init sameBias = (values, _, _) -> copy(noisy.bias, values);
      context.put(
          kernel, embed(params, weightName(kernel), kernel, channels, dim, repeated, sameBias));
    }
  }

  /// Name of a history kernel's projection in a checkpoint, to which `.weight` and `.bias` are added.
  public static String weightName(PatchKernel kernel) {
    return "clean_x_embedder." + layerName(kernel);
  }

  /// `proj`, `proj_2x`, `proj_4x`, `proj_8x`; `proj_1x4x4` for kernels outside the cubic family.
  static String layerName(PatchKernel kernel) {
    if (!kernel.isCubic()) {
      return "proj_" + kernel.t() + "x" + kernel.h() + "x" + kernel.w();
    }
    return kernel.t() == 1 ? "proj" : "proj_" + kernel.t() + "x";
  }

  private static PatchEmbed embed(
      Params params, String name, PatchKernel k, int channels, int dim, Init weight, Init bias) {
    Params own = params.scope(name);
    Tensor w = own.get("weight", weight, dim, channels, k.t(), k.h(), k.w());
    return new PatchEmbed(k, w, own.getF32("bias", bias, dim));
  }

  /// The weight [dim, channels, k...] of a new projection: every tap of the base one repeated over its block and divided by
  /// the block's size, in the type of the base, so that at the start `proj_k(x) == proj(avgpool_k(x))`
  /// (`initialize_weight_from_another_conv3d`).
  public static Tensor repeated(Tensor weight, PatchKernel base, PatchKernel k) {
    long rows = weight.extent(0) * weight.extent(1);
    int t = k.t() / base.t();
    int h = k.h() / base.h();
    int w = k.w() / base.w();
    return weight
        .cast(DType.F32)
        .mul(1.0 / (t * h * w))
        .cast(weight.dtype())
        .reshape(rows, base.t(), 1, base.h(), 1, base.w(), 1)
        .expand(rows, base.t(), t, base.h(), h, base.w(), w)
        .contiguous()
        .reshape(weight.extent(0), weight.extent(1), k.t(), k.h(), k.w());
  }

  private static void repeat(PatchEmbed base, PatchKernel k, float[] values) {
    try (Workspace _ = Workspace.open(base.weight.backend())) {
      copy(repeated(base.weight, base.kernel, k), values);
    }
  }

  private static void copy(Tensor from, float[] values) {
    System.arraycopy(from.toFloats(), 0, values, 0, values.length);
  }

  @Override
  public PatchKernel base() {
    return noisy.kernel;
  }

  @Override
  public Tensor noisy(Tensor latents) {
    return noisy.forward(latents);
  }

  @Override
  public Tensor context(PatchKernel kernel, Tensor latents) {
    PatchEmbed embed = context.get(kernel);
    if (embed == null) {
      throw new IllegalArgumentException(
          "the model has no projection for kernel %s; it has %s"
              .formatted(kernel, context.keySet()));
    }
    return embed.forward(latents);
  }
}
