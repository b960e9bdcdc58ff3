package framepack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

class FailureTest {

  @Test
  void bad_input_exits_with_2_and_says_what_its_thrower_said() {
    assertEquals(
        new Failure("pack 'k3': no kernel k3", 2),
        Failure.of(new IllegalArgumentException("pack 'k3': no kernel k3")));
  }

  @Test
  void a_message_of_many_lines_is_told_in_one() {
    assertEquals("a; b; c", Failure.of(new IllegalArgumentException("a\n  b\r\n\n c\n")).line());
  }

  @Test
  void a_missing_file_is_named_with_what_is_wrong() {
    Path missing = Path.of("no-such.safetensors");
    IOException thrown = assertThrows(NoSuchFileException.class, () -> Files.size(missing));
    Failure expected = new Failure("no-such.safetensors: no such file or folder", 2);
    assertEquals(expected, Failure.of(thrown));
    assertEquals(expected, Failure.of(new UncheckedIOException(thrown)));
  }

  @Test
  void broken_json_points_at_line_and_column() {
    JacksonException thrown =
        assertThrows(JacksonException.class, () -> new ObjectMapper().readTree("{\n\"a\": nul }"));
    Failure failure = Failure.of(thrown);
    assertEquals(2, failure.exitCode());
    assertEquals("line 2, column ", failure.line().substring(0, 15));
  }

  @Test
  void a_fault_of_ours_exits_with_1_and_says_so() {
    assertEquals(
        new Failure("internal error: IllegalStateException: closed; -v shows where", 1),
        Failure.of(new IllegalStateException("closed")));
  }

  @Test
  void an_interrupt_exits_with_130() {
    assertEquals(130, Failure.of(new InterruptedException()).exitCode());
  }
}
