package framepack.bench.peer;

import framepack.bench.kernel.KernelCase;
import org.openjdk.jmh.annotations.Param;

/// Attention, forward; libtorch's is fused too.
public class AttentionRace extends TorchRace {
  /// [batch, tokens, heads, d] in and out, as models have them around attention.
  static final String FORWARD =
      """
      def attention(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        return torch.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)).transpose(1, 2)
      """;

  @Param({"hunyuan480p", "hunyuan480p.tokens4096", "hunyuan480p.tokens8192", "wan1.3b", "nano"})
  public String shape;

  @Override
  KernelCase work() {
    return AttentionShape.of(shape).forward();
  }

  @Override
  String function() {
    return FORWARD
        + """
        def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
          return self.attention(q, k, v)
        """;
  }
}
