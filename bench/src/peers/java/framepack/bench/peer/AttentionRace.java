package framepack.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import framepack.bench.kernel.KernelCase;
import framepack.tensor.Tensor;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Attention, forward; libtorch's is fused too.
public class AttentionRace extends KernelRace {
  /// [batch, tokens, heads, d] in and out, as models have them around attention.
  static final String FORWARD =
      """
      def attention(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return torch.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)).transpose(1, 2)
      """;

  @Param({"hunyuan480p", "hunyuan480p.tokens4096", "hunyuan480p.tokens8192", "wan1.3b", "nano"})
  public String shape;

  @Override
  public List<String> names() {
    return List.of("framepack", "libtorch");
  }

  @Override
  KernelCase work() {
    return AttentionShape.of(shape).forward();
  }

  @Override
  List<Peer> peers(List<Tensor> operands, int threads) {
    Torch torch = Torch.on(threads);
    String function =
        FORWARD
            + """
            def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
              return self.attention(q, k, v)
            """;
    return List.of(
        TorchCall.of(
            torch,
            function,
            new NDList(operands.stream().map(torch::copy).toArray(NDArray[]::new))));
  }
}
