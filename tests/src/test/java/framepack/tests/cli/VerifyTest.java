package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// `framepack verify` from outside.
class VerifyTest {
  private static final String GOOD = "golden/sampler-rescale-cfg";

  @TempDir Path folder;

  @Test
  void a_case_that_agrees_ends_with_0_and_a_line_a_tensor() {
    Program run = Program.run("verify", GOOD, "--device", "reference");
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.out().contains("out.rescale0.7"), run.out());
    assertTrue(run.out().endsWith("1 cases: 1 passed, 0 missed; 4 tensors passed, 0 missed\n"));
    assertTrue(run.err().startsWith("device reference"), run.err());
  }

  @Test
  void a_miss_ends_with_1_and_the_other_cases_still_run() throws IOException {
    Path broken = copy("broken");
    Files.writeString(broken.resolve("case.json"), "{\"kind\": \"mystery\"}");
    copy("good");
    Program run = Program.run("verify", folder.toString(), "--device", "reference", "--json");
    assertEquals(1, run.exit(), run.err());
    JsonNode report = new ObjectMapper().readTree(run.out());
    assertEquals(false, report.get("passed").booleanValue());
    assertEquals("mystery", report.get("cases").get(0).get("kind").stringValue());
    assertTrue(report.get("cases").get(0).get("problem").stringValue().contains("mystery"));
    assertEquals(true, report.get("cases").get(1).get("passed").booleanValue());
    JsonNode tensor = report.get("cases").get(1).get("tensors").get(0);
    assertEquals("pass", tensor.get("verdict").stringValue());
    assertTrue(tensor.get("error").doubleValue() <= tensor.get("tolerance").doubleValue());
  }

  @Test
  void bad_arguments_end_with_2_and_one_line() {
    for (String[] arguments :
        new String[][] {
          {"verify"},
          {"verify", "no/such/folder"},
          {"verify", folder.toString()},
          {"verify", GOOD, "--device", "abacus"},
          {"verify", GOOD, "--device", "reference", "--filter", "nothing like it"},
          {"verify", GOOD, "--device", "reference", "--weight-memory", "much"},
        }) {
      Program run = Program.run(arguments);
      assertEquals(2, run.exit(), run.err());
      assertEquals("", run.out());
      assertTrue(run.complaints().getLast().startsWith("framepack verify: "), run.err());
      assertTrue(run.complaints().size() <= 2, run.err());
    }
  }

  private Path copy(String name) throws IOException {
    Path target = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(Path.of(GOOD))) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    return target;
  }
}
