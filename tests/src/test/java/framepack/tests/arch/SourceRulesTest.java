package framepack.tests.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.Test;

/// What class files do not show: what packages say of themselves, how long files are, what a
/// `switch` leaves open.
class SourceRulesTest {

  private static final int LONGEST_FILE = 400;

  /// Files that are longer for a reason, which is written here; a reason that no longer holds fails.
  private static final Map<String, String> LONGER_FOR_A_REASON =
      Map.of(
          "tensor/src/main/java/framepack/tensor/Tensor.java",
          "the whole vocabulary of model code, one short method per word");

  private static final List<String> ROOM_LINES =
      List.of(
          "/// Room      :",
          "/// May see   :",
          "/// One file  :",
          "/// Proved by :",
          "/// Read first:");

  private static final Pattern LEFT_BEHIND =
      Pattern.compile("\\b([T]ODO|[F]IXME|[X]XX)\\b|@Disabled(?!\\()");

  @Test
  void every_package_says_what_room_it_is() {
    List<String> faults = new ArrayList<>();
    Set<Path> folders =
        SourceFiles.ending(".java").stream()
            .map(Path::getParent)
            .filter(folder -> !isWhiteBox(folder))
            .collect(Collectors.toSet());
    for (Path folder : folders) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info)) {
        faults.add(SourceFiles.name(folder) + " has no package-info.java");
        continue;
      }
      List<String> lines = SourceFiles.lines(info);
      for (String start : ROOM_LINES) {
        if (lines.stream()
            .noneMatch(line -> line.startsWith(start) && line.length() > start.length())) {
          faults.add(SourceFiles.name(info) + " lacks the line '" + start + " ...'");
        }
      }
    }
    assertNone(faults);
  }

  @Test
  void no_file_outgrows_a_sitting() {
    List<String> faults = new ArrayList<>();
    for (Path file :
        SourceFiles.ending(".java", ".cl", ".sh", ".py", "bin/framepack", "bin/bench")) {
      String name = SourceFiles.name(file);
      int lines = SourceFiles.lines(file).size();
      boolean exempt = LONGER_FOR_A_REASON.containsKey(name);
      if (lines > LONGEST_FILE && !exempt) {
        faults.add(name + " has " + lines + " lines, more than " + LONGEST_FILE + ": two rooms?");
      }
      if (lines <= LONGEST_FILE && exempt) {
        faults.add(name + " has " + lines + " lines and needs its exemption no more");
      }
    }
    LONGER_FOR_A_REASON.keySet().stream()
        .filter(name -> !Files.exists(SourceFiles.ROOT.resolve(name)))
        .forEach(name -> faults.add(name + " is exempt but gone"));
    assertNone(faults);
  }

  @Test
  void a_switch_over_a_sealed_type_leaves_nothing_to_default() {
    List<CompilationUnitTree> sources = SourceFiles.parse(SourceFiles.ending(".java"));
    Set<String> members = membersOfSealedTypes(sources);
    assertTrue(members.contains("MatMul"), "the ops are a sealed type, but were not found");
    List<String> faults = new ArrayList<>();
    for (CompilationUnitTree unit : sources) {
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitSwitch(SwitchTree tree, Void nothing) {
          check(tree.getCases());
          return super.visitSwitch(tree, nothing);
        }

        @Override
        public Void visitSwitchExpression(SwitchExpressionTree tree, Void nothing) {
          check(tree.getCases());
          return super.visitSwitchExpression(tree, nothing);
        }

        private void check(List<? extends CaseTree> cases) {
          var labels = cases.stream().flatMap(c -> c.getLabels().stream()).toList();
          if (labels.stream().noneMatch(DefaultCaseLabelTree.class::isInstance)) return;
          labels.stream()
              .map(label -> label.toString().split("[ (.]")[0])
              .filter(members::contains)
              .findFirst()
              .ifPresent(name ->
                  faults.add(
                      Path.of(unit.getSourceFile().toUri()).getFileName()
                          + ": a switch with 'case "
                          + name
                          + "' has a default, which would swallow the next member"));
        }
      }.scan(unit, null);
    }
    assertNone(faults);
  }

  @Test
  void nothing_is_left_for_later() {
    List<String> faults = new ArrayList<>();
    for (Path file :
        SourceFiles.ending(".java", ".cl", ".sh", ".py", "bin/framepack", "bin/bench")) {
      List<String> lines = SourceFiles.lines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (LEFT_BEHIND.matcher(lines.get(i)).find()) {
          faults.add(SourceFiles.name(file) + ":" + (i + 1) + ": " + lines.get(i).strip());
        }
      }
    }
    assertNone(faults);
  }

  @Test
  void the_launcher_starts_java_with_the_flags_of_the_build() {
    String pom = String.join("\n", SourceFiles.lines(SourceFiles.ROOT.resolve("pom.xml")));
    String flags = pom.split("</?jvm.flags>")[1];
    List<String> launcher =
        SourceFiles.lines(SourceFiles.ROOT.resolve("framepack", "bin", "jvm.args"));
    List<String> missing =
        Stream.of(flags.split(" ")).filter(flag -> !launcher.contains(flag)).toList();
    assertEquals(List.of(), missing, "flags of pom.xml that framepack/bin/jvm.args lacks");
  }

  /// Simple names of the classes that implement or extend a sealed type of ours.
  @Test
  void the_readme_counts_the_lines_of_the_files_it_names() throws IOException {
    String readme = Files.readString(SourceFiles.ROOT.resolve("README.md"));
    List<String> counts =
        Pattern.compile("\\]\\(([^)]+\\.java)\\) \\((\\d+) lines")
            .matcher(readme)
            .results()
            .map(m -> m.group(1) + " " + m.group(2))
            .toList();
    assertEquals(3, counts.size(), "files to read first, each with its line count");
    for (String count : counts) {
      Path file = SourceFiles.ROOT.resolve(count.substring(0, count.indexOf(' ')));
      int lines = SourceFiles.lines(file).size();
      assertEquals(SourceFiles.name(file) + " " + lines, count);
    }
  }

  private static Set<String> membersOfSealedTypes(List<CompilationUnitTree> sources) {
    List<ClassTree> types = new ArrayList<>();
    for (CompilationUnitTree unit : sources) {
      new TreeScanner<Void, Void>() {
        @Override
        public Void visitClass(ClassTree tree, Void nothing) {
          types.add(tree);
          return super.visitClass(tree, nothing);
        }
      }.scan(unit, null);
    }
    Set<String> sealedNames =
        types.stream()
            .filter(type -> type.getModifiers().getFlags().contains(Modifier.SEALED))
            .map(type -> type.getSimpleName().toString())
            .collect(Collectors.toSet());
    return types.stream()
        .filter(type -> parents(type).anyMatch(sealedNames::contains))
        .map(type -> type.getSimpleName().toString())
        .collect(Collectors.toSet());
  }

  private static Stream<String> parents(ClassTree type) {
    return Stream.concat(
            Stream.ofNullable(type.getExtendsClause()), type.getImplementsClause().stream())
        .map(Object::toString);
  }

  /// White-box tests share the package, and its description, of the class under test.
  private static boolean isWhiteBox(Path folder) {
    String name = SourceFiles.name(folder);
    return name.startsWith("tests/") && !name.contains("/framepack/tests");
  }

  private static void assertNone(List<String> faults) {
    assertEquals("", String.join("\n", faults));
  }
}
