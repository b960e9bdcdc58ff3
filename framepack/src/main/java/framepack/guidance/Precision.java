package framepack.guidance;

import framepack.tensor.Tensor;
import framepack.tensor.core.DType;

/// In which precision numbers reach a model and leave it.
public enum Precision {
  /// As they are: the numerically better way, and the default.
  F32,
  /// Rounded to bf16 as in the official program: timestep 994.083 becomes 996, guidance 6000 becomes 6016. For
  /// `--match official`.
  OFFICIAL_BF16;

  /// The number the model gets.
  public double round(double value) {
    return this == F32 ? value : bf16((float) value);
  }

  /// The tensor the model gets, or gave.
  public Tensor round(Tensor values) {
    return this == F32 ? values : values.cast(DType.BF16).cast(DType.F32);
  }

  /// To the nearest of 8 significant bits, ties to even.
  private static float bf16(float value) {
    if (!Float.isFinite(value)) {
      return value;
    }
    int bits = Float.floatToRawIntBits(value);
    int rounded = bits + 0x7FFF + (bits >>> 16 & 1);
    return Float.intBitsToFloat(rounded & 0xFFFF0000);
  }
}
