package framepack.tests.arch;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The sources of all modules, as text and as syntax trees.
final class SourceFiles {

  /// Surefire runs in the folder of the tests module.
  static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final List<String> MODULES =
      List.of("tensor", "kernels-opencl", "framepack", "bench", "framepack/spark", "tests");

  private SourceFiles() {}

  /// Every file under a module's `src` or `bin` whose name ends in one of `endings`.
  static List<Path> ending(String... endings) {
    return MODULES.stream()
        .flatMap(module -> Stream.of(ROOT.resolve(module, "src"), ROOT.resolve(module, "bin")))
        .filter(Files::isDirectory)
        .flatMap(SourceFiles::walk)
        .filter(file -> Stream.of(endings).anyMatch(file.toString()::endsWith))
        .sorted()
        .toList();
  }

  /// The path as reports name it: from the root, with slashes.
  static String name(Path file) {
    return ROOT.relativize(file).toString().replace('\\', '/');
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Parses only: names are not resolved.
  static List<CompilationUnitTree> parse(List<Path> files) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = javac.getStandardFileManager(null, null, null)) {
      var units = manager.getJavaFileObjectsFromPaths(files);
      JavacTask task = (JavacTask) javac.getTask(null, manager, null, null, null, units);
      return StreamSupport.stream(task.parse().spliterator(), false)
          .<CompilationUnitTree>map(unit -> unit)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> walk(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
