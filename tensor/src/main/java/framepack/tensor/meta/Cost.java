package framepack.tensor.meta;

/// What a number of calls costs: floating-point operations (a multiply-add counts 2) and bytes moved at least.
public record Cost(long calls, double flops, double bytes) {
  public static final Cost NONE = new Cost(0, 0, 0);

  static Cost of(Call call, long times) {
    return new Cost(times, times * call.flops(), times * call.bytes());
  }

  public Cost plus(Cost other) {
    return new Cost(calls + other.calls, flops + other.flops, bytes + other.bytes);
  }
}
