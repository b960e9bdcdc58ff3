package framepack.bench;

import framepack.bench.e2e.StepProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.TimeValue;
import tools.jackson.databind.json.JsonMapper;

/// Runs benchmarks and keeps their numbers: JMH's own command line, with
///
/// - `--quick`: one short fork
/// - `--resume`: leaves out what this commit has a line of on this machine
/// - `--profile`: where a training step spends its time, instead of benchmarks
/// - `--compare A B`: what moved beyond noise between two files or folders of kept lines
/// - `--check`: fails if a kernel reaches less of the machine's ceilings than `results/floors.json` asks
/// - `--table`: rewrites the tables of `docs/performance.md` from the kept lines and runs nothing
public final class Main {
  /// The profile that was taken last.
  static final String PROFILE = "profile.json";

  private static final String FLOORS = "floors.json";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Main() {}

  /// @param args of `bench/bin/bench`, which also gives the folder and the commit as properties
  public static void main(String[] args) throws IOException, RunnerException {
    try {
      run(args);
    } catch (CommandLineOptionException | IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void run(String[] args)
      throws IOException, RunnerException, CommandLineOptionException {
    Path bench = Path.of(System.getProperty("framepack.bench.folder", "bench"));
    Path results = bench.resolve("results");
    List<String> words = new ArrayList<>(List.of(args));
    if (words.remove("--table")) {
      PerformanceTable.rewrite(results, bench.resolve("docs/performance.md"));
      return;
    }
    if (words.remove("--compare")) {
      Comparison.report(
              Comparison.of(
                  Results.read(Path.of(words.get(0))), Results.read(Path.of(words.get(1)))))
          .forEach(System.out::println);
      return;
    }
    if (words.remove("--check")) {
      check(Floors.read(results.resolve(FLOORS)));
      return;
    }
    Files.createDirectories(results);
    if (words.remove("--profile")) {
      StepProfile profile = StepProfile.take(words.isEmpty() ? "cpu" : words.get(0), 600, 200);
      Files.writeString(results.resolve(PROFILE), JSON.writeValueAsString(profile) + "\n");
      return;
    }
    boolean quick = words.remove("--quick");
    boolean resume = words.remove("--resume");
    CommandLineOptions given = new CommandLineOptions(words.toArray(String[]::new));
    if (isQuestion(given)) {
      org.openjdk.jmh.Main.main(words.toArray(String[]::new));
      return;
    }
    String commit = System.getProperty("framepack.bench.commit", "unknown");
    Path file = results.resolve(LocalDate.now(ZoneOffset.UTC) + ".jsonl");
    Set<String> kept = resume ? kept(results, commit) : Set.of();
    List<Run> runs = Run.selectedBy(given);
    if (runs.isEmpty()) {
      throw new IllegalArgumentException(
          "no benchmark has " + String.join(" ", words) + "; bench/bin/bench -lp lists them");
    }
    for (Run run : runs.stream().filter(run -> !kept.contains(run.key())).toList()) {
      String line = JSON.writeValueAsString(measure(given, run, quick, commit)) + "\n";
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static Line measure(CommandLineOptions given, Run run, boolean quick, String commit)
      throws RunnerException {
    return Lines.of(run, new Runner(options(given, run, quick).build()).runSingle(), commit);
  }

  /// Measures what has a floor, and once more what is below it: a machine may have had something else to do.
  private static void check(Floors floors) throws RunnerException, CommandLineOptionException {
    CommandLineOptions all = new CommandLineOptions();
    List<Line> lines = new ArrayList<>();
    List<String> complaints = floors.complaints(lines);
    for (int round = 0; round < 2 && !complaints.isEmpty(); round++) {
      for (Run run : Run.selectedBy(all)) {
        if (floors.isBroken(run.key(), lines)) {
          lines.add(measure(all, run, true, "check"));
        }
      }
      complaints = floors.complaints(lines);
    }
    if (!complaints.isEmpty()) {
      throw new IllegalStateException("slower than it was: " + String.join("; ", complaints));
    }
    System.err.println(lines.size() + " kernels reach what they should");
  }

  /// What has a line of this commit and machine already.
  private static Set<String> kept(Path results, String commit) throws IOException {
    return Results.read(results).stream()
        .filter(line -> line.commit().equals(commit) && line.machine().equals(Machine.here()))
        .map(Line::key)
        .collect(Collectors.toSet());
  }

  /// A failure ends the whole run: a benchmark that finds a wrong result has no time.
  private static ChainedOptionsBuilder options(CommandLineOptions given, Run run, boolean quick) {
    ChainedOptionsBuilder options =
        run.options(given)
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .addProfiler(Ceilings.class);
    if (quick) {
      options.forks(given.getForkCount().orElse(1));
    }
    if (quick && !run.isRace()) { // a race in turns needs its warm-up
      options
          .warmupIterations(given.getWarmupIterations().orElse(12))
          .warmupTime(given.getWarmupTime().orElse(TimeValue.milliseconds(400)))
          .measurementIterations(given.getMeasurementIterations().orElse(5))
          .measurementTime(given.getMeasurementTime().orElse(TimeValue.milliseconds(200)));
    }
    return options;
  }

  private static boolean isQuestion(CommandLineOptions given) {
    return given.shouldHelp()
        || given.shouldList()
        || given.shouldListWithParams()
        || given.shouldListProfilers()
        || given.shouldListResultFormats();
  }
}
