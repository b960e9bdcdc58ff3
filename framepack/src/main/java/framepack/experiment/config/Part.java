package framepack.experiment.config;

import framepack.experiment.config.ConfigNode.Items;
import framepack.experiment.config.ConfigNode.Mapping;
import framepack.experiment.config.ConfigNode.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One part of an experiment: base settings, what varies over them, and the seeds.
///
/// `grid` tries every combination of its lists, `zip` goes through its lists in step, and the two multiply; every
/// combination has every seed, seeds innermost.
///
/// @param seeds empty where the settings themselves say the seed
record Part(String name, Mapping base, Mapping grid, Mapping zip, List<Integer> seeds) {

  List<PlannedRun> runs() {
    List<Mapping> variants = List.of(base);
    variants = zipped(variants);
    for (Map.Entry<String, ConfigNode> axis : grid.nodes().entrySet()) {
      List<Mapping> wider = new ArrayList<>();
      for (Mapping variant : variants) {
        for (ConfigNode value : values("grid", axis.getKey(), axis.getValue())) {
          wider.add(variant.with(axis.getKey(), value));
        }
      }
      variants = wider;
    }
    List<PlannedRun> runs = new ArrayList<>();
    for (Mapping variant : variants) {
      RunConfig first = RunConfigReader.read(variant);
      String label = RunConfigReader.label(variant);
      if (seeds.isEmpty()) {
        runs.add(new PlannedRun(name, label, first));
      } else if (variant.nodes().get("seed") instanceof ConfigNode seed) {
        throw new ConfigError(seed.origin(), "seed: 'seeds' is given too; remove one of them");
      }
      seeds.forEach(seed -> runs.add(new PlannedRun(name, label, first.withSeed(seed))));
    }
    return runs;
  }

  private List<Mapping> zipped(List<Mapping> variants) {
    List<Mapping> rows = new ArrayList<>();
    int length = -1;
    for (Map.Entry<String, ConfigNode> column : zip.nodes().entrySet()) {
      List<ConfigNode> values = values("zip", column.getKey(), column.getValue());
      if (length >= 0 && values.size() != length) {
        throw new ConfigError(
            column.getValue().origin(),
            "zip: '%s' has %d values, the list before it %d; they go in step"
                .formatted(column.getKey(), values.size(), length));
      }
      length = values.size();
      for (int i = 0; i < length; i++) {
        if (rows.size() <= i) {
          rows.add(Mapping.empty(zip.origin()));
        }
        rows.set(i, rows.get(i).with(column.getKey(), values.get(i)));
      }
    }
    if (rows.isEmpty()) {
      return variants;
    }
    return variants.stream().flatMap(v -> rows.stream().map(v::with)).toList();
  }

  private static List<ConfigNode> values(String key, String axis, ConfigNode node) {
    List<ConfigNode> values =
        switch (node) {
          case Items items -> items.nodes();
          case Scalar scalar -> throw noList(key, axis, scalar);
          case Mapping mapping -> throw noList(key, axis, mapping);
        };
    if (values.isEmpty()) {
      throw noList(key, axis, node);
    }
    return values;
  }

  private static ConfigError noList(String key, String axis, ConfigNode node) {
    String form = "expected a list of values to try, got " + node;
    return new ConfigError(node.origin(), key + ": '" + axis + "': " + form);
  }
}
