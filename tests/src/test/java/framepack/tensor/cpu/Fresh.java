package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Another process with the launcher's JVM, as wide as this one, in which nothing is compiled yet.
final class Fresh {
  private static final long PATIENCE_SECONDS = 300;

  private Fresh() {}

  /// Runs `main` to its end; returns what it printed.
  static String run(Class<?> main, String... flags) throws IOException, InterruptedException {
    List<String> command = command(main, flags);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String printed = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "still running");
    assertEquals(0, process.exitValue(), "exit code of " + command);
    return printed;
  }

  private static List<String> command(Class<?> main, String... flags) {
    Path root = Path.of("").toAbsolutePath().getParent();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + root.resolve("framepack", "bin", "jvm.args"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-XX:MaxVectorSize="))
        .forEach(command::add);
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    return command;
  }
}
