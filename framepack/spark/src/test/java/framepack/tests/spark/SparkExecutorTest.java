package framepack.tests.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Provenance;
import framepack.experiment.run.Results;
import framepack.experiment.run.RunDirectory.State;
import framepack.experiment.run.SweepExecutor.Setting;
import framepack.experiment.run.SweepExecutor.Summary;
import framepack.experiment.run.SweepExecutorProvider;
import framepack.experiment.run.SweepListener;
import framepack.spark.SparkExecutor;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sweep on `local[2]`.
class SparkExecutorTest {
  private static final String LOCAL = "local[2]";

  @TempDir Path root;

  private static Experiment experiment(String... sets) {
    return ExperimentFile.parse(
        "test",
        """
        name: test
        base:
          task: memory
          packing: td_f1k1_g3
          training: {steps: 4, batch: 1}
          memory: {periods: [4, 12], strips: 2, test-strips: 1}
        seeds: 0..3
        """,
        List.of(sets));
  }

  private Setting setting(String folder) {
    return new Setting(
        new Archive(root.resolve(folder)),
        "cpu:1",
        new Provenance(new TreeMap<>(Map.of("command", "a test"))),
        Duration.ofHours(1),
        false);
  }

  /// The names of runs that ended well, in no order.
  private static final class Finished implements SweepListener {
    private final List<Long> seeds = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @Override
    public void finished(PlannedRun run, Results results) {
      seeds.add(run.config().seed());
    }

    @Override
    public void failed(PlannedRun run, Throwable error) {
      failures.add(error.getMessage());
    }
  }

  @Test
  void it_is_found_by_its_name() {
    assertEquals(List.of("spark"), SweepExecutorProvider.names());
  }

  @Test
  void a_sweep_gives_the_bytes_of_the_embedded_executor_and_is_not_repeated() throws IOException {
    Experiment experiment = experiment();
    Finished heard = new Finished();
    Setting there = setting("spark");
    Summary summary =
        new SparkExecutor(there, LOCAL).execute(experiment.runs(), heard, () -> false);
    assertEquals(new Summary(4, 0, 0, 0), summary);
    assertEquals(List.of(0L, 1L, 2L, 3L), heard.seeds.stream().sorted().toList());
    Setting here = setting("embedded");
    try (Backend backend = Backends.open(here.device())) {
      here.embedded(backend).execute(experiment.runs(), SweepListener.NONE, () -> false);
    }
    assertEquals(contents("embedded"), contents("spark"));
    long trained =
        Files.getLastModifiedTime(there.archive().run(experiment.runs().getFirst()).results())
            .toMillis();
    assertEquals(
        new Summary(4, 0, 0, 0),
        new SparkExecutor(there, LOCAL).execute(experiment.runs(), heard, () -> false));
    assertEquals(
        trained,
        Files.getLastModifiedTime(there.archive().run(experiment.runs().getFirst()).results())
            .toMillis());
  }

  @Test
  void a_run_that_fails_is_told_and_the_others_go_on() {
    String[] nowhere = {
      "task=continue",
      "continue.footage=folder",
      "continue.folder=" + root.resolve("none"),
      "continue.content=abc",
      "seeds=0"
    };
    List<PlannedRun> runs = new ArrayList<>(experiment(nowhere).runs());
    runs.addAll(experiment("seeds=0").runs());
    Finished heard = new Finished();
    Summary summary = new SparkExecutor(setting("spark"), LOCAL).execute(runs, heard, () -> false);
    assertEquals(new Summary(1, 1, 0, 0), summary);
    assertEquals(1, heard.failures.size());
    assertTrue(heard.failures.getFirst().contains("no folder"), heard.failures.toString());
  }

  @Test
  void a_task_that_dies_is_given_out_again() throws IOException {
    Path blocked = root.resolve("spark/runs");
    Files.createDirectories(blocked.getParent());
    Files.writeString(blocked, "a file where the runs' folder should be");
    int[] looks = {0};
    Summary summary =
        new SparkExecutor(setting("spark"), "local[2,1000]")
            .execute(
                experiment("seeds=0").runs(),
                SweepListener.NONE,
                () -> {
                  boolean unblock = ++looks[0] == 5;
                  return unblock && !blocked.toFile().delete();
                });
    assertEquals(new Summary(1, 0, 0, 0), summary);
    assertTrue(looks[0] >= 5, "it ended before anything was mended");
  }

  @Test
  void a_stop_ends_after_the_step_at_hand_and_keeps_it() {
    List<PlannedRun> runs = experiment("training.steps=100000").runs();
    Setting there = setting("spark");
    Summary summary =
        new SparkExecutor(there, LOCAL)
            .execute(
                runs,
                SweepListener.NONE,
                () ->
                    runs.stream()
                        .anyMatch(run -> Files.exists(there.archive().run(run).metrics())));
    assertEquals(new Summary(0, 0, 0, 4), summary);
    assertTrue(
        runs.stream().anyMatch(run -> there.archive().run(run).state() == State.BEGUN),
        "nothing was kept");
  }

  private Map<String, Integer> contents(String folder) throws IOException {
    Path archive = root.resolve(folder);
    Map<String, Integer> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(archive)) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        if (!path.getFileName().toString().matches("cost.json|provenance.json|events.*|[.]lock")) {
          contents.put(
              archive.relativize(path).toString(), Arrays.hashCode(Files.readAllBytes(path)));
        }
      }
    }
    return contents;
  }
}
