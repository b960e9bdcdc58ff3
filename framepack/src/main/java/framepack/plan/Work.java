package framepack.plan;

import framepack.tensor.core.Shape;
import framepack.tensor.meta.Call;
import framepack.tensor.op.Linear;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

/// Floating-point operations (a multiply-add counts 2) by kind, and bytes moved at least: every operand read and every
/// result written once.
public record Work(BigInteger matmul, BigInteger attention, BigInteger other, BigInteger bytes) {
  public static final Work NONE =
      new Work(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

  /// The work of these calls, each so many times.
  public static Work of(Map<Call, Long> calls) {
    Work sum = NONE;
    for (Map.Entry<Call, Long> entry : calls.entrySet()) {
      sum = sum.plus(of(entry.getKey()).times(entry.getValue()));
    }
    return sum;
  }

  private static Work of(Call call) {
    BigInteger flops = whole(call.flops());
    BigInteger bytes = whole(call.bytes());
    return switch (OpKind.of(call.op())) {
      case MATMUL -> {
        BigInteger fused = call.op() instanceof Linear ? fused(call, flops) : BigInteger.ZERO;
        yield new Work(flops.subtract(fused), BigInteger.ZERO, fused, bytes);
      }
      case ATTENTION -> new Work(BigInteger.ZERO, flops, BigInteger.ZERO, bytes);
      case OTHER -> new Work(BigInteger.ZERO, BigInteger.ZERO, flops, bytes);
    };
  }

  /// Bias, activation, gate and residual of a linear layer: all but 2 flops a weight and row.
  private static BigInteger fused(Call layer, BigInteger flops) {
    Shape weight = layer.inputs().get(1).shape();
    long rows = layer.inputs().get(0).shape().elements() / Math.max(1, weight.extent(1));
    BigInteger product = BigInteger.valueOf(2).multiply(BigInteger.valueOf(weight.elements()));
    return flops.subtract(product.multiply(BigInteger.valueOf(rows)));
  }

  private static BigInteger whole(double count) {
    return new BigDecimal(count).toBigInteger();
  }

  public Work plus(Work more) {
    return new Work(
        matmul.add(more.matmul),
        attention.add(more.attention),
        other.add(more.other),
        bytes.add(more.bytes));
  }

  public Work times(long count) {
    BigInteger n = BigInteger.valueOf(count);
    return new Work(
        matmul.multiply(n), attention.multiply(n), other.multiply(n), bytes.multiply(n));
  }

  /// All floating-point operations.
  public BigInteger flops() {
    return matmul.add(attention).add(other);
  }
}
