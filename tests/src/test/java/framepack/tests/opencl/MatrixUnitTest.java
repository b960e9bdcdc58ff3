package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.opencl.OpenClBackend;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Matrix;
import framepack.opencl.cl.MatrixUnit;
import framepack.opencl.cl.Precision;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Attention;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tests.parity.Catalogue;
import framepack.tests.parity.Content;
import framepack.tests.parity.Judge;
import framepack.tests.parity.OpCase;
import framepack.tests.parity.Operand;
import framepack.tests.parity.Parity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every matrix unit of this machine, plain multiply-adds among them, at operands that need no rounding: then results are
/// within the budget of F32.
class MatrixUnitTest {
  /// Whole numbers that bf16 holds. Seven neighbours have the largest that 8 bits hold, so that steps are 1.
  private static final List<Double> WHOLE = List.of(127.0, -2.0, 3.0, 0.0, -1.0, 5.0, -4.0);

  /// Below it sums of these stay under 2^24, and F32 holds every one of them.
  private static final long DEPTH = 7000;

  /// Numbers that bf16 holds, with scores of moderate size.
  private static final List<Double> PARTS = List.of(0.5, -0.25, 1.0, 0.0, -1.0, 0.125, -0.75);

  /// Values of one sign: results are as large as what is rounded.
  private static final List<Double> VALUES = List.of(0.5, 0.25, 1.0, 0.125, 0.75);

  @TestFactory
  Stream<DynamicTest> products_of_numbers_that_need_no_rounding_are_as_exact_as_in_floats() {
    ClDevice device = Devices.first();
    return Stream.of(Precision.BF16, Precision.INT8)
        .flatMap(precision ->
            MatrixUnit.of(device, precision).stream().map(unit -> new Matrix(precision, unit, "")))
        .map(matrix -> dynamicTest(matrix.description(), () -> multiplies(device, matrix)));
  }

  private static void multiplies(ClDevice device, Matrix matrix) {
    List<OpCase> cases =
        Stream.of(Linear.class, MatMul.class)
            .flatMap(op -> Devices.ofEveryKernel(Catalogue.of(op)).stream())
            .filter(c -> depth(c) < DEPTH)
            .filter(c -> matrix.precision() == Precision.BF16 || depth(c) >= WHOLE.size())
            .map(c -> with(WHOLE, c, c.operands().size()))
            .collect(Collectors.toCollection(ArrayList::new));
    cases.add(deep(matrix.precision() == Precision.BF16 ? 4200 : 8300));
    assertTrue(cases.size() > 20, cases.size() + " cases");
    assertEquals("", complaints(cases, device, matrix));
  }

  /// More tiles along k than a unit takes before it goes on to other rows.
  private static OpCase deep(long k) {
    OpCase random =
        new OpCase(
            "deep",
            new Linear(false, Activation.NONE, false),
            List.of(Operand.f32(33, k), Operand.f32(17, k)),
            Judge.ofLargest(4e-6),
            1);
    return with(WHOLE, random, 2);
  }

  @TestFactory
  Stream<DynamicTest> attention_errs_by_the_rounding_of_its_exponentials() {
    ClDevice device = Devices.first();
    List<OpCase> cases =
        Catalogue.of(Attention.class).stream()
            .map(
                c -> new OpCase(c.label(), c.op(), c.operands(), Judge.ofLargest(0x1p-8), c.seed()))
            .map(c -> with(PARTS, with(VALUES, c, 3), 2))
            .toList();
    return MatrixUnit.of(device, Precision.BF16).stream()
        .map(unit -> new Matrix(Precision.BF16, unit, ""))
        .map(matrix ->
            dynamicTest(
                matrix.description(), () -> assertEquals("", complaints(cases, device, matrix))));
  }

  private static String complaints(List<OpCase> cases, ClDevice device, Matrix matrix) {
    try (Backend backend = new OpenClBackend(device, KernelShape.of(device), matrix);
        Backend reference = Backends.open("reference")) {
      return Parity.complaints(cases, backend, reference);
    }
  }

  /// A case with these numbers in its first operands.
  private static OpCase with(List<Double> numbers, OpCase given, int count) {
    List<Operand> operands = new ArrayList<>(given.operands());
    for (int i = 0; i < count; i++) {
      Operand o = operands.get(i);
      operands.set(
          i, new Operand(o.dtype(), o.shape(), new Content.Listed(numbers), o.arrangement()));
    }
    return new OpCase(given.label(), given.op(), operands, given.judge(), given.seed());
  }

  private static long depth(OpCase given) {
    return given.operands().getFirst().shape().extent(-1);
  }

  @Test
  void rounding_is_asked_for_by_name() {
    ClDevice device = Devices.first();
    try (Backend plain = Backends.open(device.name());
        Backend rounded = Backends.open(device.name() + "@bf16")) {
      assertEquals(0, plain.rounding());
      assertEquals(device.name() + "@bf16", rounded.name());
      assertEquals(0x1p-9, rounded.rounding());
      assertTrue(rounded.description().contains("bf16 by "), rounded.description());
    }
  }
}
