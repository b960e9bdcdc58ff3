package framepack.tensor.core;

/// Bytes that only their backend can touch. The door for backends outside this package.
public non-sealed interface DeviceStorage extends Storage {}
