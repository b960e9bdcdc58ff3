package framepack.experiment.run;

import framepack.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a run measured: a function of its settings, to the last bit. What it cost is a [Cost].
///
/// @param values single numbers by the key of their [Measure]
/// @param curves numbers along a video, by name
public record Results(SortedMap<String, Double> values, SortedMap<String, double[]> curves) {
  private static final JsonMapper JSON = new JsonMapper();

  Results() {
    this(new TreeMap<>(), new TreeMap<>());
  }

  Results with(String key, double value) {
    values.put(key, value);
    return this;
  }

  Results with(String key, double[] curve) {
    curves.put(key, curve);
    return this;
  }

  void write(Path file) {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode numbers = node.putObject("values");
    values.forEach(numbers::put);
    ObjectNode lines = node.putObject("curves");
    curves.forEach((key, curve) -> {
      ArrayNode points = lines.putArray(key);
      for (double point : curve) {
        points.add(point);
      }
    });
    AtomicFile.write(file, node.toPrettyString() + "\n");
  }

  public static Results read(Path file) {
    try {
      JsonNode node = JSON.readTree(Files.readString(file));
      Results results = new Results();
      node.required("values")
          .properties()
          .forEach(entry -> results.with(entry.getKey(), number(entry.getValue())));
      node.required("curves")
          .properties()
          .forEach(entry -> {
            double[] curve = new double[entry.getValue().size()];
            for (int i = 0; i < curve.length; i++) {
              curve[i] = number(entry.getValue().get(i));
            }
            results.with(entry.getKey(), curve);
          });
      return results;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + ": is damaged; delete it and resume", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// JSON has no word for infinite and for not a number; Jackson writes them as texts.
  private static double number(JsonNode node) {
    return node.isNumber() ? node.asDouble() : Double.parseDouble(node.asString());
  }
}
