package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script that starts the program: it never builds what is built, and has the classes ready for the next start.
class LauncherTest {
  private static final Path HERE = Path.of("").toAbsolutePath().getParent();

  @TempDir private Path root;

  @Test
  void after_a_build_by_maven_the_first_start_archives_the_classes_and_the_next_uses_them()
      throws Exception {
    Path target = checkout();
    Path archive = target.resolve("framepack.jsa");

    String first = start("--help");
    assertTrue(first.contains("Usage: framepack"), first);
    assertFalse(first.contains("building"), first);
    assertTrue(Files.size(archive) > 0);
    FileTime made = Files.getLastModifiedTime(archive);

    assertTrue(start("--help", "-Xlog:class+load").contains("shared objects file (top)"));
    assertEquals(made, Files.getLastModifiedTime(archive));

    Files.setLastModifiedTime(target.resolve("built"), FileTime.from(Instant.now()));
    start("--help");
    assertTrue(Files.getLastModifiedTime(archive).compareTo(made) > 0);
  }

  @Test
  void an_archive_that_cannot_be_made_is_tried_once() throws Exception {
    Path target = checkout();
    Path archive = target.resolve("framepack.jsa");
    Path flags = root.resolve("framepack/bin/jvm.args");
    Files.writeString(flags, Files.readString(flags) + "-Xshare:off\n");

    assertTrue(start("--help").contains("Usage: framepack"));
    assertEquals(0, Files.size(archive));
    FileTime tried = Files.getLastModifiedTime(archive);
    String next = start("--help");
    assertTrue(next.contains("Usage: framepack"), next);
    assertEquals(tried, Files.getLastModifiedTime(archive));
  }

  /// A checkout after `./mvnw verify`: the launcher, and the jars of this build.
  private Path checkout() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell here");
    Path bin = Files.createDirectories(root.resolve("framepack/bin"));
    for (String name : List.of("framepack", "jvm.args")) {
      Files.copy(HERE.resolve("framepack/bin").resolve(name), bin.resolve(name));
    }
    for (String module : List.of("", "tensor", "kernels-opencl", "framepack")) {
      Path folder = Files.createDirectories(root.resolve(module));
      Files.createFile(folder.resolve("pom.xml"));
    }
    Path built = HERE.resolve("framepack/target");
    Path target = Files.createDirectories(root.resolve("framepack/target/lib")).getParent();
    link(built, "framepack-*.jar", target);
    link(built.resolve("lib"), "*.jar", target.resolve("lib"));
    Files.createFile(target.resolve("built"));
    return target;
  }

  private static void link(Path from, String names, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(file -> matches(file, names)).toList()) {
        Files.createSymbolicLink(to.resolve(file.getFileName()), file);
      }
    }
  }

  private static boolean matches(Path file, String names) {
    return file.getFileSystem().getPathMatcher("glob:" + names).matches(file.getFileName());
  }

  /// Everything that a start says.
  private String start(String verb, String... jvmOptions) throws Exception {
    Path said = root.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("framepack/bin/framepack").toString(), verb);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("FRAMEPACK_JAVA_OPTS", String.join(" ", jvmOptions));
    Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), Files.readString(said));
    return Files.readString(said);
  }
}
