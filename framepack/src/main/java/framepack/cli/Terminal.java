package framepack.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What standard error is connected to.
///
/// @param live a terminal that can redraw a line
/// @param columns its width in characters
record Terminal(boolean live, int columns) {
  private static final int USUAL = 80;

  /// Asks the system once; whatever cannot be found out counts as "no terminal".
  static Terminal ofStandardError() {
    Map<String, String> env = System.getenv();
    boolean capable = !"dumb".equals(env.get("TERM")) && !env.containsKey("CI");
    return capable && isTerminal() ? new Terminal(true, columns(env)) : new Terminal(false, USUAL);
  }

  /// Java knows this of standard input and output only; Linux tells it of standard error.
  private static boolean isTerminal() {
    Path link = Path.of("/proc/self/fd/2");
    try {
      String device = Files.readSymbolicLink(link).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException _) {
      return System.console() != null && System.console().isTerminal();
    }
  }

  private static int columns(Map<String, String> env) {
    String exported = env.getOrDefault("COLUMNS", "");
    if (exported.matches("\\d{1,4}")) {
      return Math.max(1, Integer.parseInt(exported));
    }
    try {
      // The width is known to the terminal only, and Java does not ask it.
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String[] size = new String(stty.getInputStream().readAllBytes()).strip().split(" ");
      stty.waitFor(1, TimeUnit.SECONDS);
      int columns = size.length == 2 ? Integer.parseInt(size[1]) : 0;
      return columns > 0 ? columns : USUAL;
    } catch (IOException | NumberFormatException _) {
      return USUAL;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return USUAL;
    }
  }
}
