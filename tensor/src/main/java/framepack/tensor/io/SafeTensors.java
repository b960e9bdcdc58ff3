package framepack.tensor.io;

import framepack.tensor.core.Loans;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Named tensors in safetensors files, mapped into memory: opening costs the header, bytes are read when they are
/// touched, any size. Views live until [#close]; touching one afterwards is an `IllegalStateException`, and so is closing
/// while a device computes with one where it lies.
///
/// Everything a file claims is checked on opening; a file that lies is a [SafeTensorsException].
public final class SafeTensors implements AutoCloseable {
  private static final List<String> USUAL =
      List.of("diffusion_pytorch_model.safetensors", "model.safetensors");

  private final Path path;
  private final Arena arena;
  private final Map<String, SafeTensorsFile> fileOf;
  private final Map<String, String> metadata;
  private final Loans loans;
  private boolean closed;

  private SafeTensors(Path path, Arena arena, List<SafeTensorsFile> files, Set<String> order) {
    this.path = path;
    this.loans = new Loans(path.toString());
    this.arena = arena;
    Map<String, SafeTensorsFile> unordered = new LinkedHashMap<>();
    this.metadata = new LinkedHashMap<>();
    for (SafeTensorsFile file : files) {
      file.header().entries().keySet().forEach(name -> unordered.put(name, file));
      file.header().metadata().forEach(metadata::putIfAbsent);
    }
    this.fileOf = new LinkedHashMap<>();
    order.forEach(name -> fileOf.put(name, unordered.get(name)));
  }

  /// Opens a `.safetensors` file, a `.safetensors.index.json` with its shards, or a folder that holds one of these.
  public static SafeTensors open(Path path) {
    Path chosen = Files.isDirectory(path) ? inFolder(path) : path;
    Arena arena = Arena.ofShared();
    try {
      return chosen.toString().endsWith(SafeTensorsIndex.SUFFIX)
          ? openShards(SafeTensorsIndex.read(chosen), arena)
          : openOne(SafeTensorsFile.map(chosen, arena), arena);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static SafeTensors openOne(SafeTensorsFile file, Arena arena) {
    return new SafeTensors(file.path(), arena, List.of(file), file.header().entries().keySet());
  }

  private static SafeTensors openShards(SafeTensorsIndex index, Arena arena) {
    Map<String, SafeTensorsFile> shards = new LinkedHashMap<>();
    for (String shard : new LinkedHashSet<>(index.shardOf().values())) {
      Path file = index.path().resolveSibling(shard);
      if (!Files.exists(file)) {
        throw new SafeTensorsException(
            index.path(), "lists the shard " + shard + ", which is missing; get it again");
      }
      shards.put(shard, SafeTensorsFile.map(file, arena));
    }
    index.shardOf().forEach((name, shard) -> checkListed(index, shards, name, shard));
    shards.forEach((shard, file) -> {
      for (String name : file.header().entries().keySet()) {
        if (!shard.equals(index.shardOf().get(name))) {
          throw new SafeTensorsException(
              index.path(),
              name,
              "is in %s, but not listed there; get the index again".formatted(shard));
        }
      }
    });
    return new SafeTensors(
        index.path(), arena, List.copyOf(shards.values()), index.shardOf().keySet());
  }

  private static void checkListed(
      SafeTensorsIndex index, Map<String, SafeTensorsFile> shards, String name, String shard) {
    if (shards.get(shard).header().entries().containsKey(name)) {
      return;
    }
    String elsewhere =
        shards.keySet().stream()
            .filter(other -> shards.get(other).header().entries().containsKey(name))
            .findFirst()
            .map(other -> "; it is in " + other)
            .orElse(" nor anywhere else");
    throw new SafeTensorsException(
        index.path(),
        name,
        "is listed in %s, which does not hold it%s; get the index again"
            .formatted(shard, elsewhere));
  }

  private static Path inFolder(Path folder) {
    List<Path> indexes = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> inside = Files.list(folder)) {
      inside
          .sorted()
          .forEach(path -> {
            if (path.toString().endsWith(SafeTensorsIndex.SUFFIX)) {
              indexes.add(path);
            } else if (path.toString().endsWith(".safetensors")) {
              files.add(path);
            }
          });
    } catch (IOException e) {
      throw SafeTensorsFile.unreadable(folder, e);
    }
    List<Path> candidates = indexes.isEmpty() ? files : indexes;
    if (candidates.size() == 1) {
      return candidates.getFirst();
    }
    return candidates.stream()
        .filter(file -> USUAL.contains(file.getFileName().toString()))
        .findFirst()
        .orElseThrow(() -> new SafeTensorsException(folder, choice(candidates)));
  }

  private static String choice(List<Path> candidates) {
    return candidates.isEmpty()
        ? "holds no .safetensors file"
        : "holds several weight files; name one of them: "
            + String.join(
                ", ", candidates.stream().map(f -> f.getFileName().toString()).limit(8).toList());
  }

  /// What was opened: the file or the index.
  public Path path() {
    return path;
  }

  /// All names, in the order of the file or index.
  public Set<String> names() {
    return Collections.unmodifiableSet(fileOf.keySet());
  }

  public boolean contains(String name) {
    return fileOf.containsKey(name);
  }

  /// Type and shape of a tensor; an error if there is none of this name.
  public Spec spec(String name) {
    return file(name).header().entries().get(name).spec();
  }

  /// The tensor's bytes as they lie in the file, read-only, valid until [#close].
  public View view(String name) {
    if (closed) {
      throw new IllegalStateException(
          path + " is closed: read tensor '" + name + "' before, or copy it out");
    }
    return file(name).view(name, loans);
  }

  /// The texts of `__metadata__`; of shards, the first one that has a key counts.
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  private SafeTensorsFile file(String name) {
    SafeTensorsFile file = fileOf.get(name);
    if (file == null) {
      throw new SafeTensorsException(
          path, name, "is not in it; it has %d others".formatted(fileOf.size()));
    }
    return file;
  }

  /// Unmaps the files; an error as long as tensors of them lie in a workspace that borrowed them.
  @Override
  public void close() {
    if (!closed) {
      loans.close();
      closed = true;
      arena.close();
    }
  }
}
