package framepack.bench.peer;

import ai.djl.ndarray.NDList;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.KernelCase.Check;
import framepack.bench.kernel.Model;
import framepack.tensor.Tensor;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Conv3d;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Causal 3x3x3 convolutions of HunyuanVideo's decoder, two frames of what is padded already: 512 channels at the latents'
/// size, 256 and 128 at two and four times their size.
public class ConvolutionRace extends KernelRace {
  @Param({"hunyuan480p.vae512", "hunyuan480p.vae256", "hunyuan480p.vae128"})
  public String shape;

  @Override
  public List<String> names() {
    return List.of("framepack", "libtorch");
  }

  @Override
  KernelCase work() {
    return switch (Model.part(shape)) {
      case "vae512" -> convolution(512, 60, 104);
      case "vae256" -> convolution(256, 120, 208);
      case "vae128" -> convolution(128, 240, 416);
      default -> throw Model.unknown(shape);
    };
  }

  private static KernelCase convolution(long channels, long height, long width) {
    return KernelCase.of(
            new Conv3d(1, 1, 1, true),
            Spec.f32(1, channels, 4, height + 2, width + 2),
            Spec.f32(channels, channels, 3, 3, 3),
            Spec.f32(channels))
        .checking(new Check(List.of(Check.WHOLE, 0, 0), List.of(1), 2));
  }

  @Override
  List<Peer> peers(List<Tensor> operands, int threads) {
    Torch torch = Torch.on(threads);
    return List.of(
        TorchCall.of(
            torch,
            """
            def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
              return torch.conv3d(x, weight, bias)
            """,
            new NDList(
                torch.copy(operands.get(0)),
                torch.copy(operands.get(1)),
                torch.copy(operands.get(2)))));
  }
}
