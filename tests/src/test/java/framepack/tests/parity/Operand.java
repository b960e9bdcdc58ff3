package framepack.tests.parity;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Op;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// One operand of a case: type, shape, what it holds and how it lies in memory.
public record Operand(DType dtype, Shape shape, Content content, Arrangement arrangement) {
  /// Gaussian F32 numbers.
  public static Operand f32(long... extents) {
    return of(DType.F32, new Content.Normal(1), extents);
  }

  /// F32 numbers of 0.1 to 3.
  public static Operand positive(long... extents) {
    return f32(extents).positive();
  }

  /// F32 numbers that repeat these.
  public static Operand listed(double[] values, long... extents) {
    return of(DType.F32, new Content.Listed(DoubleStream.of(values).boxed().toList()), extents);
  }

  /// Indices of `rows` rows.
  public static Operand indices(DType dtype, long rows, long... extents) {
    return of(dtype, new Content.Integers(0, rows), extents);
  }

  /// True and false.
  public static Operand booleans(long... extents) {
    return of(DType.BOOL, new Content.Integers(0, 2), extents);
  }

  /// I32 numbers.
  public static Operand ints(int... values) {
    List<Double> numbers = IntStream.of(values).asDoubleStream().boxed().toList();
    return of(DType.I32, new Content.Listed(numbers), values.length);
  }

  /// Result `output` of `op` on earlier operands.
  public static Operand resultOf(Op op, int output, Integer... inputs) {
    Content content = new Content.ResultOf(op, output, List.of(inputs));
    return new Operand(null, null, content, Arrangement.DENSE);
  }

  static Operand of(DType dtype, Content content, long... extents) {
    return new Operand(dtype, Shape.of(extents), content, Arrangement.DENSE);
  }

  /// The same with another type.
  public Operand as(DType other) {
    return new Operand(other, shape, content, arrangement);
  }

  /// The same in another arrangement.
  public Operand in(Arrangement other) {
    return new Operand(dtype, shape, content, other);
  }

  /// Gaussian numbers of another size.
  public Operand times(double deviation) {
    return new Operand(dtype, shape, new Content.Normal(deviation), arrangement);
  }

  /// Numbers of 0.1 to 3.
  Operand positive() {
    return new Operand(dtype, shape, new Content.Uniform(0.1, 3), arrangement);
  }

  /// The same with the type and shape that the computed value turned out to have.
  Operand with(Spec spec) {
    return new Operand(spec.dtype(), spec.shape(), content, arrangement);
  }

  @Override
  public String toString() {
    return (dtype == null ? "computed" : dtype + shape.toString())
        + (arrangement == Arrangement.DENSE ? "" : " " + arrangement.name().toLowerCase());
  }
}
