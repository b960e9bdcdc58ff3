package framepack.opencl.cl;

/// How a backend multiplies matrices.
///
/// @param left units that were tried before and left out, and why; empty if there are none
public record Matrix(Precision precision, MatrixUnit unit, String left) {
  /// In F32, by the kernels of `gemm.cl`.
  public static final Matrix F32 = new Matrix(Precision.F32, MatrixUnit.PLAIN, "");

  /// For the description of a device; empty for F32.
  public String description() {
    return precision == Precision.F32 ? "" : ", " + precision.word() + " by " + unit + left;
  }
}
