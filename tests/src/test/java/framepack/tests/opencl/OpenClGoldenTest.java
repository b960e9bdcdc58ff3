package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.opencl.OpenClBackend;
import framepack.tensor.backend.Backend;
import framepack.verify.CaseResult;
import framepack.verify.Verdict;
import framepack.verify.Verifier;
import framepack.verify.kind.Kinds;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every golden case that `cpu` passes, by the same code as `framepack verify --device opencl`.
class OpenClGoldenTest {
  private static Backend backend;

  @BeforeAll
  static void open() {
    backend = new OpenClBackend(Devices.first());
  }

  @AfterAll
  static void close() {
    if (backend != null) {
      backend.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> every_case_agrees_with_the_reference_within_its_tolerance() {
    return Verifier.find(List.of(Path.of("golden"))).stream()
        .map(folder -> dynamicTest(folder.getFileName().toString(), () -> agrees(folder)));
  }

  private static void agrees(Path folder) {
    CaseResult result = new Verifier(Kinds.ALL, backend).run(folder);
    List<String> misses =
        result.verdicts().stream()
            .filter(verdict -> verdict.outcome() == Verdict.Outcome.MISS)
            .map(Verdict::toString)
            .toList();
    assertEquals(List.of(), misses);
    assertEquals("", result.problem());
  }
}
