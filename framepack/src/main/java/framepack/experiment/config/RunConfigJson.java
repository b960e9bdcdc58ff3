package framepack.experiment.config;

import framepack.experiment.dataset.Content;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A run's settings in their one canonical form, which is also a valid run of an experiment file, and the address that
/// follows from it. Only the settings of the run's own task count.
public final class RunConfigJson {
  /// To be raised whenever equal settings come to mean another computation: old results are then another run's.
  private static final int MEANING = 3;

  private static final int ADDRESS_DIGITS = 12;
  private static final JsonMapper JSON = new JsonMapper();

  private RunConfigJson() {}

  /// Reads what [#write] wrote.
  public static RunConfig read(String source, String json) {
    return RunConfigReader.read(Yaml.file(source, json));
  }

  /// One line.
  public static String write(RunConfig config) {
    return node(config).toString();
  }

  /// The same for people, on several lines.
  public static String pretty(RunConfig config) {
    return node(config).toPrettyString();
  }

  /// The settings by dotted path, as `--set` takes them; lists as they are written.
  public static Map<String, String> flat(RunConfig config) {
    Map<String, String> flat = new LinkedHashMap<>();
    flatten("", node(config), flat);
    return flat;
  }

  private static void flatten(String path, ObjectNode node, Map<String, String> into) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (entry.getValue() instanceof ObjectNode inner) {
        flatten(path + entry.getKey() + ".", inner, into);
      } else {
        boolean text = entry.getValue().isString();
        String value = text ? entry.getValue().asString() : entry.getValue().toString();
        into.put(path + entry.getKey(), value);
      }
    }
  }

  /// Name of the run's directory: the first 12 hexadecimal digits of the SHA-256 of the canonical form.
  public static String address(RunConfig config) {
    return Content.of(MEANING + "\n" + write(config)).substring(0, ADDRESS_DIGITS);
  }

  private static ObjectNode node(RunConfig config) {
    ObjectNode run = JSON.createObjectNode();
    run.put("task", config.task().name());
    run.put("packing", config.packing().toString());
    run.put("seed", config.seed());
    ObjectNode training =
        run.putObject("training")
            .put("steps", config.steps())
            .put("batch", config.batch())
            .put("learning-rate", config.learningRate());
    ObjectNode sampling = run.putObject("sampling").put("steps", config.samplingSteps());
    MethodSettings.write(config, run, training, sampling);
    TaskSettings.write(config.task(), run.putObject(config.task().name()));
    if (!config.judge().equals(Judge.NONE)) {
      run.putObject("measure")
          .put("network", config.judge().network())
          .put("content", config.judge().content());
    }
    return run;
  }
}
