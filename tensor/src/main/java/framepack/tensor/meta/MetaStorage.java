package framepack.tensor.meta;

import framepack.tensor.core.DeviceStorage;

/// Bytes that are counted and never there.
record MetaStorage(long bytes) implements DeviceStorage {}
