package framepack.experiment.config;

import framepack.experiment.config.ConfigNode.Items;
import framepack.experiment.config.ConfigNode.Mapping;
import framepack.experiment.config.ConfigNode.Scalar;
import framepack.tensor.nn.NearestName;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The keys of a mapping, asked for one by one with what holds if one is absent. A key that nobody asked for is an error
/// ([#done]) that names the nearest one.
final class Settings {
  private final String path;
  private final Mapping mapping;
  private final Set<String> known = new LinkedHashSet<>();

  /// @param path of the mapping itself, empty at the top
  Settings(String path, Mapping mapping) {
    this.path = path;
    this.mapping = mapping;
  }

  Origin origin() {
    return mapping.origin();
  }

  Optional<ConfigNode> node(String key) {
    known.add(key);
    return Optional.ofNullable(mapping.nodes().get(key));
  }

  /// The settings under a key; none if it is absent.
  Settings section(String key) {
    return new Settings(name(key), mapping(key));
  }

  /// What is under a key, not yet looked at; empty if it is absent.
  Mapping mapping(String key) {
    ConfigNode node = node(key).orElseGet(() -> Mapping.empty(mapping.origin()));
    if (node instanceof Mapping inner) {
      return inner;
    }
    throw wrong(key, node, "keys and values");
  }

  String text(String key, String absent) {
    return node(key).map(node -> text(key, node)).orElse(absent);
  }

  int whole(String key, int absent, int least) {
    return node(key).map(node -> whole(key, node, least)).orElse(absent);
  }

  double number(String key, double absent, double low, double high) {
    return node(key).map(node -> number(key, node, low, high)).orElse(absent);
  }

  /// A list, or a single value for a list of one.
  List<Integer> wholes(String key, List<Integer> absent, int least) {
    return list(key, absent, node -> whole(key, node, least));
  }

  List<Double> numbers(String key, List<Double> absent, double low, double high) {
    return list(key, absent, node -> number(key, node, low, high));
  }

  /// One of several words.
  <T> T choice(String key, Map<String, T> words, T absent) {
    return node(key)
        .map(node -> {
          String word = text(key, node);
          if (!words.containsKey(word)) {
            String expected = "one of " + String.join(", ", words.keySet());
            throw wrong(key, node, expected + NearestName.hint(word, words.keySet()));
          }
          return words.get(word);
        })
        .orElse(absent);
  }

  /// A member of an enum, written as `forward-start` for `FORWARD_START`.
  <E extends Enum<E>> E choice(String key, Class<E> type, E absent) {
    Map<String, E> words = new LinkedHashMap<>();
    for (E value : type.getEnumConstants()) {
      words.put(value.name().toLowerCase(Locale.ROOT).replace('_', '-'), value);
    }
    return choice(key, words, absent);
  }

  /// A text that `read` understands; its complaint becomes ours.
  <T> Optional<T> parsed(String key, Function<String, T> read) {
    return node(key)
        .map(node -> {
          try {
            return read.apply(text(key, node));
          } catch (ConfigError e) {
            throw e;
          } catch (IllegalArgumentException e) {
            throw new ConfigError(node.origin(), name(key) + ": " + e.getMessage());
          }
        });
  }

  private <T> List<T> list(String key, List<T> absent, Function<ConfigNode, T> read) {
    return node(key)
        .map(node -> {
          List<ConfigNode> nodes = node instanceof Items items ? items.nodes() : List.of(node);
          if (nodes.isEmpty()) {
            throw wrong(key, node, "at least one");
          }
          return nodes.stream().map(read).toList();
        })
        .orElse(absent);
  }

  private String text(String key, ConfigNode node) {
    if (node instanceof Scalar scalar) {
      return scalar.text();
    }
    throw wrong(key, node, "a single value");
  }

  private int whole(String key, ConfigNode node, int least) {
    try {
      int value = Integer.parseInt(text(key, node));
      if (value >= least) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below, with what was expected
    }
    throw wrong(key, node, "a whole number of at least " + least);
  }

  private double number(String key, ConfigNode node, double low, double high) {
    try {
      double value = Double.parseDouble(text(key, node));
      if (value >= low && value <= high) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below, with what was expected
    }
    throw wrong(key, node, "a number from " + low + " to " + high);
  }

  /// A value of the wrong kind.
  ConfigError wrong(String key, ConfigNode node, String expected) {
    return new ConfigError(node.origin(), name(key) + ": expected " + expected + ", got " + node);
  }

  /// Refuses a key that is not there.
  ConfigError missing(String key, String expected) {
    return new ConfigError(mapping.origin(), name(key) + " is missing: expected " + expected);
  }

  /// To be called when everything was asked for: refuses what is left.
  void done() {
    mapping
        .nodes()
        .forEach((key, node) -> {
          if (!known.contains(key)) {
            String what = path.isEmpty() ? "" : " in '" + path + "'";
            throw new ConfigError(
                node.origin(), "unknown key '" + key + "'" + what + NearestName.hint(key, known));
          }
        });
  }

  /// The key with its path, as `--set` takes it.
  String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
