package framepack.experiment.config;

import framepack.experiment.config.ConfigNode.Mapping;
import framepack.experiment.dataset.Content;
import framepack.pack.PackSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the settings of one run. Every key is known or refused, those of the other task too.
final class RunConfigReader {
  private static final String LABEL = "label";
  private static final double HIGHEST_LEARNING_RATE = 1;

  private RunConfigReader() {}

  /// What the runs of these settings are to be called; no setting of the run itself.
  static String label(Mapping mapping) {
    return new Settings("", mapping).text(LABEL, "").strip();
  }

  static RunConfig read(Mapping mapping) {
    Settings run = new Settings("", mapping);
    run.text(LABEL, "");
    Settings training = run.section("training");
    Settings sampling = run.section("sampling");
    Settings memory = run.section("memory");
    Settings drift = run.section("drift");
    Settings further = run.section("continue");
    Settings measure = run.section("measure");
    Map<String, Task> tasks = new LinkedHashMap<>();
    tasks.put("memory", TaskSettings.memory(memory));
    tasks.put("drift", TaskSettings.drift(drift));
    tasks.put("continue", TaskSettings.further(further, run.text("task", "").equals("continue")));
    Task task = run.choice("task", tasks, null);
    if (task == null) {
      throw run.missing("task", "one of " + String.join(", ", tasks.keySet()));
    }
    PackSpec packing = packing(run);
    int seed = run.whole("seed", 0, 0);
    RunConfig config =
        new RunConfig(
            task,
            packing,
            seed,
            training.whole("steps", 1500, 1),
            training.whole("batch", 8, 1),
            training.number("learning-rate", 6e-3, Double.MIN_VALUE, HIGHEST_LEARNING_RATE),
            sampling.whole("steps", 8, 1),
            MethodSettings.read(run, training, sampling, packing),
            judge(measure, !(task instanceof Task.Memory)));
    for (Settings settings : List.of(training, sampling, memory, drift, further, measure, run)) {
      settings.done();
    }
    return config;
  }

  /// @param asked whether the task makes videos: only then is a network looked at
  private static Judge judge(Settings measure, boolean asked) {
    String network = measure.text("network", "");
    String content = measure.text("content", "");
    if (!asked || network.isEmpty()) {
      return Judge.NONE;
    }
    Path file = Path.of(network);
    if (content.isEmpty() && !Files.isRegularFile(file)) {
      throw measure.wrong(
          "network", measure.node("network").orElseThrow(), "a safetensors file that exists");
    }
    return new Judge(network, content.isEmpty() ? Content.of(List.of(file)) : content);
  }

  private static PackSpec packing(Settings run) {
    PackSpec named =
        run.parsed("packing", PackSpec::parse)
            .orElseThrow(() -> run.missing("packing", "a name such as td_f16k4f2k2f1k1_g3"));
    PackSpec.Order order = run.choice("order", PackSpec.Order.class, named.order());
    PackSpec packing = order == named.order() ? named : Reordered.of(named, order);
    return packing.canonical();
  }
}
