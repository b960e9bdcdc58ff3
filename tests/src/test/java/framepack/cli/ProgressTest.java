package framepack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  private static final Terminal WIDE = new Terminal(true, 100);
  private static final Terminal PIPE = new Terminal(false, 80);

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private long now;

  private Progress progress(long total, Terminal terminal, Charset charset) {
    return new Progress(
        "train", total, new PrintStream(written, true, charset), terminal, () -> now);
  }

  private void after(double seconds) {
    now += (long) (seconds * 1e9);
  }

  /// What each redraw showed, without control codes.
  private List<String> drawn() {
    return written
        .toString(StandardCharsets.UTF_8)
        .lines()
        .flatMap(line -> List.of(line.split("\r")).stream())
        .map(line -> line.replace("\u001b[K", ""))
        .filter(line -> !line.isEmpty())
        .toList();
  }

  @Test
  void a_pipe_gets_the_first_line_one_every_ten_seconds_and_the_last() {
    try (Progress progress = progress(100, PIPE, StandardCharsets.UTF_8)) {
      for (int step = 0; step <= 100; step++) {
        progress.at(step, "loss 0.5");
        after(0.25);
      }
    }
    assertEquals(
        List.of(
            "train  0/100  0 %  loss 0.5",
            "train  40/100  40 %  4.0/s  0:15 left  loss 0.5",
            "train  80/100  80 %  4.0/s  0:05 left  loss 0.5",
            "train  100/100  100 %  in 0:25  loss 0.5"),
        drawn());
    assertFalse(written.toString(StandardCharsets.UTF_8).contains("\u001b"));
    assertFalse(written.toString(StandardCharsets.UTF_8).contains("\r"));
  }

  @Test
  void a_terminal_redraws_one_line_at_most_ten_times_a_second() {
    try (Progress progress = progress(1000, WIDE, StandardCharsets.UTF_8)) {
      for (int step = 0; step <= 1000; step++) {
        progress.at(step, "");
        after(0.001);
      }
    }
    assertEquals(1, written.toString(StandardCharsets.UTF_8).chars().filter(c -> c == 10).count());
    assertTrue(drawn().size() <= 13, "drawn " + drawn().size() + " times in a second");
    String bar = "\u2588".repeat(30);
    assertEquals("train " + bar + "  1000/1000  100 %  in 0:01", drawn().getLast());
  }

  @Test
  void bar_is_as_full_as_the_job_and_plain_where_the_terminal_knows_no_blocks() {
    Progress progress = progress(4, WIDE, StandardCharsets.US_ASCII);
    progress.at(1, "");
    assertEquals("train #######-----------------------  1/4  25 %", drawn().getLast());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8, 12, 20, 30, 40, 50, 60, 70, 80, 120})
  void no_terminal_is_too_narrow(int columns) {
    Progress progress = progress(2000, new Terminal(true, columns), StandardCharsets.UTF_8);
    progress.at(0, "loss 0.1234");
    after(20);
    progress.at(1234, "loss 0.1234");
    for (String line : drawn()) {
      assertTrue(line.length() < columns, columns + " columns: '" + line + "'");
    }
    String last = drawn().isEmpty() ? "" : drawn().getLast();
    assertEquals(columns >= 60, last.contains("loss"), last);
    assertEquals(columns >= 8, last.contains("61 %"), last);
  }

  @Test
  void a_resumed_job_does_not_count_its_past_as_speed() {
    Progress progress = progress(2000, PIPE, StandardCharsets.UTF_8);
    progress.at(1000, "");
    after(10);
    progress.at(1020, "");
    assertEquals("train  1020/2000  51 %  2.0/s  8:10 left", drawn().getLast());
  }

  @Test
  void speed_follows_the_recent_past() {
    Progress progress = progress(10_000, PIPE, StandardCharsets.UTF_8);
    progress.at(0, "");
    for (int i = 1; i <= 20; i++) {
      after(10);
      progress.at(i * 1000 / 20, ""); // 5 a second
    }
    for (int i = 1; i <= 20; i++) {
      after(10);
      progress.at(1000 + i, ""); // one in ten seconds
    }
    assertTrue(drawn().getLast().contains("  0.1/s"), drawn().getLast());
  }

  @Test
  void slow_steps_are_told_in_seconds_each() {
    Progress progress = progress(10, PIPE, StandardCharsets.UTF_8);
    progress.at(0, "");
    after(50);
    progress.at(1, "");
    assertEquals("train  1/10  10 %  50.0 s each  7:30 left", drawn().getLast());
  }

  @Test
  void without_a_total_only_the_count_is_told() {
    Progress progress = progress(0, WIDE, StandardCharsets.UTF_8);
    progress.at(0, "");
    after(2);
    progress.at(8, "");
    assertEquals("train  8  4.0/s", drawn().getLast());
  }

  @Test
  void a_message_stands_alone_and_the_bar_returns_below_it() {
    Progress progress = progress(10, WIDE, StandardCharsets.UTF_8);
    progress.at(5, "");
    progress.say("checkpoint kept");
    assertEquals("checkpoint kept", drawn().get(drawn().size() - 2));
    assertTrue(drawn().getLast().contains("5/10"));
  }

  @Test
  void nothing_told_prints_nothing_and_closing_twice_prints_once() {
    Progress silent = progress(10, WIDE, StandardCharsets.UTF_8);
    silent.close();
    assertEquals(0, written.size());
    Progress progress = progress(10, PIPE, StandardCharsets.UTF_8);
    progress.at(10, "");
    progress.close();
    int size = written.size();
    progress.close();
    assertEquals(size, written.size());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 7, 59.6, 750, 3723, 356_400, 367_200})
  void times_are_written_as_clocks_do(double seconds) {
    String expected =
        switch ((int) seconds) {
          case 0 -> "0:00";
          case 7 -> "0:07";
          case 59 -> "1:00";
          case 750 -> "12:30";
          case 3723 -> "1:02:03";
          case 356_400 -> "99:00:00";
          default -> "4 d 6 h";
        };
    assertEquals(expected, Progress.time(seconds));
  }
}
