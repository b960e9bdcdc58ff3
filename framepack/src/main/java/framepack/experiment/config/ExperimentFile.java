package framepack.experiment.config;

import framepack.experiment.config.ConfigNode.Mapping;
import framepack.experiment.config.ConfigNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads an experiment:
///
/// ```yaml
/// name: which-packing
/// about: What does each packing remember?
/// expected: The longer the history, the more.
/// defaults: nano-memory            # another file, or one of the jar; this file goes on top
/// base: {task: memory, training: {steps: 1500}}
/// grid: {packing: [td_f1k1_g3, td_f16k4f2k2f1k1_g3]}
/// zip: {order: [vanilla], training.steps: [800]}
/// seeds: 0..4
/// ```
///
/// With `parts:`, each part has its own base, grid, zip and seeds, over the common base and seeds.
public final class ExperimentFile {
  /// Keys of the file itself; a `--set` of any other key is one of the base settings.
  private static final Set<String> OWN_KEYS =
      Set.of("name", "about", "expected", "defaults", "base", "grid", "zip", "seeds", "parts");

  private ExperimentFile() {}

  /// @param place a file, or the name of an experiment of the jar
  /// @param sets `key=value` each, on top of the file
  public static Experiment read(String place, List<String> sets) {
    return resolve(Library.load(place), sets);
  }

  /// An experiment given as text, for tests and tools.
  public static Experiment parse(String source, String yaml, List<String> sets) {
    return resolve(Library.included(source, Yaml.file(source, yaml)), sets);
  }

  private static Experiment resolve(Mapping file, List<String> sets) {
    Map<String, ConfigNode> onTop = new LinkedHashMap<>();
    Mapping mapping = file;
    for (String set : sets) {
      int equals = set.indexOf('=');
      Origin origin = new Origin("--set " + set, 0);
      if (equals < 1) {
        throw new ConfigError(origin, "expected key=value, such as training.steps=100");
      }
      String path = set.substring(0, equals).strip();
      ConfigNode value = Yaml.value(origin.source(), set.substring(equals + 1));
      if (OWN_KEYS.contains(path.split("\\.")[0])) {
        mapping = mapping.with(path, value);
      } else {
        onTop.put(path, value);
      }
    }
    Settings settings = new Settings("", mapping);
    String name = name(settings);
    String about = settings.text("about", "").strip();
    String expected = settings.text("expected", "").strip();
    List<PlannedRun> runs = new ArrayList<>();
    for (Part part : parts(settings, onTop)) {
      for (PlannedRun run : part.runs()) {
        if (runs.stream().noneMatch(other -> other.address().equals(run.address()))) {
          runs.add(run);
        }
      }
    }
    settings.done();
    return new Experiment(name, about, expected, runs);
  }

  private static String name(Settings settings) {
    String name = settings.text("name", "");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw new ConfigError(
          settings.node("name").map(ConfigNode::origin).orElse(settings.origin()),
          "name: expected up to 64 letters, digits, '.', '_' or '-', got '" + name + "'");
    }
    return name;
  }

  private static List<Part> parts(Settings settings, Map<String, ConfigNode> onTop) {
    Mapping base = settings.mapping("base");
    List<Integer> seeds = Seeds.of(settings, List.of());
    Mapping named = settings.mapping("parts");
    if (named.nodes().isEmpty()) {
      return List.of(part("", settings, base, seeds, onTop));
    }
    for (String key : List.of("grid", "zip")) {
      settings
          .node(key)
          .ifPresent(node -> {
            throw new ConfigError(node.origin(), key + ": move it into one of the parts");
          });
    }
    List<Part> parts = new ArrayList<>();
    named
        .nodes()
        .forEach((name, node) -> {
          Settings inner = settings.section("parts").section(name);
          parts.add(part(name, inner, base.with(inner.mapping("base")), seeds, onTop));
          inner.done();
        });
    return parts;
  }

  private static Part part(
      String name,
      Settings settings,
      Mapping base,
      List<Integer> seeds,
      Map<String, ConfigNode> onTop) {
    Mapping whole = base;
    Mapping grid = settings.mapping("grid");
    Mapping zip = settings.mapping("zip");
    for (Map.Entry<String, ConfigNode> set : onTop.entrySet()) {
      String path = set.getKey();
      if (grid.nodes().containsKey(path) || zip.nodes().containsKey(path)) {
        throw new ConfigError(
            set.getValue().origin(), "'" + path + "' is what varies; set grid or zip instead");
      }
      whole = whole.with(path, set.getValue());
    }
    String label = name;
    if (label.isEmpty()) {
      label = whole.nodes().get("task") instanceof Scalar task ? task.text() : "runs";
    }
    return new Part(label, whole, grid, zip, Seeds.of(settings, seeds));
  }
}
