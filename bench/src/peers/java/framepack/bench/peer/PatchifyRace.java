package framepack.bench.peer;

import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.Model;
import framepack.bench.kernel.PatchesBench;
import framepack.tensor.core.DType;
import org.openjdk.jmh.annotations.Param;

/// History kernels on 16 latent frames of 480 x 832 video: a convolution whose stride is its kernel, edges repeated. libtorch
/// has its weights in f32 where ours are stored in bf16.
public class PatchifyRace extends TorchRace {
  @Param({
    "hunyuan480p.1x2x2",
    "hunyuan480p.2x4x4",
    "hunyuan480p.4x8x8",
    "hunyuan480p.8x16x16",
    "hunyuan480p.8x16x16.bf16"
  })
  public String shape;

  @Override
  KernelCase work() {
    String[] parts = Model.part(shape).split("\\.");
    DType stored = parts.length > 1 ? DType.BF16 : DType.F32;
    return PatchesBench.embed(stored, Integer.parseInt(parts[0].split("x")[0]));
  }

  @Override
  String function() {
    return """
        def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
          kt = weight.size(2)
          kh = weight.size(3)
          kw = weight.size(4)
          pad = [0, (kw - x.size(4) % kw) % kw, 0, (kh - x.size(3) % kh) % kh, 0, (kt - x.size(2) % kt) % kt]
          if pad[1] + pad[3] + pad[5] > 0:
            x = torch.replication_pad3d(x, pad)
          return torch.conv3d(x, weight, bias, [kt, kh, kw]).flatten(2).transpose(1, 2)
        """;
  }
}
