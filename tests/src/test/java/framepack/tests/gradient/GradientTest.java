package framepack.tests.gradient;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.op.Copy;
import framepack.tests.parity.Arrangement;
import framepack.tests.parity.Catalogue;
import framepack.tests.parity.Content;
import framepack.tests.parity.OpCase;
import framepack.tests.parity.Operand;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every rule of autograd, on the reference in F64, against central differences of the operation itself. The cases are
/// those of the parity suite that are small enough.
class GradientTest {
  private static final long MOST_ELEMENTS = 350;

  /// Operands that the rules leave out, and why.
  private static final Map<String, Map<Integer, String>> CONSTANT =
      Map.of(
          "Rope", Map.of(1, "positions are data", 2, "positions are data"),
          "RmsNormRope", Map.of(2, "positions are data", 3, "positions are data"));

  /// Operations without a rule, and why.
  static final Map<String, String> NOT_DIFFERENTIABLE =
      Map.of(
          "ArgMax", "it is constant between its jumps",
          "ResizeBilinear", "it prepares images, which are data",
          "TimestepEmbedding", "timesteps are data",
          "Accumulate", "it updates in place and is never recorded",
          "Lerp", "it updates in place and is never recorded",
          "AdamW", "it updates in place and is never recorded",
          "Fill", "it has no operands");

  @TestFactory
  Stream<DynamicTest> rules_match_central_differences() {
    Map<String, List<OpCase>> byOperation =
        Catalogue.byOperation().entrySet().stream()
            .filter(e -> isDifferentiable(e.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, e -> small(e.getValue())));
    return byOperation.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(e -> dynamicTest(e.getKey(), () -> check(e.getValue())));
  }

  @Test
  void every_differentiable_operation_has_a_case_that_is_small_enough() {
    Set<String> missing = new TreeSet<>();
    Catalogue.byOperation()
        .forEach((name, cases) -> {
          if (isDifferentiable(name) && small(cases).isEmpty()) {
            missing.add(name);
          }
        });
    assertTrue(missing.isEmpty(), "operations whose gradient nobody checks: " + missing);
  }

  static boolean isDifferentiable(String name) {
    return !name.endsWith("Backward") && !NOT_DIFFERENTIABLE.containsKey(name);
  }

  private static List<OpCase> small(List<OpCase> cases) {
    return cases.stream()
        .filter(c -> c.operands().stream().allMatch(GradientTest::isSmooth))
        .filter(c -> c.operands().stream().noneMatch(o -> o.shape().elements() == 0))
        .filter(c -> elements(c) <= MOST_ELEMENTS)
        .filter(c -> !(c.op() instanceof Copy copy) || copy.dtype() == DType.F32)
        .toList();
  }

  private static long elements(OpCase opCase) {
    return opCase.operands().stream().mapToLong(o -> o.shape().elements()).sum();
  }

  /// Numbers of the types we compute in, in their natural order; layouts are chosen here.
  private static boolean isSmooth(Operand operand) {
    boolean type = operand.dtype() == DType.F32 || !operand.dtype().isFloating();
    boolean defined =
        !(operand.content() instanceof Content.Listed listed)
            || listed.values().stream().noneMatch(v -> Double.isNaN(v));
    return type && defined && operand.arrangement() == Arrangement.DENSE;
  }

  private static void check(List<OpCase> cases) {
    StringBuilder complaints = new StringBuilder();
    try (Backend backend = Backends.open("reference")) {
      for (OpCase opCase : cases) {
        for (Arrangement arrangement : List.of(Arrangement.DENSE, Arrangement.TRANSPOSED)) {
          check(opCase, arrangement, backend, complaints);
        }
      }
    }
    if (!complaints.isEmpty()) {
      fail(complaints.toString());
    }
  }

  private static void check(
      OpCase opCase, Arrangement arrangement, Backend backend, StringBuilder complaints) {
    Slope slope = new Slope(opCase, arrangement);
    Map<Integer, String> constant = CONSTANT.getOrDefault(opCase.op().name(), Map.of());
    for (int i = 0; i < opCase.operands().size(); i++) {
      if (!opCase.operands().get(i).dtype().isFloating()) {
        continue;
      }
      Optional<double[]> analytic = slope.analytic(backend, i);
      String where = "\n" + opCase + " " + arrangement + "\n  operand " + i + " ";
      if (analytic.isEmpty() != constant.containsKey(i)) {
        complaints.append(where).append(analytic.isEmpty() ? "has no gradient" : "has a gradient");
      } else if (analytic.isPresent()) {
        slope
            .complaint(analytic.get(), slope.numeric(backend, i))
            .ifPresent(text -> complaints.append(where).append(text));
      }
    }
  }
}
