package framepack.tests.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.Spec;
import java.util.List;
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
    try (Backend reference = Backends.open("reference");
        Backend cpu = Backends.open("cpu")) {
      assertEquals(List.of(), OtherTypes.complaints(cases, cpu, reference));
    }
  }

  @Test
  void an_index_outside_its_table_is_named_before_anything_is_written() {
    try (Backend reference = Backends.open("reference");
        Backend cpu = Backends.open("cpu")) {
      OtherTypes.requireIndicesChecked(reference, reference);
      OtherTypes.requireIndicesChecked(cpu, reference);
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
