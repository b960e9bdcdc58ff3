package framepack.experiment.config;

import framepack.experiment.config.ConfigNode.Items;
import framepack.experiment.config.ConfigNode.Mapping;
import framepack.experiment.config.ConfigNode.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;

/// Reads YAML into nodes that remember their lines. One document, no anchors, no key twice.
final class Yaml {
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String source;
  private final JsonParser parser;

  private Yaml(String source, JsonParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /// The mapping that a whole file is.
  static Mapping file(String source, String text) {
    return switch (read(source, text)) {
      case Mapping mapping -> mapping;
      case Scalar other -> throw noMapping(other);
      case Items other -> throw noMapping(other);
    };
  }

  private static ConfigError noMapping(ConfigNode node) {
    return new ConfigError(node.origin(), "expected keys and values, got " + node);
  }

  /// Any value, such as that of a `--set`.
  static ConfigNode value(String source, String text) {
    ConfigNode node = read(source, text);
    return at(node, new Origin(source, 0));
  }

  /// A value of the command line has no lines.
  private static ConfigNode at(ConfigNode node, Origin origin) {
    return switch (node) {
      case Scalar scalar -> new Scalar(scalar.text(), origin);
      case Items items ->
          new Items(items.nodes().stream().map(n -> at(n, origin)).toList(), origin);
      case Mapping mapping -> {
        Map<String, ConfigNode> nodes = new LinkedHashMap<>();
        mapping.nodes().forEach((key, n) -> nodes.put(key, at(n, origin)));
        yield new Mapping(nodes, origin);
      }
    };
  }

  private static ConfigNode read(String source, String text) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      Yaml yaml = new Yaml(source, parser);
      if (parser.nextToken() == null) {
        throw new ConfigError(new Origin(source, 0), "is empty");
      }
      ConfigNode node = yaml.node();
      if (parser.nextToken() != null) {
        throw new ConfigError(yaml.here(), "a second document; one file is one experiment");
      }
      return node;
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      String reason = e.getOriginalMessage().strip().replaceAll("\\s*\\R\\s*", "; ");
      throw new ConfigError(new Origin(source, line), "is not valid YAML: " + reason);
    }
  }

  private Origin here() {
    return new Origin(source, parser.currentTokenLocation().getLineNr());
  }

  private ConfigNode node() {
    Origin origin = here();
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> mapping(origin);
      case START_ARRAY -> items(origin);
      case VALUE_NULL ->
          throw new ConfigError(origin, "a key without a value; remove it or give one");
      default -> new Scalar(parser.getString(), origin);
    };
  }

  private Mapping mapping(Origin origin) {
    Map<String, ConfigNode> nodes = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      nodes.put(key, node());
    }
    return new Mapping(nodes, origin);
  }

  private Items items(Origin origin) {
    List<ConfigNode> nodes = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      nodes.add(node());
    }
    return new Items(nodes, origin);
  }
}
