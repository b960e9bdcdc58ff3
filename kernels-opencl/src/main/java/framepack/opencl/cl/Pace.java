package framepack.opencl.cl;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// How fast a device is at least, by which launches are cut: displays freeze and watchdogs bite where one takes long, and a
/// program that is told to stop waits for those under way.
///
/// @param flops floating-point operations a second, > 0
/// @param bytes read and written a second, > 0
public record Pace(double flops, double bytes) {
  /// Seconds that one launch may take by the estimate.
  static final double LAUNCH = 0.1;

  private static final String KEPT = "pace.txt";

  /// What [#keep] kept for a device, else the pace of a slow one of its kind.
  public static Pace of(ClDevice device) {
    return kept(DeviceCache.of(device)).orElseGet(() -> seed(device));
  }

  /// A compute unit of a CPU device is a core, of a GPU 64 lanes or more; Intel's GPUs count smaller ones.
  static Pace seed(ClDevice device) {
    int units = device.computeUnits();
    if (device.isCpu()) {
      return new Pace(5e10 * units, 5e9);
    }
    int large = Seed.of(device) == Seed.INTEL ? 1 : units;
    return new Pace(Math.max(2e11, 2e10 * large), Math.max(2e10, 5e9 * large));
  }

  /// Operations that one launch may have.
  public double launchFlops() {
    return LAUNCH * flops;
  }

  /// Estimated seconds of work whose operations are told, or of which only the bytes are known.
  double seconds(double operations, double traffic) {
    return operations > 0 ? operations / flops : traffic / bytes;
  }

  /// Keeps this pace for the device of a cache.
  public void keep(DeviceCache cache) {
    cache.write(KEPT, String.format(Locale.ROOT, "%.3e %.3e%n", flops, bytes));
  }

  /// What was kept; nothing if that cannot be read.
  static Optional<Pace> kept(DeviceCache cache) {
    return cache
        .read(KEPT)
        .map(text -> text.strip().split(" "))
        .filter(parts -> parts.length == 2)
        .filter(parts -> Stream.of(parts).allMatch(part -> part.matches("[1-9]\\.\\d+e\\+\\d+")))
        .map(parts -> new Pace(Double.parseDouble(parts[0]), Double.parseDouble(parts[1])));
  }
}
