package framepack.tensor.core;

/// Element types. Compute is [#F32] (and [#F64] on the reference backend); [#BF16] and [#F16] are storage types of
/// weights; integers and [#BOOL] (one byte) carry indices and masks. Names are those of safetensors.
///
/// [#Q8_0] and [#Q4_0] store whole blocks of numbers that share a scale ([Blocks]). They are what a weight of `Linear` may
/// be, dense, and nothing else; safetensors has no names for them.
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
  BOOL(1, false),
  Q8_0(34, 32),
  Q4_0(18, 32);

  private final int bytes;
  private final int block;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.block = 1;
    this.floating = floating;
  }

  /// Blocks of `block` numbers in `bytes` bytes.
  DType(int bytes, int block) {
    this.bytes = bytes;
    this.block = block;
    this.floating = true;
  }

  /// Bytes of one element; an error for blocks, whose elements have none of their own.
  public int bytes() {
    if (isBlocks()) {
      throw new IllegalArgumentException(this + " has no bytes of one element: it stores blocks");
    }
    return bytes;
  }

  /// Bytes of `elements` elements, which are whole blocks.
  public long bytes(long elements) {
    if (elements % block != 0) {
      throw new IllegalArgumentException(this + ": " + elements + " elements are no whole blocks");
    }
    return Math.multiplyExact(elements / block, (long) bytes);
  }

  /// Elements of a block; 1 where each element is stored by itself.
  public int block() {
    return block;
  }

  /// Whether numbers are stored in blocks that share a scale.
  public boolean isBlocks() {
    return block > 1;
  }

  /// Bytes of a block, or of an element.
  public int blockBytes() {
    return bytes;
  }

  /// Whether this is a floating-point type.
  public boolean isFloating() {
    return floating;
  }
}
