package framepack.bench;

import framepack.bench.e2e.StepProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// Writes the numbers of a document from the kept lines, so that nobody types one: everything between its two markers.
final class PerformanceTable {
  private static final String BEGIN = "<!-- numbers: bench/bin/bench --table -->";
  private static final String END = "<!-- end of numbers -->";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PerformanceTable() {}

  static void rewrite(Path results, Path document) throws IOException {
    Files.writeString(document, rewritten(results, Files.readString(document)));
  }

  /// The document with its numbers made anew.
  static String rewritten(Path results, String text) throws IOException {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("the document lacks the lines " + BEGIN + " and " + END);
    }
    Path profile = results.resolve(Main.PROFILE);
    String table = of(latest(results));
    if (Files.exists(profile)) {
      table += of(JSON.readValue(Files.readString(profile), StepProfile.class));
    }
    return text.substring(0, begin + BEGIN.length()) + "\n" + table + text.substring(end);
  }

  /// The newest line of every machine, benchmark, shape and device, files and lines being in order of time.
  private static Collection<Line> latest(Path results) throws IOException {
    Map<String, Line> newest = new TreeMap<>();
    Results.read(results).forEach(line -> newest.put(line.machine() + line.key(), line));
    return newest.values();
  }

  static String of(Collection<Line> lines) {
    List<String> text = new ArrayList<>();
    Map<Machine, List<Line>> byMachine =
        lines.stream()
            .collect(Collectors.groupingBy(Line::machine, LinkedHashMap::new, Collectors.toList()));
    byMachine.forEach((machine, own) -> {
      text.add("");
      text.add(heading(machine, own));
      List<Line> races = own.stream().filter(l -> !l.rivals().isEmpty()).toList();
      races(text, races.stream().filter(l -> !WeightsTable.shows(l)).toList());
      WeightsTable.add(text, races.stream().filter(WeightsTable::shows).toList());
      List<Line> alone = own.stream().filter(l -> l.rivals().isEmpty()).toList();
      table(text, "Kernels", alone.stream().filter(l -> !l.bound().isEmpty()).toList());
      plain(text, "Whole tasks", alone.stream().filter(l -> l.bound().isEmpty()).toList());
    });
    return String.join("\n", text) + "\n";
  }

  static String of(StepProfile profile) {
    List<String> text = new ArrayList<>();
    double known = profile.parts().stream().mapToDouble(StepProfile.Part::millis).sum();
    text.add("");
    text.add("### Where a training step goes");
    text.add("");
    text.add(
        "`%s`, mean of %d steps with a clock round every operation: %s ms, of which %s ms outside operations (drawing"
                .formatted(
                    profile.device(),
                    profile.steps(),
                    number(profile.millis()),
                    number(profile.millis() - known))
            + " examples, noise, tape, dispatch).");
    text.add("");
    text.add("| operation | calls | ms | share | GFLOP/s |");
    text.add("|---|--:|--:|--:|--:|");
    for (StepProfile.Part part : profile.parts()) {
      if (part.millis() > 0.01 * profile.millis()) {
        text.add(
            "| %s | %.0f | %s | %.0f %% | %s |"
                .formatted(
                    part.kind(),
                    part.calls(),
                    number(part.millis()),
                    100 * part.millis() / profile.millis(),
                    number(part.gflops())));
      }
    }
    return String.join("\n", text) + "\n";
  }

  private static String heading(Machine machine, List<Line> lines) {
    double busiest = lines.stream().mapToDouble(Line::load).max().orElse(0);
    return "%s, JDK %s. Commit %s. %s fork(s) of each. Load average beside the runs: up to %.1f.%s"
        .formatted(
            machine.hardware(),
            machine.jdk(),
            distinct(lines.stream().map(Line::commit)),
            distinct(lines.stream().map(l -> Integer.toString(l.forks()))),
            busiest,
            busiest > machine.cores()
                ? " **The machine was busy with other work: trust the shares more than the times.**"
                : "");
  }

  private static String distinct(Stream<String> values) {
    return String.join(", ", values.collect(Collectors.toCollection(TreeSet::new)));
  }

  /// Ours beside every other library's time over ours.
  private static void races(List<String> text, List<Line> lines) {
    if (lines.isEmpty()) {
      return;
    }
    List<String> names =
        lines.stream()
            .flatMap(l -> l.rivals().stream())
            .map(Rival::name)
            .distinct()
            .sorted()
            .toList();
    text.add("");
    text.add("### Beside other libraries");
    text.add("");
    text.add("How much longer they take, turn by turn in one process; in brackets their median.");
    text.add("");
    text.add(
        "| race | shape | device | ours, ms a fork | GFLOP/s | GB/s | peak beside | share | "
            + String.join(" | ", names)
            + " |");
    text.add("|---|---|---|---|--:|--:|--:|--:|" + "--:|".repeat(names.size()));
    for (Line l : lines) {
      text.add(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |"
              .formatted(
                  l.benchmark().replaceFirst("^peer\\.", "").replaceFirst("Race$", ""),
                  l.shape(),
                  l.device(),
                  l.perFork().stream()
                      .map(us -> number(us / 1e3))
                      .collect(Collectors.joining(", ")),
                  l.bound().isEmpty() ? "" : number(l.gflops()),
                  l.bound().isEmpty() ? "" : number(l.gbytes()),
                  number(l.peakGflops()),
                  l.bound().isEmpty() ? "" : "%.0f %% of %s".formatted(100 * l.share(), l.bound()),
                  names.stream().map(name -> beside(l, name)).collect(Collectors.joining(" | "))));
    }
  }

  private static String beside(Line line, String name) {
    return line.rivals().stream()
        .filter(rival -> rival.name().equals(name))
        .map(rival -> "%.2f (%s)".formatted(rival.ratio(), number(rival.median() / 1e3)))
        .findAny()
        .orElse("");
  }

  private static void table(List<String> text, String title, List<Line> lines) {
    if (lines.isEmpty()) {
      return;
    }
    text.add("");
    text.add("### " + title);
    text.add("");
    text.add(
        "| benchmark | shape | device | µs | GFLOP/s | GB/s | peak beside | copy beside | bound by | share | heap B |");
    text.add("|---|---|---|---|--:|--:|--:|--:|---|--:|--:|");
    for (Line l : lines) {
      text.add(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %.0f %% | %.0f |"
              .formatted(
                  l.benchmark().replaceFirst("^kernel\\.", ""),
                  l.shape(),
                  l.device(),
                  forks(l),
                  number(l.gflops()),
                  number(l.gbytes()),
                  number(l.peakGflops()),
                  number(l.copyGbytes()),
                  l.bound(),
                  100 * l.share(),
                  l.allocated()));
    }
  }

  private static void plain(List<String> text, String title, List<Line> lines) {
    if (lines.isEmpty()) {
      return;
    }
    text.add("");
    text.add("### " + title);
    text.add("");
    text.add("| benchmark | what | device | ms | least | most | forks (ms) | heap KB |");
    text.add("|---|---|---|--:|--:|--:|---|--:|");
    for (Line l : lines) {
      text.add(
          "| %s | %s | %s | %s | %s | %s | %s | %.0f |"
              .formatted(
                  l.benchmark(),
                  l.shape(),
                  l.device(),
                  number(l.median() / 1e3),
                  number(l.least() / 1e3),
                  number(l.most() / 1e3),
                  l.perFork().stream()
                      .map(us -> number(us / 1e3))
                      .collect(Collectors.joining(", ")),
                  l.allocated() / 1024));
    }
  }

  private static String forks(Line line) {
    return line.perFork().stream().map(PerformanceTable::number).collect(Collectors.joining(", "));
  }

  /// Three digits that mean something.
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    return value >= 100
        ? "%.0f".formatted(value)
        : value >= 10
            ? "%.1f".formatted(value)
            : value >= 0.1 ? "%.2f".formatted(value) : "%.4f".formatted(value);
  }
}
