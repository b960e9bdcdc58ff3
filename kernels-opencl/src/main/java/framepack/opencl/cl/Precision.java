package framepack.opencl.cl;

import java.util.Locale;

/// To what the operands of matrix products are rounded; sums are F32 or exact in every case.
public enum Precision {
  /// Not at all.
  F32(0),

  /// To 8 significant bits.
  BF16(0x1p-9),

  /// In `Linear` to 255 steps between the largest of a row and its negative; elsewhere as [#BF16].
  INT8(1.0 / 254);

  private final double rounding;

  Precision(double rounding) {
    this.rounding = rounding;
  }

  /// The largest error of an operand: of itself, or for [#INT8] of the largest of its row.
  public double rounding() {
    return rounding;
  }

  /// As device names have it behind an `@`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
