package framepack.experiment.run;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.config.RunConfigJson;
import framepack.tensor.io.AtomicFile;
import framepack.tensor.nn.NearestName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A folder of experiments: `NAME/experiment.json` says which runs an experiment has, `runs/ADDRESS` are the runs, shared
/// by all experiments that ask for the same.
public record Archive(Path root) {
  private static final JsonMapper JSON = new JsonMapper();

  public RunDirectory run(PlannedRun run) {
    return new RunDirectory(runs().resolve(run.address()));
  }

  Path runs() {
    return root.resolve("runs");
  }

  /// The folder of an experiment, with its report.
  public Path folder(String name) {
    return root.resolve(name);
  }

  /// Names of the experiments that were run here.
  public List<String> names() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("experiment.json")))
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes down what an experiment consists of.
  public void write(Experiment experiment) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", experiment.name());
    node.put("about", experiment.about()).put("expected", experiment.expected());
    ArrayNode runs = node.putArray("runs");
    for (PlannedRun run : experiment.runs()) {
      ObjectNode one =
          runs.addObject()
              .put("part", run.part())
              .put("label", run.label())
              .put("address", run.address());
      one.set("config", JSON.readTree(RunConfigJson.write(run.config())));
    }
    AtomicFile.write(
        folder(experiment.name()).resolve("experiment.json"), node.toPrettyString() + "\n");
  }

  /// Reads what [#write] wrote.
  public Experiment read(String name) {
    Path file = folder(name).resolve("experiment.json");
    if (!Files.exists(file)) {
      String hint = names().isEmpty() ? "; it has none yet" : NearestName.hint(name, names());
      throw new IllegalArgumentException("no experiment '%s' in %s%s".formatted(name, root, hint));
    }
    try {
      JsonNode node = JSON.readTree(Files.readString(file));
      List<PlannedRun> runs = new ArrayList<>();
      for (JsonNode run : node.required("runs")) {
        runs.add(
            new PlannedRun(
                run.required("part").asString(),
                run.path("label").asString(""),
                RunConfigJson.read(file.toString(), run.required("config").toString())));
      }
      return new Experiment(
          node.required("name").asString(),
          node.required("about").asString(),
          node.required("expected").asString(),
          runs);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          file + ": is no record of an experiment; run the experiment file again", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
