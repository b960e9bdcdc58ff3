package framepack.plan;

import framepack.tensor.meta.Call;
import java.util.Map;

/// How long calls take on a machine, by what limits them.
///
/// @param matmul seconds of a matrix product against its flops
/// @param attention seconds of an attention against its flops
/// @param other seconds of an element-wise function against its flops
/// @param memory seconds of a pass over memory against its bytes
public record Rates(Curve matmul, Curve attention, Curve other, Curve memory) {
  /// The sum over all calls of `max(flops / rate of its kind, bytes / bandwidth)`.
  public double seconds(Map<Call, Long> calls) {
    double sum = 0;
    for (Map.Entry<Call, Long> entry : calls.entrySet()) {
      sum += entry.getValue() * seconds(entry.getKey());
    }
    return sum;
  }

  private double seconds(Call call) {
    Curve compute =
        switch (OpKind.of(call.op())) {
          case MATMUL -> matmul;
          case ATTENTION -> attention;
          case OTHER -> other;
        };
    return Math.max(compute.seconds(call.flops()), memory.seconds(call.bytes()));
  }
}
