package framepack.bench.kernel;

/// What work costs on paper.
///
/// @param flops additions and multiplications
/// @param bytes read and written if every operand travels once
public record Cost(double flops, double bytes) {
  /// Microseconds that these ceilings allow at least.
  ///
  /// @param gflops multiply-adds that are on offer, in 1e9 flops a second
  /// @param gbytes memory traffic that is on offer, in 1e9 bytes a second
  public double leastMicros(double gflops, double gbytes) {
    return Math.max(flops / gflops, bytes / gbytes) / 1e3;
  }

  /// Which of the ceilings that is.
  public String bound(double gflops, double gbytes) {
    return flops / gflops > bytes / gbytes ? "compute" : "memory";
  }
}
