package framepack.tensor.nn;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The weights of a model by their checkpoint names. A layer asks for what it needs; the answer comes from a file
/// ([#load]) or from an initialisation ([#create]). [#scope] descends into a sub-module.
public final class Params {
  private final Workspace home;
  private final Map<String, View> file; // null: initialise
  private final long seed;
  private final Map<String, Tensor> taken;
  private final String prefix;

  private Params(
      Workspace home, Map<String, View> file, long seed, Map<String, Tensor> taken, String prefix) {
    this.home = home;
    this.file = file;
    this.seed = seed;
    this.taken = taken;
    this.prefix = prefix;
  }

  /// Weights from a checkpoint; `home` owns what has to be converted or uploaded.
  public static Params load(Map<String, View> file, Workspace home) {
    return new Params(home, new TreeMap<>(file), 0, new LinkedHashMap<>(), "");
  }

  /// Fresh weights. Each depends on `seed` and its name only, not on the order of construction.
  public static Params create(Workspace home, long seed) {
    return new Params(home, null, seed, new LinkedHashMap<>(), "");
  }

  /// The weights of a sub-module, for example `transformer_blocks.0`.
  public Params scope(String name) {
    return new Params(home, file, seed, taken, prefix + name + ".");
  }

  /// A weight in its stored floating type (f32, bf16 or f16), as matrix products take it.
  public Tensor get(String name, Init init, long... extents) {
    String full = prefix + name;
    Shape shape = Shape.of(extents);
    Tensor tensor = file == null ? initialised(full, init, shape) : loaded(full, shape);
    taken.put(full, tensor);
    return tensor;
  }

  /// A weight in f32 whatever the file holds: biases, norms.
  public Tensor getF32(String name, Init init, long... extents) {
    Tensor stored = get(name, init, extents);
    if (stored.dtype() == DType.F32) {
      return stored;
    }
    Tensor converted = home.allocate(new Spec(DType.F32, stored.shape()));
    converted.copyFromInPlace(stored);
    taken.put(prefix + name, converted);
    return converted;
  }

  private Tensor initialised(String name, Init init, Shape shape) {
    float[] values = new float[Math.toIntExact(shape.elements())];
    init.fill(values, shape, new Philox(seed, name.hashCode(), 0));
    return Tensor.of(home, values, shape.toArray());
  }

  private Tensor loaded(String name, Shape shape) {
    View view = file.get(name);
    if (view == null) {
      throw new WeightMismatch(
          "weight '" + name + "' is missing from the checkpoint" + nearest(name, file.keySet()));
    }
    if (!view.shape().equals(shape)) {
      throw new WeightMismatch(
          "weight '"
              + name
              + "': the model needs "
              + shape
              + ", the checkpoint has "
              + view.shape());
    }
    if (!view.dtype().isFloating()) {
      throw new WeightMismatch(
          "weight '" + name + "' has type " + view.dtype() + ", expected floats");
    }
    return home.adopt(view);
  }

  /// All weights taken so far by name, in the order of construction.
  public Map<String, Tensor> named() {
    return Collections.unmodifiableMap(taken);
  }

  /// Fails if the checkpoint holds weights the model did not ask for.
  public void requireAllUsed() {
    if (file == null) {
      return;
    }
    List<String> unknown = new ArrayList<>(file.keySet());
    unknown.removeAll(taken.keySet());
    if (!unknown.isEmpty()) {
      String first = unknown.getFirst();
      throw new WeightMismatch(
          unknown.size()
              + " weight(s) of the checkpoint are unknown to the model, the first is '"
              + first
              + "'"
              + nearest(first, taken.keySet()));
    }
  }

  private static String nearest(String name, Iterable<String> names) {
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : names) {
      int distance = distance(name, candidate);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best == null ? "" : "; the nearest known name is '" + best + "'";
  }

  /// Levenshtein distance.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int same = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(same, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
