package framepack.tensor.reference;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.BackendProvider;
import framepack.tensor.backend.BackendUnavailable;

/// Opens the `reference` device.
public final class ReferenceProvider implements BackendProvider {
  @Override
  public String kind() {
    return "reference";
  }

  @Override
  public String verdict() {
    return "works: plain loops, for checking other backends";
  }

  @Override
  public Backend open(String device) {
    if (!device.equals(kind())) {
      throw new BackendUnavailable(
          "device '"
              + device
              + "': reference has one thread and takes no options, say 'reference'");
    }
    return new ReferenceBackend();
  }
}
