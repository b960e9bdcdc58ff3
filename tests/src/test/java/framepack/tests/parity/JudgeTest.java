package framepack.tests.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.backend.Slabs;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Affine;
import framepack.tensor.op.Op;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/// The judge and the runner of the parity suite find what they are there to find.
class JudgeTest {
  private static final Judge LARGEST = Judge.ofLargest(1e-6);
  private static final OpCase CASE =
      new OpCase(
          "judged",
          new Affine(2, 1),
          List.of(Operand.f32(3, 5).in(Arrangement.SLICED)),
          LARGEST,
          7);

  private static Result result(double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      bytes.putFloat((float) value);
    }
    return new Result(Spec.f32(values.length), bytes.array());
  }

  @Test
  void equal_results_pass_with_nan_and_infinity_in_place() {
    Result same = result(1, Double.NaN, Double.POSITIVE_INFINITY, -0.0);
    assertEquals(Optional.empty(), LARGEST.complaint(same, same));
  }

  @Test
  void an_error_beyond_the_budget_is_named_with_its_place() {
    String complaint = LARGEST.complaint(result(1, 2, 4), result(1, 2.00001, 4)).orElseThrow();
    assertTrue(complaint.startsWith("element 1 of F32[3]"), complaint);
  }

  @Test
  void a_small_number_is_measured_by_itself_where_each_counts() {
    Result expected = result(1e-6, 1);
    Result actual = result(2e-6, 1);
    assertEquals(Optional.empty(), Judge.ofLargest(1e-5).complaint(expected, actual));
    assertTrue(Judge.ofEach(1e-5).complaint(expected, actual).isPresent());
  }

  @Test
  void a_nan_or_infinity_that_the_reference_lacks_fails() {
    assertTrue(LARGEST.complaint(result(1, 2), result(1, Double.NaN)).isPresent());
    assertTrue(LARGEST.complaint(result(1, 2), result(1, Double.NEGATIVE_INFINITY)).isPresent());
    assertTrue(LARGEST.complaint(result(1, Double.NaN), result(1, 2)).isPresent());
    assertTrue(
        LARGEST
            .complaint(result(1, Double.NEGATIVE_INFINITY), result(1, Double.POSITIVE_INFINITY))
            .isPresent());
  }

  @Test
  void a_missing_element_shows_as_nan() {
    List<Result> results = runWith((_, out) -> {});
    assertTrue(Double.isNaN(results.get(0).values()[14]));
  }

  @Test
  void writing_beyond_a_result_is_caught() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () -> runWith((_, out) -> write(out, out.shape().elements() + 60)));
    assertTrue(error.getMessage().contains("beside a result"), error.getMessage());
  }

  @Test
  void changing_an_input_is_caught() {
    AssertionError error =
        assertThrows(AssertionError.class, () -> runWith((in, _) -> write(in, 2)));
    assertTrue(error.getMessage().contains("input 0 was changed"), error.getMessage());
  }

  @Test
  void arrangements_hold_the_same_numbers_in_different_places() {
    for (Arrangement arrangement : Arrangement.values()) {
      Shape shape = Shape.of(2, 3);
      Layout layout = arrangement.layout(shape, 0);
      assertEquals(shape, layout.shape(), arrangement.name());
      assertEquals(
          arrangement == Arrangement.DENSE || arrangement == Arrangement.UNALIGNED,
          layout.equals(Layout.dense(shape, 0)),
          arrangement.name());
    }
  }

  private static void write(View view, long element) {
    view.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, view.byteOffset() + 4 * element, 1.5f);
  }

  /// Runs the case on a backend whose kernel is `kernel`.
  private static List<Result> runWith(BiConsumer<View, View> kernel) {
    try (Backend reference = Backends.open("reference")) {
      List<Placed> operands = Placed.all(CASE, reference);
      return Run.of(CASE.op(), operands, new Broken(reference, kernel));
    }
  }

  /// The memory of the reference with a kernel of our own.
  private record Broken(Backend memory, BiConsumer<View, View> kernel) implements Backend {
    @Override
    public String name() {
      return "broken";
    }

    @Override
    public String description() {
      return "broken on purpose";
    }

    @Override
    public void run(Op op, List<View> inputs, List<View> outputs) {
      kernel.accept(inputs.get(0), outputs.get(0));
    }

    @Override
    public Slabs slabs() {
      return memory.slabs();
    }

    @Override
    public Storage allocate(long bytes) {
      return memory.allocate(bytes);
    }

    @Override
    public void close() {}
  }
}
