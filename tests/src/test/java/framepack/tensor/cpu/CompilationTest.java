package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// What HotSpot makes of the kernels in [FirstUse], by its own log.
class CompilationTest {
  /// Tier-4 bodies of one kernel: one for the short calls of [Warm], one or two for what long loops showed.
  private static final int MOST_BODIES = 4;

  private static final String MICRO = Lanes.WIDTH == 16 ? "MicroWide" : "MicroNarrow";

  /// Their sums fill the registers throughout a loop: a body that replaces it on the stack would box all of them.
  private static final List<String> PRODUCTS =
      List.of(MICRO + "::multiply", MICRO + "::multiplyRows", MICRO + "::multiplyRuns");

  /// Here such a body costs less, and a whole one follows once real loops have shown how long they are.
  private static final List<String> OTHERS =
      List.of(
          "MicroDots::one",
          "Cells::column",
          "Cells::writeRows",
          "OnlineSoftmax::raiseVector",
          "OnlineSoftmax::scale",
          "Powers::raise",
          "Transpose::quarter",
          "Heads::scale",
          "ScoreGradient::slope",
          "ScoreGradient::delta",
          "TileActivations::geluTanh");

  /// C2's own words; C1 inlines without them.
  private static final Pattern INLINED =
      Pattern.compile(
          " +@ \\d+ +framepack\\.tensor\\.cpu\\.(\\S+) \\(\\d+ bytes\\) +inline \\(hot\\)");

  private static List<Event> log;
  private static Set<String> inlined;
  private static String took;

  /// One line of the log: a body of `method` was made, or what became of it.
  ///
  /// @param method `Class::name` of a kernel
  /// @param onStack made for a loop that was already running
  /// @param fate empty when the body is made
  record Event(boolean onStack, int tier, String method, String fate) {
    private static final Pattern LINE =
        Pattern.compile(
            " *\\d+ +\\d+ ([% ]).{4} ([0-4]) +framepack\\.tensor\\.cpu\\.(\\S+)"
                + "(?: @ \\d+)? \\(\\d+ bytes\\) *(.*)");

    static Stream<Event> of(String line) {
      Matcher parts = LINE.matcher(line);
      return parts.matches()
          ? Stream.of(
              new Event(
                  parts.group(1).equals("%"),
                  Integer.parseInt(parts.group(2)),
                  parts.group(3),
                  parts.group(4)))
          : Stream.empty();
    }

    /// Optimised, and entered by a call.
    boolean isWhole() {
      return tier == 4 && !onStack;
    }

    boolean isMade() {
      return fate.isEmpty();
    }
  }

  @BeforeAll
  static void run(@TempDir Path folder) throws IOException, InterruptedException {
    Path file = folder.resolve("compilations");
    took =
        Fresh.run(
            FirstUse.class,
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+PrintCompilation",
            "-XX:+PrintInlining",
            "-XX:+LogVMOutput",
            "-XX:-DisplayVMOutput",
            "-XX:LogFile=" + file);
    List<String> lines = Files.readAllLines(file);
    log = lines.stream().flatMap(Event::of).toList();
    inlined =
        lines.stream()
            .map(INLINED::matcher)
            .filter(Matcher::matches)
            .map(parts -> parts.group(1))
            .collect(Collectors.toSet());
  }

  @Test
  void nothing_is_too_much_for_a_compiler() {
    assertEquals(
        List.of(), log.stream().filter(event -> event.fate().contains("SKIPPED: out of")).toList());
  }

  @Test
  void every_kernel_gets_a_whole_body(TestReporter reporter) {
    reporter.publishEntry("warm after", took.strip());
    List<String> left = new ArrayList<>(PRODUCTS);
    left.addAll(OTHERS);
    // a caller may be compiled first, and is the only one that needs it then
    left.removeAll(inlined);
    log.stream().filter(Event::isWhole).map(Event::method).forEach(left::remove);
    assertEquals(List.of(), left, "left to the interpreter or to C1");
  }

  @Test
  void no_product_is_taken_over_in_the_middle_of_its_loop() {
    assertEquals(
        List.of(),
        log.stream()
            .filter(event -> event.onStack() && event.tier() == 4)
            .filter(event -> PRODUCTS.contains(event.method()))
            .toList());
  }

  @Test
  void no_product_is_thrown_away_for_a_class_that_came_late() {
    assertEquals(
        List.of(),
        log.stream()
            .filter(event -> PRODUCTS.contains(event.method()) && event.isWhole())
            .filter(event -> event.fate().endsWith("marked for deoptimization"))
            .toList());
  }

  @Test
  void no_product_is_compiled_again_and_again() {
    Map<String, Long> bodies =
        log.stream()
            .filter(event -> event.isWhole() && event.isMade() && PRODUCTS.contains(event.method()))
            .collect(Collectors.groupingBy(Event::method, Collectors.counting()));
    bodies.values().removeIf(count -> count <= MOST_BODIES);
    assertEquals(Map.of(), bodies, "tier-4 bodies, expected at most " + MOST_BODIES);
  }
}
