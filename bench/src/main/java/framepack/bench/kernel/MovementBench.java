package framepack.bench.kernel;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.op.AvgPool3d;
import framepack.tensor.op.Concat;
import framepack.tensor.op.Gather;
import framepack.tensor.op.GatherBackward;
import framepack.tensor.op.Pad;
import framepack.tensor.op.PadBackward;
import framepack.tensor.op.Padding;
import framepack.tensor.op.ResizeBilinear;
import framepack.tensor.op.UpsampleNearest;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Tokens joined, cut out, padded and resized.
public class MovementBench extends KernelBench {
  @Param({
    "nano.concat",
    "nano.gather",
    "nano.gather.backward",
    "nano.pad",
    "nano.pad.backward",
    "clip.resize",
    "clip.upsample",
    "clip.pool"
  })
  public String shape;

  @Override
  public KernelCase work() {
    Spec latents = Spec.f32(1, 16, 8, 64, 96);
    Spec indices = new Spec(DType.I32, Shape.of(Numbers.ROWS));
    List<Long> before = List.of(0L, 24L, 0L);
    List<Long> none = List.of(0L, 0L, 0L);
    return switch (shape) {
      case "nano.concat" -> KernelCase.of(new Concat(1), Spec.f32(8, 24, 96), Spec.f32(8, 48, 96));
      case "nano.gather" -> KernelCase.of(new Gather(), Spec.f32(Numbers.ROWS, 96), indices);
      case "nano.gather.backward" ->
          KernelCase.of(new GatherBackward(Numbers.ROWS), Spec.f32(Numbers.ROWS, 96), indices);
      case "nano.pad" -> KernelCase.of(new Pad(before, none, Padding.ZERO), Spec.f32(8, 48, 96));
      case "nano.pad.backward" ->
          KernelCase.of(new PadBackward(before, none, Padding.ZERO), Spec.f32(8, 72, 96));
      case "clip.resize" -> KernelCase.of(new ResizeBilinear(480, 832), Spec.f32(3, 270, 480));
      case "clip.upsample" -> KernelCase.of(new UpsampleNearest(1, 2, 2), latents);
      case "clip.pool" -> KernelCase.of(new AvgPool3d(2, 2, 2), latents);
      default -> throw Model.unknown(shape);
    };
  }
}
