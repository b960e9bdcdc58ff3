package framepack.experiment.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A value as it was written, and where: what it means is decided by who asks for it.
sealed interface ConfigNode {
  Origin origin();

  /// A text, a number, true or false.
  record Scalar(String text, Origin origin) implements ConfigNode {
    @Override
    public String toString() {
      return "'" + text + "'";
    }
  }

  /// A list.
  record Items(List<ConfigNode> nodes, Origin origin) implements ConfigNode {
    public Items {
      nodes = List.copyOf(nodes);
    }

    @Override
    public String toString() {
      return nodes.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
    }
  }

  /// Keys and values, in the order in which they were written.
  record Mapping(Map<String, ConfigNode> nodes, Origin origin) implements ConfigNode {
    public Mapping {
      nodes = new LinkedHashMap<>(nodes);
    }

    static Mapping empty(Origin origin) {
      return new Mapping(Map.of(), origin);
    }

    /// This with everything in `over` on top: mappings are joined key by key, all else is replaced.
    Mapping with(Mapping over) {
      Map<String, ConfigNode> joined = new LinkedHashMap<>(nodes);
      over.nodes.forEach((key, value) -> joined.merge(key, value, Mapping::joined));
      return new Mapping(joined, origin);
    }

    private static ConfigNode joined(ConfigNode under, ConfigNode over) {
      return under instanceof Mapping a && over instanceof Mapping b ? a.with(b) : over;
    }

    /// This with `value` at a dotted path such as `training.steps`.
    Mapping with(String path, ConfigNode value) {
      List<String> keys = List.of(path.split("\\.", -1));
      if (keys.stream().anyMatch(String::isBlank)) {
        throw new ConfigError(
            value.origin(), "'" + path + "' is not a path such as training.steps");
      }
      ConfigNode nested = value;
      for (String key : new ArrayList<>(keys).reversed()) {
        nested = new Mapping(Map.of(key, nested), value.origin());
      }
      return with((Mapping) nested);
    }

    @Override
    public String toString() {
      return "a mapping with " + nodes.keySet();
    }
  }
}
