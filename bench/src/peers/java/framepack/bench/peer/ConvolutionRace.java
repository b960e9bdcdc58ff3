package framepack.bench.peer;

import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.KernelCase.Check;
import framepack.bench.kernel.Model;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Conv3d;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// A causal 3x3x3 convolution of HunyuanVideo's decoder, on what is padded already: as many channels as it has at the size of
/// the latents (512), at twice and at four times that.
public class ConvolutionRace extends TorchRace {
  @Param({"hunyuan480p.vae128", "hunyuan480p.vae256", "hunyuan480p.vae512"})
  public String shape;

  @Override
  KernelCase work() {
    return switch (Model.part(shape)) {
      case "vae128" -> of(128, 4, 242, 418);
      case "vae256" -> of(256, 3, 122, 210);
      case "vae512" -> of(512, 3, 62, 106);
      default -> throw Model.unknown(shape);
    };
  }

  private static KernelCase of(long channels, long frames, long height, long width) {
    return KernelCase.of(
            new Conv3d(1, 1, 1, true),
            Spec.f32(1, channels, frames, height, width),
            Spec.f32(channels, channels, 3, 3, 3),
            Spec.f32(channels))
        .checking(new Check(List.of(Check.WHOLE, 0, 0), List.of(1), 2));
  }

  @Override
  String function() {
    return """
        def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
          return torch.conv3d(x, weight, bias)
        """;
  }
}
