package framepack.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.KernelCase.Check;
import framepack.bench.kernel.PreparedKernel;
import framepack.tensor.Tensor;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import framepack.tensor.op.Patches;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Param;

/// History kernels on 16 latent frames of 480 x 832 video: a convolution whose stride is its kernel, edges repeated.
public class PatchifyRace extends KernelRace {
  private static final Spec LATENTS = Spec.f32(1, 16, 16, 60, 104);
  private static final int DIM = 3072;

  @Param({"hunyuan480p.1x2x2", "hunyuan480p.2x4x4", "hunyuan480p.4x8x8", "hunyuan480p.8x16x16"})
  public String shape;

  @Override
  public List<String> names() {
    return List.of("framepack", "libtorch");
  }

  private int[] kernel() {
    return Stream.of(shape.substring("hunyuan480p.".length()).split("x"))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  private KernelCase patches() {
    int[] k = kernel();
    return KernelCase.of(new Patches(k[0], k[1], k[2]), LATENTS);
  }

  /// The product; the patches before it have no cost of their own on paper.
  @Override
  KernelCase work() {
    KernelCase patches = patches();
    Spec rows = patches.op().outputs(patches.operands()).getFirst();
    return KernelCase.of(
            new Linear(true, Activation.NONE, false),
            rows,
            Spec.f32(DIM, rows.shape().extent(-1)),
            Spec.f32(DIM))
        .checking(new Check(List.of(1, Check.WHOLE, Check.WHOLE), List.of(1), 2));
  }

  @Override
  List<PreparedKernel> ours() {
    PreparedKernel patches = new PreparedKernel(patches(), device);
    return List.of(patches, new PreparedKernel(work(), device, patches.outputs()));
  }

  @Override
  List<Peer> peers(List<Tensor> operands, int threads) {
    int[] k = kernel();
    Torch torch = Torch.on(threads);
    NDArray weight = torch.copy(operands.get(1)).reshape(DIM, LATENTS.shape().extent(1), k[0], k[1], k[2]);
    try (PreparedKernel patches = new PreparedKernel(patches(), device)) {
      return List.of(
          TorchCall.of(
              torch,
              """
              def forward(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                kt = weight.size(2)
                kh = weight.size(3)
                kw = weight.size(4)
                pad = [0, (kw - x.size(4) % kw) % kw, 0, (kh - x.size(3) % kh) % kh, 0, (kt - x.size(2) % kt) % kt]
                if pad[1] + pad[3] + pad[5] > 0:
                  x = torch.replication_pad3d(x, pad)
                return torch.conv3d(x, weight, bias, [kt, kh, kw]).flatten(2).transpose(1, 2)
              """,
              new NDList(
                  torch.copy(patches.inputs().getFirst()), weight, torch.copy(operands.get(2)))));
    }
  }
}
