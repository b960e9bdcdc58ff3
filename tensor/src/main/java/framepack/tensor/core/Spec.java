package framepack.tensor.core;

/// Type and shape of a tensor without its elements: what shape rules and cost formulas see.
public record Spec(DType dtype, Shape shape) {
  public Spec {
    if (dtype.isBlocks() && (shape.rank() == 0 || shape.extent(-1) % dtype.block() != 0)) {
      throw new ShapeMismatch(
          dtype.toString(), "rows of a multiple of " + dtype.block() + " numbers", shape);
    }
  }

  public static Spec f32(long... extents) {
    return new Spec(DType.F32, Shape.of(extents));
  }

  /// Bytes of a dense tensor of this type and shape.
  public long bytes() {
    return dtype.bytes(shape.elements());
  }

  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
