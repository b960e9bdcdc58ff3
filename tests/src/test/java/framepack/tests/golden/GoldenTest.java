package framepack.tests.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.verify.CaseKind;
import framepack.verify.CaseResult;
import framepack.verify.Verdict;
import framepack.verify.Verifier;
import framepack.verify.kind.Kinds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every case of tests/golden on every device, by the same code as `framepack verify`.
class GoldenTest {
  private static final Path GOLDEN = Path.of("golden");

  @TestFactory
  Stream<DynamicContainer> every_case_agrees_with_the_reference_within_its_tolerance() {
    return Stream.of("reference", "cpu")
        .map(device -> dynamicContainer("on " + device, cases().map(c -> agrees(c, device))));
  }

  @Test
  void every_kind_is_exercised_by_a_case() {
    Set<String> exercised = cases().map(GoldenTest::kind).collect(Collectors.toSet());
    Set<String> idle = new TreeSet<>(Kinds.ALL.stream().map(CaseKind::name).toList());
    idle.removeAll(exercised);
    assertEquals(Set.of(), idle);
  }

  private static Stream<Path> cases() {
    return Verifier.find(List.of(GOLDEN)).stream().filter(GoldenTest::isKnown);
  }

  private static DynamicTest agrees(Path folder, String device) {
    return dynamicTest(
        folder.getFileName() + " on " + device,
        () -> {
          try (Backend backend = Backends.open(device)) {
            CaseResult result = new Verifier(Kinds.ALL, backend).run(folder);
            assertEquals("", misses(result));
            assertTrue(result.passed());
            assertTrue(result.count(Verdict.Outcome.PASS) > 0);
          }
        });
  }

  private static String misses(CaseResult result) {
    return Stream.concat(
            Stream.of(result.problem()).filter(problem -> !problem.isEmpty()),
            result.verdicts().stream()
                .filter(verdict -> verdict.outcome() == Verdict.Outcome.MISS)
                .map(Verdict::toString))
        .collect(Collectors.joining("\n"));
  }

  private static boolean isKnown(Path folder) {
    return Kinds.ALL.stream().anyMatch(kind -> kind.name().equals(kind(folder)));
  }

  private static String kind(Path folder) {
    try {
      return Files.readString(folder.resolve("case.json")).split("\"kind\": *\"")[1].split("\"")[0];
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
