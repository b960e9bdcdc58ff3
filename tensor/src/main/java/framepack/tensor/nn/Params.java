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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The weights of a model by their checkpoint names. A layer asks for what it needs; the answer comes from a file
/// ([#load], [#stream], [#loadTrainable]), from an initialisation ([#create]), or is a shape without values ([#blank]). [#scope]
/// descends into a sub-module.
public final class Params {
  /// Where weights come from.
  private interface Source {
    /// A weight in memory of `home`, or where the file lies.
    Tensor weight(String name, Init init, Shape shape, Workspace home);

    /// A weight that a model keeps.
    default Tensor kept(String name, Init init, Shape shape, Workspace home) {
      return weight(name, init, shape, home);
    }

    /// The type of a weight before it is converted.
    default DType stored(String name) {
      return DType.F32;
    }

    /// Names that are there whether asked for or not.
    default List<String> offered() {
      return List.of();
    }
  }

  private final Workspace home;
  private final Source source;
  private final Map<String, Tensor> taken;
  private final String prefix;
  private final Optional<DType> matrices;

  private Params(
      Workspace home,
      Source source,
      Map<String, Tensor> taken,
      String prefix,
      Optional<DType> matrices) {
    this.home = home;
    this.source = source;
    this.taken = taken;
    this.prefix = prefix;
    this.matrices = matrices;
  }

  private Params(Workspace home, Source source) {
    this(home, source, new LinkedHashMap<>(), "", Optional.empty());
  }

  /// Weights as a checkpoint stores them, which stays open until `home` is closed; that owns what has to be converted or
  /// uploaded.
  public static Params load(Map<String, View> file, Workspace home) {
    return new Params(home, new Checkpoint(new TreeMap<>(file), false));
  }

  /// As [#load], with the weights of blocks, unless they are converted, brought by `stream` when they are used.
  public static Params stream(Map<String, View> file, Workspace home, BlockStream stream) {
    return new Params(home, new Streamed(new Checkpoint(new TreeMap<>(file), false), stream));
  }

  /// As [#load], but every weight becomes f32 memory of `home`, so that it can be trained in place.
  public static Params loadTrainable(Map<String, View> file, Workspace home) {
    return new Params(home, new Checkpoint(new TreeMap<>(file), true));
  }

  /// Fresh weights. Each depends on `seed` and its name only, not on the order of construction.
  public static Params create(Workspace home, long seed) {
    return new Params(
        home,
        (name, init, shape, into) -> {
          float[] values = new float[Math.toIntExact(shape.elements())];
          init.fill(values, shape, new Philox(seed, name.hashCode(), 0));
          return Tensor.of(into, values, shape.toArray());
        });
  }

  /// Weights of one type without values: what planning on the `meta` backend needs of a model of any size.
  public static Params blank(Workspace home, DType dtype) {
    return new Params(home, new Blank(dtype));
  }

  /// The same weights, but those of [#matrix] become `type` in memory of their own, for example blocks of 8 or 4 bit, where
  /// their rows are whole blocks. They are read one by one, so that never two types of all of them are there.
  public Params withMatrices(DType type) {
    return new Params(home, source, taken, prefix, Optional.of(type));
  }

  /// The weights of a sub-module, for example `transformer_blocks.0`.
  public Params scope(String name) {
    return new Params(home, source, taken, prefix + name + ".", matrices);
  }

  /// A weight in its stored floating type (f32, bf16 or f16), as matrix products take it.
  public Tensor get(String name, Init init, long... extents) {
    Tensor tensor = source.kept(prefix + name, init, Shape.of(extents), home);
    taken.put(prefix + name, tensor);
    return tensor;
  }

  /// The weight [n, k] of a fully connected layer: as it is stored, or as [#withMatrices] says.
  public Tensor matrix(String name, Init init, long n, long k) {
    if (matrices.isEmpty() || k % matrices.get().block() != 0) {
      return get(name, init, n, k);
    }
    return converted(matrices.get(), name, init, Shape.of(n, k));
  }

  /// A weight in f32 whatever the file holds: biases, norms.
  public Tensor getF32(String name, Init init, long... extents) {
    return source.stored(prefix + name) == DType.F32
        ? get(name, init, extents)
        : converted(DType.F32, name, init, Shape.of(extents));
  }

  private Tensor converted(DType type, String name, Init init, Shape shape) {
    Tensor converted = home.allocate(new Spec(type, shape));
    try (Workspace scratch = Workspace.detached(home.backend())) {
      converted.copyFromInPlace(source.weight(prefix + name, init, shape, scratch));
    }
    taken.put(prefix + name, converted);
    return converted;
  }

  /// All weights taken so far by name, in the order of construction.
  public Map<String, Tensor> named() {
    return Collections.unmodifiableMap(taken);
  }

  /// What the weights taken so far need where those of blocks stream.
  public BlockMemory blockMemory() {
    long resident = 0;
    Map<String, Long> blocks = new HashMap<>();
    for (Map.Entry<String, Tensor> weight : taken.entrySet()) {
      long bytes = BlockStream.aligned(weight.getValue().spec().bytes());
      boolean asStored = weight.getValue().dtype() == source.stored(weight.getKey());
      Optional<String> block = BlockStream.block(weight.getKey()).filter(_ -> asStored);
      block.ifPresent(name -> blocks.merge(name, bytes, Long::sum));
      resident += block.isPresent() ? 0 : bytes;
    }
    return new BlockMemory(
        resident,
        blocks.values().stream().mapToLong(Long::longValue).max().orElse(0),
        blocks.values().stream().mapToLong(Long::longValue).sum());
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
  private record Checkpoint(TreeMap<String, View> file, boolean copies) implements Source {
    @Override
    public Tensor weight(String name, Init init, Shape shape, Workspace home) {
      View view = view(name, shape);
      return copies ? copied(view, home) : home.borrow(view).orElseGet(() -> home.adopt(view));
    }

    @Override
    public DType stored(String name) {
      View view = file.get(name);
      return view == null || copies ? DType.F32 : view.dtype();
    }

    private View view(String name, Shape shape) {
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
      return view;
    }

    private Tensor copied(View view, Workspace home) {
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

  /// Weights from a file, those of blocks by a stream.
  private record Streamed(Checkpoint checkpoint, BlockStream stream) implements Source {
    @Override
    public Tensor weight(String name, Init init, Shape shape, Workspace home) {
      return checkpoint.weight(name, init, shape, home);
    }

    @Override
    public Tensor kept(String name, Init init, Shape shape, Workspace home) {
      return stream
          .take(name, checkpoint.view(name, shape))
          .orElseGet(() -> weight(name, init, shape, home));
    }

    @Override
    public DType stored(String name) {
      return checkpoint.stored(name);
    }

    @Override
    public List<String> offered() {
      return checkpoint.offered();
    }
  }

  /// Shapes.
  private record Blank(DType stored) implements Source {
    @Override
    public Tensor weight(String name, Init init, Shape shape, Workspace home) {
      return home.allocate(new Spec(stored, shape));
    }

    @Override
    public DType stored(String name) {
      return stored;
    }
  }
}
