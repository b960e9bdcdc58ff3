package framepack.tensor.core;

import java.lang.foreign.MemorySegment;

/// What a kernel receives: typed elements at a layout inside a storage.
public record View(DType dtype, Layout layout, Storage storage) {
  public Shape shape() {
    return layout.shape();
  }

  /// The host memory behind this view; an error on device storage.
  public MemorySegment segment() {
    if (storage instanceof HostStorage host) {
      return host.segment();
    }
    throw new IllegalStateException("view " + this + " is not in host memory");
  }

  /// Byte offset of the first element inside the storage.
  public long byteOffset() {
    return dtype.bytes(layout.offset());
  }

  /// The same numbers of a dense view as the bytes they are.
  public View bytes() {
    Shape bytes = Shape.of(dtype.bytes(shape().elements()));
    return new View(DType.U8, Layout.dense(bytes, byteOffset()), storage);
  }

  /// The same storage seen through another layout.
  public View with(Layout other) {
    return new View(dtype, other, storage);
  }

  @Override
  public String toString() {
    return dtype + " " + layout;
  }
}
