package framepack.pack;

import framepack.tensor.Tensor;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The patch projections: one for the noisy frames, and one of its own for every history kernel (paper §3.1,
/// "independent patchifying parameters").
public final class LatentEmbedders implements Packer.Embedding {
  /// weight [dim, channels, kt, kh, kw] (a Conv3d with stride = kernel), bias [dim].
  private record PatchEmbed(PatchKernel kernel, Tensor weight, Tensor bias) {
    Tensor forward(Tensor latents) {
      Tensor matrix = weight.reshape(weight.extent(0), -1);
      return latents
          .patches(kernel.t(), kernel.h(), kernel.w())
          .linear(matrix, bias, Activation.NONE);
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

  /// Every tap of the base projection repeated over its block and divided by the block's size, so that at the start
  /// `proj_k(x) == proj(avgpool_k(x))` (`initialize_weight_from_another_conv3d`).
  private static void repeat(PatchEmbed base, PatchKernel k, float[] values) {
    float[] source = base.weight.toFloats();
    PatchKernel b = base.kernel;
    int kt = k.t() / b.t();
    int kh = k.h() / b.h();
    int kw = k.w() / b.w();
    float share = 1f / (kt * kh * kw);
    int volume = k.t() * k.h() * k.w();
    for (int i = 0; i < values.length; i++) {
      int rows = i / volume;
      int t = i % volume / (k.h() * k.w()) / kt;
      int h = i / k.w() % k.h() / kh;
      int w = i % k.w() / kw;
      values[i] = source[((rows * b.t() + t) * b.h() + h) * b.w() + w] * share;
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
