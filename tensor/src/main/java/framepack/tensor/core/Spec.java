package framepack.tensor.core;

/// Type and shape of a tensor without its elements: what shape rules and cost formulas see.
public record Spec(DType dtype, Shape shape) {
  public static Spec f32(long... extents) {
    return new Spec(DType.F32, Shape.of(extents));
  }

  /// Bytes of a dense tensor of this type and shape.
  public long bytes() {
    return Math.multiplyExact(shape.elements(), dtype.bytes());
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
