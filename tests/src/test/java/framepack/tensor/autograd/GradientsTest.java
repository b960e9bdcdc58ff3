package framepack.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.tensor.op.Op;
import framepack.tests.parity.Catalogue;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Asking for a gradient that does not exist says why there is none.
class GradientsTest {
  private static final Set<String> WITHOUT =
      Set.of("ResizeBilinear", "TimestepEmbedding", "Accumulate", "Lerp", "AdamW");

  @TestFactory
  Stream<DynamicTest> an_operation_without_a_rule_says_why() {
    return Catalogue.byOperation().entrySet().stream()
        .filter(e -> WITHOUT.contains(e.getKey()) || e.getKey().endsWith("Backward"))
        .map(e -> dynamicTest(e.getKey(), () -> saysWhy(e.getValue().get(0).op())));
  }

  private static void saysWhy(Op op) {
    NotDifferentiable error =
        assertThrows(
            NotDifferentiable.class,
            () -> Gradients.of(op, List.of(), List.of(), null, new boolean[0]));
    assertTrue(error.getMessage().contains(op.name()), error.getMessage());
  }
}
