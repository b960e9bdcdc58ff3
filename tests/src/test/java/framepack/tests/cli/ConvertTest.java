package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `framepack convert add-level` as a user runs it.
class ConvertTest {
  private static final String CHECKPOINT = "golden/dit-fp-bf16-sharded";

  @TempDir Path folder;

  @Test
  void a_level_is_added_and_what_was_written_is_said() {
    Path out = folder.resolve("new");
    Program run =
        Program.run(
            "convert",
            "add-level",
            CHECKPOINT,
            "--kernel",
            "k8",
            "--kernel",
            "s2",
            "--out",
            out.toString());
    assertEquals(0, run.exit(), run.err());
    assertEquals("", run.out());
    assertTrue(run.err().contains("wrote " + out + " with history kernels"), run.err());
    assertTrue(Files.exists(out.resolve("config.json")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "golden/dit-fp-bf16-sharded | q8 | expected k<K> such as k8",
        "golden/dit-fp-bf16-sharded | k99999 | must lie in 1..4096",
        "golden/dit-fp-bf16-sharded | k2 | already",
        "golden/no-such-folder | k8 | config.json",
        "golden/dit-wan-t2v-b1 | k16 | no projection of its own",
      })
  void bad_input_is_one_line_and_exit_code_2(String checkpoint, String kernel, String message) {
    Path out = folder.resolve("new");
    Program run =
        Program.run(
            "convert", "add-level", checkpoint, "--kernel", kernel, "--out", out.toString());
    assertEquals(2, run.exit(), run.err());
    assertEquals(1, run.complaints().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertTrue(Files.notExists(out));
  }

  @Test
  void without_a_conversion_it_says_which_there_are() {
    Program run = Program.run("convert");
    assertEquals(2, run.exit());
    assertTrue(run.err().contains("add-level"), run.err());
  }
}
