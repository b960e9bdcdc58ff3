package framepack.tensor.core;

import java.lang.foreign.MemorySegment;

/// Bytes in host memory: off-heap, or a mapped weight file. Mapped files may start at any address, so kernels read with
/// unaligned value layouts. Little-endian.
public record HostStorage(MemorySegment segment) implements Storage {
  @Override
  public long bytes() {
    return segment.byteSize();
  }
}
