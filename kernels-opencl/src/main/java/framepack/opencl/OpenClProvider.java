package framepack.opencl;

import framepack.opencl.cl.Binaries;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.DeviceCache;
import framepack.opencl.cl.OpenCl;
import framepack.opencl.cl.Precision;
import framepack.opencl.tuning.Tuner;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.BackendProvider;
import framepack.tensor.backend.BackendUnavailable;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Opens `opencl` (the first GPU, else the first device), `opencl:PLATFORM`, `opencl:PLATFORM:DEVICE`, or `opencl:TEXT`: the
/// device whose name or platform contains the text; with `@bf16` or `@int8` behind it operands of matrix products are rounded.
/// Touches nothing of OpenCL before it is asked.
public final class OpenClProvider implements BackendProvider {
  @Override
  public String kind() {
    return "opencl";
  }

  @Override
  public String verdict() {
    OpenCl here = OpenCl.here();
    return here.devices().isEmpty()
        ? "missing: " + here.missing()
        : "works: " + here.devices().size() + " device" + (here.devices().size() == 1 ? "" : "s");
  }

  @Override
  public List<String> devices() {
    return OpenCl.here().devices().stream()
        .map(device -> device.name() + "  " + device.description())
        .toList();
  }

  @Override
  public Backend open(String device) {
    int at = device.lastIndexOf('@');
    if (!device.matches(".*@\\w+")) { // names of processors have one too: "CPU @ 2.50GHz"
      return MatrixTrial.open(choose(device, OpenCl.here()), Precision.F32);
    }
    String word = device.substring(at + 1);
    Precision precision =
        Stream.of(Precision.values())
            .filter(one -> one.word().equals(word))
            .findAny()
            .orElseThrow(
                () -> new BackendUnavailable(device + ": behind @ there can be f32, bf16 or int8"));
    return MatrixTrial.open(choose(device.substring(0, at), OpenCl.here()), precision);
  }

  @Override
  public List<String> tune(String device, Duration limit) {
    ClDevice chosen = choose(device, OpenCl.here());
    DeviceCache cache = DeviceCache.of(chosen);
    List<String> said =
        new Tuner(chosen, cache, shape -> new OpenClBackend(chosen, shape)).search(limit);
    Binaries binaries = new Binaries(cache, true);
    Tuner.warm(MatrixTrial.open(chosen, Precision.F32, binaries)); // adds the winner's
    return said;
  }

  /// The device of a name; throws [BackendUnavailable] with what there is instead.
  static ClDevice choose(String device, OpenCl here) {
    if (here.devices().isEmpty()) {
      throw new BackendUnavailable(device + ": " + here.missing());
    }
    String wanted = device.equals("opencl") ? "" : device.substring(device.indexOf(':') + 1);
    List<ClDevice> fitting =
        here.devices().stream().filter(candidate -> fits(candidate, wanted)).toList();
    if (fitting.isEmpty()) {
      List<String> names =
          here.devices().stream().map(d -> d.name() + " (" + d.deviceName() + ")").toList();
      throw new BackendUnavailable(
          "no device '%s': there is %s".formatted(device, String.join(", ", names)));
    }
    return fitting.stream().min(Comparator.comparing(d -> d.isGpu() ? 0 : 1)).orElseThrow();
  }

  private static boolean fits(ClDevice device, String wanted) {
    if (wanted.matches("[0-9]+(:[0-9]+)?")) {
      String name = device.name() + ":"; // so that 1 does not fit 10
      return name.startsWith("opencl:" + wanted + ":");
    }
    String names = device.deviceName() + "\n" + device.platformName();
    return names.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
  }
}
