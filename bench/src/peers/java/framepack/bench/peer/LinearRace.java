package framepack.bench.peer;

import ai.djl.ndarray.NDList;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.Layer;
import framepack.tensor.Tensor;
import framepack.tensor.core.DType;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Fully connected layers without their epilogue, which libraries of linear algebra do not have; weights [n, k].
public class LinearRace extends KernelRace {
  @Param({
    "hunyuan480p.qkv",
    "hunyuan480p.out",
    "hunyuan480p.mlp1",
    "hunyuan480p.mlp2",
    "hunyuan480p.rows1",
    "hunyuan480p.rows4",
    "hunyuan480p.rows8",
    "hunyuan480p.rows16",
    "hunyuan480p.rows256",
    "wan1.3b.attn",
    "wan1.3b.mlp1",
    "tokens4096",
    "square2048",
    "nano.qkv",
    "nano.mlp1",
    "nano.mlp2",
    "nano.k4embed"
  })
  public String shape;

  @Override
  public List<String> names() {
    return List.of("framepack", "oneDNN", "OpenBLAS", "libtorch");
  }

  @Override
  KernelCase work() {
    return Layer.of(shape).product(DType.F32);
  }

  @Override
  List<Peer> peers(List<Tensor> operands, int threads) {
    Tensor x = operands.get(0);
    Tensor weight = operands.get(1);
    Torch torch = Torch.on(threads);
    return List.of(
        Product.of(Product.Library.ONE_DNN, x, weight, threads),
        Product.of(Product.Library.OPEN_BLAS, x, weight, threads),
        TorchCall.of(
            torch,
            """
            def forward(self, x: Tensor, weight: Tensor) -> Tensor:
              return torch.linear(x, weight)
            """,
            new NDList(torch.copy(x), torch.copy(weight))));
  }
}
