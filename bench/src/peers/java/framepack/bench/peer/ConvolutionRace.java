package framepack.bench.peer;

import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.KernelCase.Check;
import framepack.bench.kernel.Model;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Conv3d;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// A causal 3x3x3 convolution of HunyuanVideo's decoder, two frames of what is padded already: 128 channels at four times the
/// latents' size. With 256 and 512 channels, 6912 and 13,824 terms in one chain of f32, the error is 4.2e-6 and 4.5e-6 of the
/// largest result, more than the operation's budget of 4e-6.
public class ConvolutionRace extends TorchRace {
  @Param("hunyuan480p.vae128")
  public String shape;

  @Override
  KernelCase work() {
    if (!Model.part(shape).equals("vae128")) {
      throw Model.unknown(shape);
    }
    return KernelCase.of(
            new Conv3d(1, 1, 1, true),
            Spec.f32(1, 128, 4, 242, 418),
            Spec.f32(128, 128, 3, 3, 3),
            Spec.f32(128))
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
