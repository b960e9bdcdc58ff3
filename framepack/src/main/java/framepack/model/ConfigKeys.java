package framepack.model;

import framepack.tensor.nn.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The keys of a model's `config.json`, asked for one by one with the official default of an absent one. Keys that nobody
/// asked for are an error ([#requireKnown]), except those that start with `_`. Every fault is a [ConfigException].
public final class ConfigKeys {
  private static final long LARGEST_FILE = 1 << 20;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private final String where;
  private final JsonNode object;
  private final Set<String> known = new LinkedHashSet<>();

  /// @param where names the file or the part of one, for messages
  public ConfigKeys(String where, JsonNode object) {
    this.where = where;
    this.object = object;
    if (!object.isObject()) {
      throw new ConfigException(where + ": expected a JSON object, got " + shown(object));
    }
  }

  /// The keys of a file.
  public static ConfigKeys read(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new ConfigException(file + ": is too large for a config.json");
      }
      return new ConfigKeys(file.toString(), JSON.readTree(Files.readAllBytes(file)));
    } catch (JacksonException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
      throw new ConfigException(file + ": is not valid JSON (" + reason + ")");
    } catch (NoSuchFileException _) {
      throw new ConfigException(file + ": there is no such file; a model needs its config.json");
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read (" + e.getMessage() + ")");
    }
  }

  /// Whether the key is there and not null.
  public boolean has(String key) {
    return value(key) != null;
  }

  private JsonNode value(String key) {
    known.add(key);
    JsonNode value = object.get(key);
    return value == null || value.isNull() ? null : value;
  }

  /// An integer of at least `least` (and at most 2^20, which no honest config exceeds).
  public int whole(String key, int absent, int least) {
    JsonNode value = value(key);
    return value == null ? absent : whole(key, value, least);
  }

  private int whole(String key, JsonNode value, int least) {
    int most = 1 << 20;
    boolean fits =
        value.isIntegralNumber()
            && value.canConvertToInt()
            && value.intValue() >= least
            && value.intValue() <= most;
    if (!fits) {
      throw fault(key, "an integer of %d to %d".formatted(least, most), value);
    }
    return value.intValue();
  }

  /// A list of `count` integers of at least `least`.
  public List<Integer> wholes(String key, List<Integer> absent, int count, int least) {
    JsonNode value = value(key);
    if (value == null) {
      return absent;
    }
    if (!value.isArray() || value.size() != count) {
      throw fault(key, "a list of " + count + " integers", value);
    }
    return wholes(key, value, least);
  }

  private List<Integer> wholes(String key, JsonNode list, int least) {
    List<Integer> all = new ArrayList<>();
    for (JsonNode value : list) {
      all.add(whole(key, value, least));
    }
    return List.copyOf(all);
  }

  /// A list of lists of `count` integers of at least `least`.
  public List<List<Integer>> lists(String key, List<List<Integer>> absent, int count, int least) {
    JsonNode value = value(key);
    if (value == null) {
      return absent;
    }
    List<List<Integer>> all = new ArrayList<>();
    for (JsonNode list : value) {
      if (!value.isArray() || !list.isArray() || list.size() != count) {
        throw fault(key, "a list of lists of " + count + " integers", value);
      }
      all.add(wholes(key, list, least));
    }
    return List.copyOf(all);
  }

  /// A finite number above 0.
  public double positive(String key, double absent) {
    JsonNode value = value(key);
    if (value == null) {
      return absent;
    }
    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
    if (!(number > 0) || Double.isInfinite(number)) {
      throw fault(key, "a number above 0", value);
    }
    return number;
  }

  public boolean flag(String key, boolean absent) {
    JsonNode value = value(key);
    if (value == null) {
      return absent;
    }
    if (!value.isBoolean()) {
      throw fault(key, "true or false", value);
    }
    return value.booleanValue();
  }

  /// One of several texts.
  public String choice(String key, String absent, List<String> allowed) {
    JsonNode value = value(key);
    if (value == null) {
      return absent;
    }
    if (!value.isString() || !allowed.contains(value.stringValue())) {
      throw fault(key, "one of " + String.join(", ", allowed), value);
    }
    return value.stringValue();
  }

  /// The keys of an object inside this one; those of an empty object if it is absent.
  public ConfigKeys section(String key) {
    JsonNode value = value(key);
    return new ConfigKeys(where + ": " + key, value == null ? JSON.createObjectNode() : value);
  }

  /// The class that wrote the file (`_class_name`); empty if it does not say.
  public String writtenBy() {
    JsonNode name = object.get("_class_name");
    return name != null && name.isString() ? name.stringValue() : "";
  }

  /// Fails if there is a key that was never asked for.
  public void requireKnown() {
    for (String key : object.propertyNames()) {
      if (!key.startsWith("_") && !known.contains(key)) {
        throw new ConfigException(
            "%s: unknown key '%s'%s".formatted(where, key, NearestName.hint(key, known)));
      }
    }
  }

  /// A fault of the values together, told as that of a single one is.
  public ConfigException fault(IllegalArgumentException e) {
    return new ConfigException(where + ": " + e.getMessage());
  }

  private ConfigException fault(String key, String expected, JsonNode got) {
    return new ConfigException(
        "%s: '%s' must be %s, got %s".formatted(where, key, expected, shown(got)));
  }

  private static String shown(JsonNode value) {
    String text = value.toString();
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }
}
