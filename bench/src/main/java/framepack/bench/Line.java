package framepack.bench;

import java.util.List;

/// One line of `bench/results/*.jsonl`: one benchmark at one shape, and what stood beside it. Times are microseconds for
/// one call; rates are per second, in units of 1e9.
///
/// @param commit of the code, `+` behind it if there were changes
/// @param load average number of runnable threads of the minute before, at the end
/// @param median over all iterations of all forks
/// @param perFork median of every fork: the Vector API compiles to code of two speeds by luck
/// @param gflops work on paper over the median; 0 where the work has no known cost
/// @param gbytes bytes on paper over the median
/// @param peakGflops multiply-adds between registers beside the iterations, median
/// @param copyGbytes copied memory beside the iterations, median
/// @param share the least time that both ceilings allow, over the time, each iteration against its own ceilings; median
/// @param bound which ceiling that is: `compute` or `memory`
/// @param allocated bytes of the Java heap that one call allocated
/// @param deviceMicros what the device's own clock says of one call, beside the iterations, median; 0 where it has none
/// @param rivals other contestants, where the benchmark is a race
public record Line(
    String time,
    String commit,
    Machine machine,
    double load,
    String benchmark,
    String shape,
    String device,
    int forks,
    int iterations,
    String unit,
    double median,
    double least,
    double most,
    List<Double> perFork,
    double gflops,
    double gbytes,
    double peakGflops,
    double copyGbytes,
    double share,
    String bound,
    double allocated,
    Double deviceMicros,
    List<Rival> rivals) {
  public Line {
    perFork = List.copyOf(perFork);
    deviceMicros = deviceMicros == null ? 0 : deviceMicros;
    rivals = rivals == null ? List.of() : List.copyOf(rivals); // older lines have neither
  }

  /// What was measured: lines of one key can be compared, and the newest of them counts.
  String key() {
    return key(benchmark, shape, device);
  }

  static String key(String benchmark, String shape, String device) {
    return benchmark + " " + shape + " " + device;
  }
}
