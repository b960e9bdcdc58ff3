package framepack.tests.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of `framepack ARGS...` in a fresh process, with the JVM flags of the launcher.
///
/// @param exit its exit code
/// @param out its standard output
/// @param err its standard error, without the JVM's own notice about incubator modules
record Program(int exit, String out, String err) {

  private static final long PATIENCE = 300;

  static Program run(String... args) {
    return run(List.of(), args);
  }

  /// Runs with `jvmOptions` after the launcher's own, as FRAMEPACK_JAVA_OPTS does.
  static Program run(List<String> jvmOptions, String... args) {
    return run(List.of(), jvmOptions, args);
  }

  /// Runs with `environment`, each entry as `NAME=value`, added to ours.
  static Program runIn(List<String> environment, String... args) {
    return run(environment, List.of(), args);
  }

  private static Program run(List<String> environment, List<String> jvmOptions, String... args) {
    try {
      Path out = Files.createTempFile("program", ".out");
      Path err = Files.createTempFile("program", ".err");
      ProcessBuilder builder = new ProcessBuilder(command(jvmOptions, args));
      for (String entry : environment) {
        String[] both = entry.split("=", 2);
        builder.environment().put(both[0], both[1]);
      }
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "framepack " + String.join(" ", args) + " ran for more than " + PATIENCE + " s");
      }
      Program run = new Program(process.exitValue(), Files.readString(out), said(err));
      Files.delete(out);
      Files.delete(err);
      return run;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the program ran", e);
    }
  }

  /// Starts the program and leaves it to the caller, who may kill it; what it says goes to `err`.
  static Process start(Path err, String... args) throws IOException {
    return new ProcessBuilder(command(List.of(), args))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(err.toFile())
        .start();
  }

  /// What the program said on standard error, line by line.
  List<String> complaints() {
    return err.lines().toList();
  }

  private static List<String> command(List<String> jvmOptions, String... args) {
    Path root = Path.of("").toAbsolutePath().getParent();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + root.resolve("framepack", "bin", "jvm.args"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "framepack.cli.Main"));
    command.addAll(List.of(args));
    return command;
  }

  private static String said(Path err) throws IOException {
    return Files.readString(err).replaceFirst("WARNING: Using incubator modules: .*\\R", "");
  }
}
