package framepack.experiment.config;

import framepack.experiment.config.ConfigNode.Items;
import framepack.experiment.config.ConfigNode.Mapping;
import framepack.experiment.config.ConfigNode.Scalar;
import framepack.tensor.nn.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where experiment files are found: on the disk, or by their name among those of the jar; and what they include.
public final class Library {
  private static final String FOLDER = "/framepack/experiments/";

  private Library() {}

  /// Names of the experiments of the jar.
  public static List<String> names() {
    return resource("list").lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /// The text of an experiment of the jar.
  public static String text(String name) {
    return resource(name + ".yaml");
  }

  static Mapping load(String place) {
    return load(place, Path.of(""), new ArrayList<>());
  }

  /// A file and what it includes, itself on top.
  static Mapping included(String source, Mapping file) {
    Path place = Path.of(source).toAbsolutePath().getParent();
    return included(file, place, new ArrayList<>(List.of(source)));
  }

  private static Mapping load(String place, Path folder, List<String> including) {
    Path file = folder.resolve(place);
    boolean onDisk = Files.isRegularFile(file);
    String source = onDisk ? file.toString() : place;
    if (including.contains(source)) {
      throw new ConfigError(
          new Origin(source, 0), "includes itself: " + String.join(" -> ", including));
    }
    including.add(source);
    Mapping mapping = Yaml.file(source, onDisk ? read(file) : ofJar(place));
    Path inside = onDisk ? file.toAbsolutePath().getParent() : folder;
    Mapping whole = included(mapping, inside, including);
    including.removeLast();
    return whole;
  }

  private static Mapping included(Mapping file, Path folder, List<String> including) {
    ConfigNode node = file.nodes().get("defaults");
    List<ConfigNode> places =
        switch (node) {
          case null -> List.of();
          case Items items -> items.nodes();
          case Scalar scalar -> List.of(scalar);
          case Mapping mapping -> throw unnamed(mapping);
        };
    Mapping under = Mapping.empty(file.origin());
    for (ConfigNode place : places) {
      if (!(place instanceof Scalar scalar)) {
        throw unnamed(place);
      }
      try {
        under = under.with(load(scalar.text(), folder, including));
      } catch (UnknownExperiment e) {
        throw new ConfigError(scalar.origin(), "defaults: " + e.getMessage());
      }
    }
    Mapping whole = under.with(file);
    whole.nodes().remove("defaults");
    return whole;
  }

  private static ConfigError unnamed(ConfigNode node) {
    return new ConfigError(node.origin(), "defaults: expected the name of a file, got " + node);
  }

  private static String ofJar(String name) {
    if (!names().contains(name)) {
      throw new UnknownExperiment(
          "no file '%s' and no ready experiment of that name%s"
              .formatted(name, NearestName.hint(name, names())));
    }
    return text(name);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Library.class.getResourceAsStream(FOLDER + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the program lacks its own file " + name, e);
    }
  }
}
