package framepack.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.LongSupplier;

/// How far a long job is. On a terminal one line that redraws itself; into a file or pipe a plain
/// line now and then. Has no thread: it draws when it is told of a step.
///
/// ```
/// train ████████████░░░░░░░░  1234/2000  61 %  12.3/s  1:02 left  loss 0.0123
/// ```
public final class Progress implements AutoCloseable {
  private static final long LIVE_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 10_000_000_000L;
  private static final int LONGEST_BAR = 30;
  private static final int SHORTEST_BAR = 8;

  private final String job;
  private final long total;
  private final PrintStream out;
  private final Terminal terminal;
  private final LongSupplier nanos;
  private final long begun;
  private final Pace pace = new Pace();

  private long first = -1;
  private long done;
  private String note = "";
  private long drawn = Long.MIN_VALUE;
  private boolean stale; // the last step is not drawn yet
  private boolean closed;

  /// On standard error.
  ///
  /// @param job one word or two
  /// @param total steps in all, or 0 if nobody knows
  public static Progress of(String job, long total) {
    return new Progress(job, total, System.err, Terminal.ofStandardError(), System::nanoTime);
  }

  Progress(String job, long total, PrintStream out, Terminal terminal, LongSupplier nanos) {
    this.job = job;
    this.total = total;
    this.out = out;
    this.terminal = terminal;
    this.nanos = nanos;
    this.begun = nanos.getAsLong();
  }

  /// Tells how many steps are done. The first call sets where counting starts, so that a resumed
  /// job does not take its past for speed: call it with 0, or with where it resumes.
  ///
  /// @param text what else is worth seeing, such as `loss 0.0123`; may be empty
  public void at(long stepsDone, String text) {
    long now = nanos.getAsLong();
    if (first < 0) {
      first = stepsDone;
    }
    pace.tell(stepsDone, now);
    done = stepsDone;
    note = text;
    stale = true;
    long pause = terminal.live() ? LIVE_NANOS : PLAIN_NANOS;
    if (drawn == Long.MIN_VALUE || now - drawn >= pause) {
      draw(now);
    }
  }

  /// Prints a line of text without disturbing the bar.
  public void say(String line) {
    if (terminal.live() && drawn != Long.MIN_VALUE && !closed) {
      out.print("\r\u001b[K" + line + "\n");
      draw(nanos.getAsLong());
    } else {
      out.print(line + "\n");
      out.flush();
    }
  }

  /// Draws the last state, and the time taken, and ends the line.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (first >= 0 && (stale || terminal.live())) {
      draw(nanos.getAsLong());
    }
    if (terminal.live() && drawn != Long.MIN_VALUE) {
      out.print("\n");
    }
    out.flush();
  }

  private void draw(long now) {
    drawn = now;
    stale = false;
    if (terminal.live()) {
      out.print("\r" + line(now, terminal.columns() - 1) + "\u001b[K");
    } else {
      out.print(line(now, Integer.MAX_VALUE) + "\n");
    }
    out.flush();
  }

  /// Gives up first the bar, then the note, then the speed, where there is no room.
  private String line(long now, int columns) {
    String count = total > 0 ? done + "/" + total : String.valueOf(done);
    String share = total > 0 ? "  " + Math.min(100, 100 * done / total) + " %" : "";
    String core = "  " + count + share;
    String speed = speed(now);
    String tail = note.isEmpty() ? "" : "  " + note;
    for (String rest : new String[] {core + speed + tail, core + speed, core, share}) {
      int room = columns - job.length() - rest.length() - 1;
      if (room >= 0) {
        boolean bar = total > 0 && terminal.live() && room >= SHORTEST_BAR;
        return job + (bar ? " " + bar(Math.min(LONGEST_BAR, room)) : "") + rest;
      }
    }
    String least = share.isEmpty() ? count : share.strip();
    return least.length() <= columns ? least : "";
  }

  private String bar(int width) {
    boolean blocks = out.charset().equals(StandardCharsets.UTF_8);
    int full = (int) Math.max(0, Math.min(width, width * done / total));
    return (blocks ? "\u2588" : "#").repeat(full) + (blocks ? "\u2591" : "-").repeat(width - full);
  }

  private String speed(long now) {
    if (closed) {
      return "  in " + time((now - begun) / 1e9);
    }
    double rate = pace.perSecond();
    if (!(rate > 0)) {
      return "";
    }
    String speed =
        rate >= 0.1
            ? String.format(Locale.ROOT, "  %.1f/s", rate)
            : String.format(Locale.ROOT, "  %.1f s each", 1 / rate);
    return total > done ? speed + "  " + time((total - done) / rate) + " left" : speed;
  }

  /// Like 0:07, 12:30, 1:02:03, or 3 d 4 h.
  static String time(double seconds) {
    long s = Math.round(seconds);
    if (s >= 100 * 3600) {
      return s / 86400 + " d " + s % 86400 / 3600 + " h";
    }
    String minutes = String.format(Locale.ROOT, s >= 3600 ? "%02d" : "%d", s / 60 % 60);
    String rest = String.format(Locale.ROOT, ":%02d", s % 60);
    return (s >= 3600 ? s / 3600 + ":" : "") + minutes + rest;
  }

  /// Steps a second, the recent past weighing most: what was told half a minute ago counts 1/e.
  private static final class Pace {
    private static final double MEMORY_SECONDS = 30;

    private double steps;
    private double seconds;
    private long lastDone = -1;
    private long lastNanos;

    void tell(long done, long now) {
      if (lastDone >= 0) {
        double passed = (now - lastNanos) / 1e9;
        double kept = Math.exp(-passed / MEMORY_SECONDS);
        steps = steps * kept + Math.max(0, done - lastDone);
        seconds = seconds * kept + passed;
      }
      lastDone = done;
      lastNanos = now;
    }

    double perSecond() {
      return seconds > 0 ? steps / seconds : 0;
    }
  }
}
