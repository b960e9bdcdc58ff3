package framepack.tensor.core;

/// Element types. Compute is [#F32] (and [#F64] on the reference backend); [#BF16] and [#F16] are storage types of
/// weights; integers and [#BOOL] (one byte) carry indices and masks. Names are those of safetensors.
public enum DType {
  F32(4, true),
  F64(8, true),
  BF16(2, true),
  F16(2, true),
  I64(8, false),
  I32(4, false),
  I16(2, false),
  I8(1, false),
  U8(1, false),
  BOOL(1, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /// Bytes of one element.
  public int bytes() {
    return bytes;
  }

  /// Whether this is a floating-point type.
  public boolean isFloating() {
    return floating;
  }
}
