package framepack.model;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.MemoryBudget;
import framepack.tensor.core.View;
import framepack.tensor.io.AtomicFile;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.BlockMemory;
import framepack.tensor.nn.BlockStream;
import framepack.tensor.nn.Params;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// A transformer on disk, laid out as diffusers does: `config.json` beside one or several safetensors files. Opening maps
/// the weights and reads none; they stay in their stored type, and where their memory is limited to less than they take,
/// blocks stream ([BlockStream]). Whoever opens it closes it after the last use of the model.
///
/// @param <M> the model
public final class Checkpoint<M> implements AutoCloseable {
  /// The file that describes the model.
  public static final String CONFIG = "config.json";

  private static final String WEIGHTS = "model.safetensors";

  private final SafeTensors file;
  private final Workspace home;
  private final Optional<BlockStream> stream;
  private final Params params;
  private final M model;

  private Checkpoint(
      Path place,
      Backend backend,
      MemoryBudget memory,
      Predicate<String> wanted,
      Function<Params, M> model) {
    file = SafeTensors.open(place);
    home = Workspace.detached(backend);
    Optional<BlockStream> opened = Optional.empty();
    try {
      Map<String, View> views = views(file);
      views.keySet().removeIf(wanted.negate());
      opened = stream(place, views, backend, memory, model);
      params =
          opened.isPresent() ? Params.stream(views, home, opened.get()) : Params.load(views, home);
      this.model = model.apply(params);
    } catch (RuntimeException e) {
      opened.ifPresent(BlockStream::close);
      home.close();
      file.close();
      throw e;
    }
    stream = opened;
  }

  /// The stream that keeps weights within `memory`, if they do not all fit; an error if it does not either.
  private static Optional<BlockStream> stream(
      Path place,
      Map<String, View> views,
      Backend backend,
      MemoryBudget memory,
      Function<Params, ?> model) {
    if (memory.equals(MemoryBudget.UNLIMITED)) {
      return Optional.empty();
    }
    try (MetaBackend meta = new MetaBackend();
        Workspace sketch = Workspace.detached(meta)) {
      Params shapes = Params.load(views, sketch);
      model.apply(shapes);
      BlockMemory blocks = shapes.blockMemory();
      if (memory.holds(sketch.usedBytes())) {
        return Optional.empty();
      }
      if (memory.holds(blocks.bytes())) {
        return Optional.of(new BlockStream(blocks, backend));
      }
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: the weights take %,d bytes, block by block %,d (%,d that stay, the largest block twice is %,d), at least the smaller is needed; %,d are given",
              place,
              sketch.usedBytes(),
              blocks.bytes(),
              blocks.resident(),
              blocks.slots(),
              memory.bytes()));
    }
  }

  /// Opens a folder, or one of its weight files (`.safetensors`, `.safetensors.index.json`).
  ///
  /// @param memory for the weights, on the device or of the file; [IllegalArgumentException] with numbers where that is too
  ///     little
  /// @param model makes the model from its weights; called once more on shapes where memory is limited
  public static <M> Checkpoint<M> open(
      Path place, Backend backend, MemoryBudget memory, Function<Params, M> model) {
    return open(place, backend, memory, _ -> true, model);
  }

  /// The same without the weights whose names are not `wanted`: what released files hold and no code reads.
  public static <M> Checkpoint<M> open(
      Path place,
      Backend backend,
      MemoryBudget memory,
      Predicate<String> wanted,
      Function<Params, M> model) {
    return new Checkpoint<>(place, backend, memory, wanted, model);
  }

  /// The keys of the `config.json` that belongs to a folder or to one of its weight files.
  public static ConfigKeys config(Path place) {
    return ConfigKeys.read(
        Files.isDirectory(place) ? place.resolve(CONFIG) : place.resolveSibling(CONFIG));
  }

  /// Writes a folder that [#open] reads; it must not exist or be empty, and appears whole or not at all.
  ///
  /// @param config the text of its `config.json`
  public static void save(Path folder, String config, Map<String, Tensor> weights) {
    AtomicFile.writeFolder(
        folder,
        inside -> {
          SafeTensorsWriter writer = new SafeTensorsWriter().metadata("format", "pt");
          weights.forEach(writer::add);
          writer.write(inside.resolve(WEIGHTS));
          AtomicFile.write(inside.resolve(CONFIG), config + "\n");
        });
  }

  /// All tensors of a file by name, as [Params] takes them.
  public static Map<String, View> views(SafeTensors file) {
    Map<String, View> views = new LinkedHashMap<>();
    for (String name : file.names()) {
      views.put(name, file.view(name));
    }
    return views;
  }

  public M model() {
    return model;
  }

  /// The weights by name.
  public Map<String, Tensor> weights() {
    return params.named();
  }

  @Override
  public void close() {
    stream.ifPresent(BlockStream::close);
    home.close();
    file.close();
  }
}
