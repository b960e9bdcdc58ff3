package framepack.tensor.core;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Bytes in host memory: off-heap, or a mapped weight file. Mapped files may start at any address, so kernels read with
/// unaligned value layouts. Little-endian.
///
/// @param loans of a mapped file, which may be read in place by devices too
public record HostStorage(MemorySegment segment, Optional<Loans> loans) implements Storage {
  /// Memory that only the host reads.
  public HostStorage(MemorySegment segment) {
    this(segment, Optional.empty());
  }

  @Override
  public long bytes() {
    return segment.byteSize();
  }
}
