package framepack.tests.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.op.Op;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every operation on every device against the reference, within the operation's own error budget. Devices come from the
/// system property `framepack.devices` (names separated by commas), `cpu` by default.
class ParityTest {
  private static final List<String> DEVICES =
      List.of(System.getProperty("framepack.devices", "cpu").split(","));

  @Test
  void every_operation_has_a_case() {
    Set<String> covered =
        Catalogue.all().stream().map(c -> c.op().name()).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    leaves(Op.class)
        .map(Class::getSimpleName)
        .filter(n -> !covered.contains(n))
        .forEach(missing::add);
    assertEquals(Set.of(), missing, "operations without an OpCase");
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ParityTest::leaves)
        : Stream.of(type);
  }

  @TestFactory
  Stream<DynamicContainer> results_agree_with_the_reference() {
    return DEVICES.stream().map(device -> container(device, ParityTest::compare));
  }

  @TestFactory
  Stream<DynamicContainer> results_do_not_depend_on_the_number_of_threads() {
    return Stream.of(container("cpu", (_, cases) -> threads(cases)));
  }

  private interface Check {
    void check(String device, List<OpCase> cases);
  }

  private static DynamicContainer container(String device, Check check) {
    return dynamicContainer(
        device,
        Catalogue.byOperation().entrySet().stream()
            .map(e -> dynamicTest(e.getKey(), () -> check.check(device, e.getValue()))));
  }

  private static void compare(String device, List<OpCase> cases) {
    try (Backend reference = Backends.open("reference");
        Backend candidate = Backends.open(device)) {
      assertEquals("", Parity.complaints(cases, candidate, reference));
    }
  }

  private static void threads(List<OpCase> cases) {
    try (Backend reference = Backends.open("reference");
        Backend one = Backends.open("cpu:1");
        Backend two = Backends.open("cpu:2");
        Backend three = Backends.open("cpu:3")) {
      for (OpCase opCase : cases) {
        List<Placed> operands = Placed.all(opCase, reference);
        List<Result> expected = Run.of(opCase.op(), operands, one);
        for (Backend many : List.of(two, three)) {
          List<Result> actual = Run.of(opCase.op(), operands, many);
          for (int i = 0; i < expected.size(); i++) {
            if (!expected.get(i).isSame(actual.get(i))) {
              fail(
                  opCase
                      + ": result "
                      + i
                      + " differs between one thread and "
                      + many.description());
            }
          }
        }
      }
    }
  }
}
