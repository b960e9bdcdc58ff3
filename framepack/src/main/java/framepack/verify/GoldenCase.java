package framepack.verify;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.MemoryBudget;
import framepack.tensor.core.DType;
import framepack.tensor.io.SafeTensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A folder of reference data: `case.json` (kind), `config.json` (settings), `io.safetensors` (inputs `in.*`, outputs
/// `out.*` with their float64 re-run `out64.*`, intermediate values `tap.*`), `tolerance.json`, and whatever else its
/// kind names. Nothing depends on the name of the folder.
public final class GoldenCase implements AutoCloseable {
  private static final String CASE = "case.json";

  private final Path folder;
  private final JsonNode description;
  private final JsonNode config;
  private final JsonNode tolerances;
  private final SafeTensors io;
  private final MemoryBudget memory;

  private GoldenCase(Path folder, JsonNode description, MemoryBudget memory) {
    this.folder = folder;
    this.description = description;
    this.memory = memory;
    this.config = CaseFiles.object(folder.resolve("config.json"));
    Path tolerance = folder.resolve("tolerance.json");
    this.tolerances = Files.exists(tolerance) ? CaseFiles.object(tolerance) : null;
    this.io = SafeTensors.open(folder.resolve("io.safetensors"));
  }

  /// Whether a folder claims to be a case.
  static boolean isCase(Path folder) {
    return Files.exists(folder.resolve(CASE));
  }

  /// The kind that `case.json` names.
  static String kind(Path folder) {
    JsonNode kind = CaseFiles.object(folder.resolve(CASE)).get("kind");
    if (kind == null || !kind.isString()) {
      throw new CaseException(folder.resolve(CASE) + ": must name the kind as a text");
    }
    return kind.stringValue();
  }

  static GoldenCase open(Path folder, MemoryBudget memory) {
    return new GoldenCase(folder, CaseFiles.object(folder.resolve(CASE)), memory);
  }

  public Path folder() {
    return folder;
  }

  /// The settings of the case.
  public JsonNode config() {
    return config;
  }

  /// For the weights of a model.
  public MemoryBudget memory() {
    return memory;
  }

  /// The tensors of `io.safetensors`.
  public SafeTensors io() {
    return io;
  }

  public boolean has(String name) {
    return io.contains(name);
  }

  /// The tensor `in.NAME`, in the current workspace.
  public Tensor in(String name) {
    return Workspace.current().adopt(io.view("in." + name));
  }

  /// Names that start with `prefix`, in the order of the file.
  public List<String> names(String prefix) {
    return io.names().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  /// A setting; an error if the case lacks it.
  public JsonNode setting(String name) {
    JsonNode value = config.get(name);
    if (value == null) {
      throw new CaseException(folder.resolve("config.json") + ": lacks '" + name + "'");
    }
    return value;
  }

  /// The tolerance of a tensor: 0 for integers, else from `tolerance.json`, else from `case.json`; NaN if neither has one.
  public double tolerance(String name, DType dtype) {
    if (!dtype.isFloating()) {
      return 0;
    }
    JsonNode own = tolerances == null ? null : tolerances.get(name);
    JsonNode value =
        own == null ? description.get("tolerance") : own.get("tolerance_max_abs_over_max");
    return value != null && value.isNumber() ? value.doubleValue() : Double.NaN;
  }

  @Override
  public void close() {
    io.close();
  }
}
