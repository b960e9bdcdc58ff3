package framepack.tensor.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/// Finds backends by device name. There is no silent fallback: what is asked for is opened, or the error says why not.
public final class Backends {
  private Backends() {}

  /// Opens `cpu`, `cpu:THREADS`, `reference`, `meta` or `opencl[:platform[:device]][@bf16|@int8]`.
  public static Backend open(String device) {
    return provider(device).open(device);
  }

  /// Who opens a device of this name.
  public static BackendProvider provider(String device) {
    String kind = device.split("[:@]", 2)[0];
    List<String> kinds = new ArrayList<>();
    for (BackendProvider provider : providers()) {
      if (provider.kind().equals(kind)) {
        return provider;
      }
      kinds.add(provider.kind());
    }
    throw new BackendUnavailable(
        "no device '" + device + "': this build has " + String.join(", ", kinds));
  }

  /// All kinds of backends on the class path.
  public static Iterable<BackendProvider> providers() {
    return ServiceLoader.load(BackendProvider.class);
  }
}
