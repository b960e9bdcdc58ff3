package framepack.tensor.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Fill;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class CellsTest {
  private static View dense(DType dtype, long... extents) {
    Shape shape = Shape.of(extents);
    long bytes = Math.max(1, shape.elements() * dtype.bytes());
    return new View(
        dtype, Layout.dense(shape, 0), new HostStorage(Arena.ofAuto().allocate(bytes, 64)));
  }

  private static double[] through(DType dtype, double... values) {
    View view = dense(dtype, values.length);
    Cells.store(values, view);
    return Cells.load(view);
  }

  @Test
  void bf16_rounds_to_the_nearest_and_ties_to_even() {
    assertArrayEquals(
        new double[] {1, 1, 1.015625, 1.0078125, -1, 3.3895313892515355e38},
        through(DType.BF16, 1, 1.00390625, 1.01171875, 1.0039065, -1.00390625, 3.39e38));
    assertEquals(Double.POSITIVE_INFINITY, through(DType.BF16, 3.4e38)[0]);
    assertTrue(Double.isNaN(through(DType.BF16, Double.NaN)[0]));
  }

  @Test
  void f16_rounds_overflows_and_keeps_subnormal_numbers() {
    assertArrayEquals(
        new double[] {65504, Double.POSITIVE_INFINITY, 5.960464477539063e-8, 0},
        through(DType.F16, 65519, 65520, 6e-8, 2.9e-8));
  }

  @Test
  void integers_cut_fractions_off_and_saturate() {
    assertArrayEquals(new double[] {2, -2, 127, -128}, through(DType.I8, 2.9, -2.9, 300, -300));
    assertArrayEquals(new double[] {2, 0, 255}, through(DType.U8, 2.9, -2.9, 300));
    assertArrayEquals(new double[] {32767, -32768}, through(DType.I16, 1e6, -1e6));
    assertEquals(Integer.MAX_VALUE, through(DType.I32, 1e20)[0]);
    assertArrayEquals(new double[] {0, 1, 1}, through(DType.BOOL, 0, -3, 0.25));
  }

  @Test
  void long_integers_are_copied_exactly_beyond_the_digits_of_a_double() {
    View from = dense(DType.I64, 1);
    View to = dense(DType.I64, 1);
    from.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, 0, (1L << 53) + 1);
    CopyReference.run(new Copy(DType.I64), List.of(from), List.of(to));
    assertEquals((1L << 53) + 1, to.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
  }

  @Test
  void strided_and_repeated_views_are_read_in_row_major_order() {
    View view = dense(DType.F32, 2, 3);
    Cells.store(new double[] {0, 1, 2, 3, 4, 5}, view);
    View transposed = view.with(view.layout().permute(1, 0));
    assertArrayEquals(new double[] {0, 3, 1, 4, 2, 5}, Cells.load(transposed));
    View row = view.with(view.layout().slice(0, 1, 2));
    assertArrayEquals(new double[] {3, 4, 5, 3, 4, 5}, Cells.load(row, Shape.of(2, 3)));
  }

  @Test
  void a_tensor_that_no_java_array_holds_is_refused_by_its_size() {
    View small = dense(DType.U8, 1);
    View huge = small.with(small.layout().expand(Shape.of(3_000_000_000L)));
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> Cells.load(huge));
    assertTrue(error.getMessage().contains("3000000000"), error.getMessage());
  }

  @Test
  void filling_writes_every_element() {
    View view = dense(DType.I32, 3, 2);
    FillReference.run(new Fill(DType.I32, Shape.of(3, 2), 7), List.of(view));
    assertArrayEquals(new double[] {7, 7, 7, 7, 7, 7}, Cells.load(view));
  }

  /// Abramowitz and Stegun, table 7.1.
  @Test
  void the_error_function_has_the_values_of_the_tables() {
    assertEquals(0, Erf.of(0));
    assertEquals(0.5204998778130465, Erf.of(0.5), 1e-15);
    assertEquals(-0.8427007929497149, Erf.of(-1), 1e-15);
    assertEquals(0.9953222650189527, Erf.of(2), 1e-15);
    assertEquals(0.9999779095030014, Erf.of(3), 1e-15);
    assertEquals(1, Erf.of(5.9), 1e-15);
    assertEquals(-1, Erf.of(-40), 0);
  }
}
