package framepack.tests.experiment.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.Method;
import framepack.experiment.compare.Sweep;
import framepack.experiment.compare.Variant;
import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import framepack.experiment.config.Footage;
import framepack.experiment.config.Judge;
import framepack.experiment.config.Library;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.config.RunConfig;
import framepack.experiment.config.Task;
import framepack.experiment.run.Archive;
import framepack.experiment.run.EmbeddedExecutor;
import framepack.experiment.run.Provenance;
import framepack.experiment.run.Results;
import framepack.experiment.run.RunDirectory;
import framepack.experiment.run.SweepExecutor.Summary;
import framepack.experiment.run.SweepListener;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every variant of every ready experiment, with a step of training.
class ReadyExperimentsTest {
  @TempDir Path root;

  private static PlannedRun shrunk(PlannedRun run) {
    RunConfig c = run.config();
    Task task =
        switch (c.task()) {
          case Task.Memory memory -> new Task.Memory(memory.world(), List.of(12), 2, 1);
          case Task.Continue further -> new Task.Continue(fewer(further.footage()), 19, 2, 1);
          case Task.Drift drift -> // at least as many frames as the carousel takes to come back
              new Task.Drift(
                  drift.world(),
                  2,
                  c.packing().generated() == 1 ? 5 : 2,
                  1,
                  drift.trained(),
                  drift.sampled());
        };
    Method.History history = c.method().history();
    Method method =
        new Method(
            c.method().network(),
            new Method.History(history.choice(), history.lambdaTime(), history.guidance(), 4),
            c.method().noise());
    RunConfig small =
        new RunConfig(task, c.packing(), 0, 1, 1, c.learningRate(), 1, method, Judge.NONE);
    return new PlannedRun(run.part(), run.label(), small);
  }

  private static Footage fewer(Footage footage) {
    return switch (footage) {
      case Footage.Painted painted -> new Footage.Painted(painted.world(), 2);
      case Footage.Folder folder -> folder;
    };
  }

  private static List<PlannedRun> runs() {
    Map<String, PlannedRun> distinct = new LinkedHashMap<>();
    for (String name : Library.names()) {
      for (PlannedRun run : ExperimentFile.read(name, List.of()).runs()) {
        PlannedRun small = shrunk(run);
        distinct.putIfAbsent(small.address(), small);
      }
    }
    return List.copyOf(distinct.values());
  }

  @Test
  void every_variant_trains_samples_and_is_measured() throws IOException {
    List<PlannedRun> runs = runs();
    Archive archive = new Archive(root);
    try (Backend backend = Backends.open("cpu")) {
      Provenance provenance = new Provenance(Map.of("command", "a test"));
      Summary summary =
          new EmbeddedExecutor(archive, backend, provenance, Duration.ofHours(1), false)
              .execute(runs, SweepListener.NONE, () -> false);
      for (PlannedRun run : runs) {
        RunDirectory directory = archive.run(run);
        assertFalse(
            Files.exists(directory.failure()),
            () -> run.name() + " " + run.config() + failure(directory));
        Results results = Results.read(directory.results());
        results.values().forEach((key, value) -> assertTrue(Double.isFinite(value), run + key));
      }
      assertEquals(runs.size(), summary.finished());
    }
  }

  private static String failure(RunDirectory directory) {
    try {
      return "\n" + Files.readString(directory.failure());
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void variants_of_a_part_have_names_of_their_own() {
    for (String name : Library.names()) {
      Experiment experiment = ExperimentFile.read(name, List.of());
      Sweep.read(new Archive(root), experiment)
          .parts()
          .forEach((part, variants) -> {
            List<String> names = variants.stream().map(Variant::name).toList();
            assertEquals(names.size(), names.stream().distinct().count(), part + names);
          });
    }
  }
}
