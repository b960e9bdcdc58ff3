package framepack.tests.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Gather;
import framepack.tensor.op.GatherBackward;
import framepack.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Operands that a kernel was not written for are computed rightly or refused, never misread.
class OtherTypesTest {
  @TestFactory
  Stream<DynamicTest> doubles_and_halves_are_computed_or_refused() {
    return Catalogue.byOperation().entrySet().stream()
        .map(e -> dynamicTest(e.getKey(), () -> check(e.getValue())));
  }

  private static void check(List<OpCase> cases) {
    List<String> complaints = new ArrayList<>();
    try (Backend reference = Backends.open("reference");
        Backend cpu = Backends.open("cpu")) {
      cases.stream()
          .filter(c -> c.operands().stream().allMatch(o -> o.arrangement() == Arrangement.DENSE))
          .filter(c -> c.judge().each() || !c.label().equals("edges"))
          .limit(3)
          .forEach(opCase -> {
            for (DType type : List.of(DType.F64, DType.BF16, DType.F16)) {
              for (int which = -1; which < opCase.operands().size(); which++) {
                complaint(opCase, type, which, reference, cpu).ifPresent(complaints::add);
              }
            }
          });
    }
    assertEquals(List.of(), complaints);
  }

  /// Runs the case with operand `which` (or all) as `type`, where the shape rule takes it.
  private static Optional<String> complaint(
      OpCase opCase, DType type, int which, Backend reference, Backend cpu) {
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < opCase.operands().size(); i++) {
      Operand operand = opCase.operands().get(i);
      boolean changes = (which < 0 || which == i) && operand.dtype() == DType.F32;
      operands.add(changes ? operand.as(type) : operand);
    }
    OpCase other = new OpCase(opCase.label(), opCase.op(), operands, opCase.judge(), opCase.seed());
    List<Placed> placed;
    List<Result> expected;
    try {
      placed = Placed.all(other, reference);
      expected = Run.of(other.op(), placed, reference);
    } catch (ShapeMismatch refusedByTheRule) {
      return Optional.empty();
    }
    try {
      List<Result> actual = Run.of(other.op(), placed, cpu);
      Judge judge = new Judge(Math.max(opCase.judge().budget(), 1e-2), false);
      for (int i = 0; i < expected.size(); i++) {
        Optional<String> wrong = judge.complaint(expected.get(i), actual.get(i));
        if (wrong.isPresent()) {
          return Optional.of(other + ": " + wrong.get());
        }
      }
      return Optional.empty();
    } catch (UnsupportedOperand refused) {
      return Optional.empty();
    } catch (RuntimeException | AssertionError failure) {
      return Optional.of(other + ": " + failure);
    }
  }

  @Test
  void an_index_outside_its_table_is_named_before_anything_is_written() {
    for (String device : List.of("reference", "cpu")) {
      for (int index : new int[] {-1, 6, Integer.MAX_VALUE}) {
        refuses(device, new Gather(), index, Operand.f32(6, 3));
        refuses(device, new GatherBackward(6), index, Operand.f32(4, 3));
      }
    }
  }

  private static void refuses(String device, Op op, int index, Operand values) {
    List<Operand> operands = List.of(values, Operand.ints(0, 1, index, 2));
    OpCase opCase = new OpCase("outside", op, operands, Judge.ofLargest(0), 1);
    try (Backend reference = Backends.open("reference");
        Backend backend = Backends.open(device)) {
      List<Placed> placed = Placed.all(opCase, reference);
      IllegalArgumentException error =
          assertThrows(
              IllegalArgumentException.class,
              () -> Run.of(op, placed, backend),
              () -> device + " " + opCase);
      assertTrue(error.getMessage().contains(String.valueOf(index)), error.getMessage());
      assertTrue(error.getMessage().contains(op.name()), error.getMessage());
    }
  }

  @Test
  void every_case_obeys_its_own_shape_rule() {
    for (OpCase opCase : Catalogue.all()) {
      if (opCase.operands().stream().noneMatch(o -> o.dtype() == null)) {
        List<Spec> specs =
            opCase.operands().stream().map(o -> new Spec(o.dtype(), o.shape())).toList();
        assertTrue(opCase.op().outputs(specs).size() >= 0);
        assertTrue(opCase.op().flops(specs) >= 0, opCase.toString());
        assertTrue(opCase.op().bytes(specs) >= 0, opCase.toString());
      }
    }
  }
}
