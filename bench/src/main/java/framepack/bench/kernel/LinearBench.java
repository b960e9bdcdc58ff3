package framepack.bench.kernel;

import framepack.bench.kernel.KernelCase.Check;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Fully connected layers: the projections of a model as one matrix, with their bias and activation.
public class LinearBench extends KernelBench {
  @Param({
    "hunyuan480p.out",
    "hunyuan480p.qkv",
    "hunyuan480p.mlp1",
    "hunyuan480p.mlp2",
    "square1024",
    "hunyuan480p.modulation",
    "rows4",
    "rows16",
    "rows256",
    "square2048",
    "nano.qkv",
    "nano.mlp1",
    "nano.mlp2",
    "nano.modulation",
    "nano.k4embed"
  })
  public String shape;

  @Override
  public KernelCase work() {
    return switch (shape) {
      case "hunyuan480p.out" -> linear(1560, 3072, 3072, Activation.NONE);
      case "hunyuan480p.qkv" -> linear(1560, 3072, 9216, Activation.NONE);
      case "hunyuan480p.mlp1" -> linear(1560, 3072, 12_288, Activation.GELU_TANH);
      case "hunyuan480p.mlp2" -> gated(1, 1560, 12_288, 3072);
      case "square1024" -> linear(1024, 1024, 1024, Activation.NONE);
      case "hunyuan480p.modulation" -> linear(1, 3072, 18_432, Activation.NONE);
      case "rows4" -> linear(4, 3072, 3072, Activation.NONE);
      case "rows16" -> linear(16, 3072, 3072, Activation.NONE);
      case "rows256" -> linear(256, 3072, 3072, Activation.NONE);
      case "square2048" -> linear(2048, 2048, 2048, Activation.NONE);
      case "nano.qkv" -> linear(576, 96, 96, Activation.NONE);
      case "nano.mlp1" -> linear(576, 96, 288, Activation.GELU_EXACT);
      case "nano.mlp2" -> gated(8, 72, 288, 96);
      case "nano.modulation" -> linear(8, 96, 576, Activation.NONE);
      case "nano.k4embed" -> linear(64, 4096, 96, Activation.NONE);
      default -> throw Model.unknown(shape);
    };
  }

  private static KernelCase linear(long m, long k, long n, Activation activation) {
    return KernelCase.of(
            new Linear(true, activation, false), Spec.f32(m, k), Spec.f32(n, k), Spec.f32(n))
        .checking(new Check(List.of(0, Check.WHOLE, Check.WHOLE), List.of(0), Math.min(2, m)));
  }

  /// `residual + gate * y`, as the last layer of a block.
  private static KernelCase gated(long batch, long tokens, long k, long n) {
    int whole = Check.WHOLE;
    return KernelCase.of(
            new Linear(true, Activation.NONE, true),
            Spec.f32(batch, tokens, k),
            Spec.f32(n, k),
            Spec.f32(n),
            Spec.f32(batch, tokens, n),
            Spec.f32(batch, n))
        .checking(new Check(List.of(1, whole, whole, 1, whole), List.of(1), 2));
  }
}
