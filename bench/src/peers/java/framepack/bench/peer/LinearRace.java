package framepack.bench.peer;

import ai.djl.ndarray.NDList;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.KernelCase.Check;
import framepack.bench.kernel.Model;
import framepack.tensor.Tensor;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Fully connected layers without their epilogue, which libraries of linear algebra do not have; weights [n, k].
public class LinearRace extends KernelRace {
  @Param({
    "hunyuan480p.qkv",
    "hunyuan480p.out",
    "hunyuan480p.mlp1",
    "hunyuan480p.rows1",
    "hunyuan480p.rows4",
    "hunyuan480p.rows8",
    "hunyuan480p.rows16",
    "hunyuan480p.rows256",
    "wan1.3b.attn",
    "wan1.3b.mlp1",
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
    if (shape.equals("square2048")) {
      return linear(2048, 2048, 2048);
    }
    Model m = Model.of(shape);
    String part = Model.part(shape);
    return switch (part) {
      case "qkv" -> linear(m.rows(), m.dim(), m.batch() > 1 ? m.dim() : 3 * m.dim());
      case "out", "attn" -> linear(m.rows(), m.dim(), m.dim());
      case "mlp1" -> linear(m.rows(), m.dim(), m.hidden());
      case "mlp2" -> linear(m.rows(), m.hidden(), m.dim());
      case "k4embed" -> linear(8 * m.batch(), 4096, m.dim());
      default -> {
        if (!part.startsWith("rows")) {
          throw Model.unknown(shape);
        }
        yield linear(Long.parseLong(part.substring("rows".length())), m.dim(), m.dim());
      }
    };
  }

  private static KernelCase linear(long m, long k, long n) {
    return KernelCase.of(
            new Linear(false, Activation.NONE, false), Spec.f32(m, k), Spec.f32(n, k))
        .checking(new Check(List.of(0, Check.WHOLE), List.of(0), Math.min(2, m)));
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
