package framepack.tensor.backend;

/// Opens backends of one kind; found through [java.util.ServiceLoader].
public interface BackendProvider {
  /// The kind: the part of a device name before the first colon.
  String kind();

  /// One line saying whether this kind works here, and if not, what is missing and what works instead.
  String verdict();

  /// Opens the backend for a device name such as `cpu`, `cpu:1` or `opencl:0:1`. Throws [BackendUnavailable] with a
  /// reason.
  Backend open(String device);
}
