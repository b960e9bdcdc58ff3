package framepack.tensor.backend;

import java.time.Duration;
import java.util.List;

/// Opens backends of one kind; found through [java.util.ServiceLoader].
public interface BackendProvider {
  /// The kind: the part of a device name before the first colon.
  String kind();

  /// One line saying whether this kind works here, and if not, what is missing and what works instead.
  String verdict();

  /// The devices of this kind by name, each with a line about it. A kind with one device leaves this to its verdict.
  default List<String> devices() {
    return List.of();
  }

  /// Searches for at most about `limit` how the kernels of a device are fastest, keeps that for later runs and says what it
  /// found, a line each.
  default List<String> tune(String device, Duration limit) {
    throw new BackendUnavailable(device + ": nothing to tune, only opencl devices have choices");
  }

  /// Opens the backend for a device name such as `cpu`, `cpu:1` or `opencl:0:1`. Throws [BackendUnavailable] with a
  /// reason.
  Backend open(String device);
}
