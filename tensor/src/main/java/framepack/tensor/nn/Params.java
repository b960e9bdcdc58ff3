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
/// ([#load], [#loadTrainable]), from an initialisation ([#create]), or is a shape without values ([#blank]). [#scope]
/// descends into a sub-module.
public final class Params {
  /// Where weights come from.
  private interface Source {
    Tensor weight(String name, Init init, Shape shape);

    /// Names that are there whether asked for or not.
    default List<String> offered() {
      return List.of();
    }
  }

  private final Workspace home;
  private final Source source;
  private final Map<String, Tensor> taken;
  private final String prefix;

  private Params(Workspace home, Source source, Map<String, Tensor> taken, String prefix) {
    this.home = home;
    this.source = source;
    this.taken = taken;
    this.prefix = prefix;
  }

  private Params(Workspace home, Source source) {
    this(home, source, new LinkedHashMap<>(), "");
  }

  /// Weights as a checkpoint stores them; `home` owns what has to be converted or uploaded.
  public static Params load(Map<String, View> file, Workspace home) {
    return new Params(home, new Checkpoint(new TreeMap<>(file), home, false));
  }

  /// As [#load], but every weight becomes f32 memory of `home`, so that it can be trained in place.
  public static Params loadTrainable(Map<String, View> file, Workspace home) {
    return new Params(home, new Checkpoint(new TreeMap<>(file), home, true));
  }

  /// Fresh weights. Each depends on `seed` and its name only, not on the order of construction.
  public static Params create(Workspace home, long seed) {
    return new Params(
        home,
        (name, init, shape) -> {
          float[] values = new float[Math.toIntExact(shape.elements())];
          init.fill(values, shape, new Philox(seed, name.hashCode(), 0));
          return Tensor.of(home, values, shape.toArray());
        });
  }

  /// Weights of one type without values: what planning on the `meta` backend needs of a model of any size.
  public static Params blank(Workspace home, DType dtype) {
    return new Params(home, (_, _, shape) -> home.allocate(new Spec(dtype, shape)));
  }

  /// The weights of a sub-module, for example `transformer_blocks.0`.
  public Params scope(String name) {
    return new Params(home, source, taken, prefix + name + ".");
  }

  /// A weight in its stored floating type (f32, bf16 or f16), as matrix products take it.
  public Tensor get(String name, Init init, long... extents) {
    Tensor tensor = source.weight(prefix + name, init, Shape.of(extents));
    taken.put(prefix + name, tensor);
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

  /// All weights taken so far by name, in the order of construction.
  public Map<String, Tensor> named() {
    return Collections.unmodifiableMap(taken);
  }

  /// Fails if the checkpoint holds weights the model did not ask for.
  public void requireAllUsed() {
    List<String> unknown = new ArrayList<>(source.offered());
    unknown.removeAll(taken.keySet());
    if (!unknown.isEmpty()) {
      String first = unknown.getFirst();
      throw new WeightMismatch(
          "%d weight(s) of the checkpoint are unknown to the model, the first is '%s'%s"
              .formatted(unknown.size(), first, NearestName.hint(first, taken.keySet())));
    }
  }

  /// Weights from a file, as they lie there or as f32 copies.
  private record Checkpoint(TreeMap<String, View> file, Workspace home, boolean copies)
      implements Source {
    @Override
    public Tensor weight(String name, Init init, Shape shape) {
      View view = file.get(name);
      if (view == null) {
        throw new WeightMismatch(
            "weight '%s' is missing from the checkpoint%s"
                .formatted(name, NearestName.hint(name, file.keySet())));
      }
      if (!view.shape().equals(shape)) {
        throw new WeightMismatch(
            "weight '%s': the model needs %s, the checkpoint has %s"
                .formatted(name, shape, view.shape()));
      }
      if (!view.dtype().isFloating()) {
        throw new WeightMismatch(
            "weight '%s' has type %s, expected floats".formatted(name, view.dtype()));
      }
      return copies ? copied(view) : home.adopt(view);
    }

    private Tensor copied(View view) {
      Tensor copy = home.allocate(new Spec(DType.F32, view.shape()));
      try (Workspace scratch = Workspace.detached(home.backend())) {
        copy.copyFromInPlace(scratch.adopt(view));
      }
      return copy;
    }

    @Override
    public List<String> offered() {
      return List.copyOf(file.keySet());
    }
  }
}
