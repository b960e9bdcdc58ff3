package framepack.bench.kernel;

import framepack.tensor.core.Spec;
import framepack.tensor.op.Patches;
import framepack.tensor.op.PatchesBackward;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Latents to patches and back: the history kernels of a 480p clip and of the laboratory.
public class PatchesBench extends KernelBench {
  @Param({"hunyuan480p.1x2x2", "hunyuan480p.4x8x8", "nano.1x2x2", "nano.4x8x8", "nano.backward"})
  public String shape;

  @Override
  public KernelCase work() {
    return switch (shape) {
      case "hunyuan480p.1x2x2" -> KernelCase.of(new Patches(1, 2, 2), CLIP);
      case "hunyuan480p.4x8x8" -> KernelCase.of(new Patches(4, 8, 8), CLIP);
      case "nano.1x2x2" -> KernelCase.of(new Patches(1, 2, 2), SECTION);
      case "nano.4x8x8" -> KernelCase.of(new Patches(4, 8, 8), HISTORY);
      case "nano.backward" ->
          KernelCase.of(
              new PatchesBackward(1, 2, 2, SECTION.shape()),
              new Patches(1, 2, 2).outputs(List.of(SECTION)).get(0));
      default -> throw Model.unknown(shape);
    };
  }

  private static final Spec CLIP = Spec.f32(1, 16, 9, 60, 104);
  private static final Spec SECTION = Spec.f32(8, 16, 3, 8, 8);
  private static final Spec HISTORY = Spec.f32(8, 16, 16, 8, 8);
}
