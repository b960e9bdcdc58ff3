package framepack.bench.kernel;

import framepack.bench.kernel.KernelCase.Check;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.op.PatchEmbed;
import framepack.tensor.op.Patches;
import framepack.tensor.op.PatchesBackward;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Latents to patches and back, and to tokens: the history kernels of a 480p clip and of the laboratory.
public class PatchesBench extends KernelBench {
  @Param({
    "hunyuan480p.1x2x2",
    "hunyuan480p.4x8x8",
    "hunyuan480p.patchify.k1",
    "hunyuan480p.patchify.k2",
    "hunyuan480p.patchify.k4",
    "hunyuan480p.patchify.k8",
    "hunyuan480p.patchify.k8.bf16",
    "nano.1x2x2",
    "nano.4x8x8",
    "nano.backward",
    "nano.patchify.k4"
  })
  public String shape;

  @Override
  public KernelCase work() {
    return switch (shape) {
      case "hunyuan480p.1x2x2" -> KernelCase.of(new Patches(1, 2, 2), CLIP);
      case "hunyuan480p.4x8x8" -> KernelCase.of(new Patches(4, 8, 8), CLIP);
      case "hunyuan480p.patchify.k1" -> embed(DType.F32, 1);
      case "hunyuan480p.patchify.k2" -> embed(DType.F32, 2);
      case "hunyuan480p.patchify.k4" -> embed(DType.F32, 4);
      case "hunyuan480p.patchify.k8" -> embed(DType.F32, 8);
      case "hunyuan480p.patchify.k8.bf16" -> embed(DType.BF16, 8);
      case "nano.patchify.k4" -> embed(HISTORY, DType.F32, 96, 4);
      case "nano.1x2x2" -> KernelCase.of(new Patches(1, 2, 2), SECTION);
      case "nano.4x8x8" -> KernelCase.of(new Patches(4, 8, 8), HISTORY);
      case "nano.backward" ->
          KernelCase.of(
              new PatchesBackward(1, 2, 2, SECTION.shape()),
              new Patches(1, 2, 2).outputs(List.of(SECTION)).get(0));
      default -> throw Model.unknown(shape);
    };
  }

  /// Tokens of kernel (k, 2k, 2k) on 16 latent frames of 480 x 832 video, with weights stored in a type.
  public static KernelCase embed(DType stored, int k) {
    return embed(LATENTS, stored, 3072, k);
  }

  /// Tokens of kernel (k, 2k, 2k) with weights stored in a type; the reference checks a few channels.
  private static KernelCase embed(Spec latents, DType stored, long dim, int k) {
    Shape weight = Shape.of(dim, latents.shape().extent(1), k, 2L * k, 2L * k);
    return KernelCase.of(new PatchEmbed(), latents, new Spec(stored, weight), Spec.f32(dim))
        .checking(new Check(List.of(Check.WHOLE, 0, 0), List.of(2), 2));
  }

  private static final Spec CLIP = Spec.f32(1, 16, 9, 60, 104);
  private static final Spec LATENTS = Spec.f32(1, 16, 16, 60, 104);
  private static final Spec SECTION = Spec.f32(8, 16, 3, 8, 8);
  private static final Spec HISTORY = Spec.f32(8, 16, 16, 8, 8);
}
