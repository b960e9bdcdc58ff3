package framepack.tensor.cpu;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.BackendProvider;
import framepack.tensor.backend.BackendUnavailable;

/// Opens `cpu` and `cpu:THREADS`. Touches no class of the Vector API before it knows that there is one.
public final class CpuProvider implements BackendProvider {
  private static final String MODULE = "jdk.incubator.vector";
  private static final int MOST_THREADS = 1024;

  @Override
  public String kind() {
    return "cpu";
  }

  @Override
  public String verdict() {
    return isVectorApiThere() ? "works: " + width() : missing();
  }

  /// In a method of its own, so that this class loads without the module.
  private static String width() {
    return "Vector API, " + Lanes.bits() + " bit";
  }

  @Override
  public Backend open(String device) {
    int threads = threads(device);
    if (!isVectorApiThere()) {
      throw new BackendUnavailable(missing());
    }
    return threads == 0 ? new CpuBackend() : new CpuBackend(threads);
  }

  private static boolean isVectorApiThere() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  private static String missing() {
    return "cpu: needs the Vector API: start java with --add-modules " + MODULE;
  }

  /// 0 where the name leaves it open.
  private static int threads(String device) {
    if (device.equals("cpu")) {
      return 0;
    }
    String given = device.substring(device.indexOf(':') + 1);
    if (given.matches("[0-9]{1,4}")) {
      int threads = Integer.parseInt(given);
      if (threads >= 1 && threads <= MOST_THREADS) {
        return threads;
      }
    }
    throw new BackendUnavailable(
        "no device '%s': expected cpu or cpu:THREADS with 1 to %d threads"
            .formatted(device, MOST_THREADS));
  }
}
