package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void help_lists_verbs_and_exit_codes_on_standard_output() {
    Program help = Program.run("--help");
    assertEquals(0, help.exit());
    assertTrue(help.out().startsWith("Usage: framepack"), help.out());
    assertTrue(help.out().contains("130"), help.out());
    assertEquals("", help.err());
  }

  @Test
  void version_names_the_build_and_the_java_it_runs_on() {
    Program version = Program.run("--version");
    assertEquals(0, version.exit());
    assertTrue(
        version.out().matches("(?s)framepack \\d+\\.\\d+\\.\\d+\\Rjava 2\\d.*"), version.out());
  }

  @Test
  void an_unknown_verb_is_bad_input_said_in_one_line() {
    Program run = Program.run("frobnicate");
    assertEquals(2, run.exit());
    assertEquals(
        List.of("framepack: unknown verb 'frobnicate'; see `framepack --help`"), run.complaints());
    assertEquals("", run.out());
  }

  @Test
  void an_unknown_option_is_bad_input_said_in_one_line() {
    Program run = Program.run("--frobnicate");
    assertEquals(2, run.exit());
    assertEquals(
        List.of("framepack: Unknown option: '--frobnicate'; see `framepack --help`"),
        run.complaints());
  }

  @Test
  void no_verb_at_all_is_bad_input() {
    Program run = Program.run();
    assertEquals(2, run.exit());
    assertEquals(List.of("framepack: no verb given; see `framepack --help`"), run.complaints());
  }
}
