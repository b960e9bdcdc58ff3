package framepack.tensor.io;

import framepack.tensor.Tensor;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Collects named tensors and writes them as a safetensors file or as shards, one after the other: nothing but the tensor being
/// written is copied. A file appears whole or not at all ([AtomicFile]).
///
/// ```java
/// new SafeTensorsWriter().metadata("format", "pt").add("weight", weight).write(path);
/// ```
public final class SafeTensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int CHUNK = 1 << 20;
  private static final JsonFactory JSON = new JsonFactory();

  private final Map<String, Part> parts = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private record Part(String name, Spec spec, Supplier<MemorySegment> bytes) {}

  /// Adds a text to `__metadata__`.
  public SafeTensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /// Adds a tensor, read when the file is written.
  public SafeTensorsWriter add(String name, Tensor tensor) {
    return add(name, tensor.spec(), () -> bytes(tensor));
  }

  /// Adds dense host memory, such as a mapped tensor of another file.
  public SafeTensorsWriter add(String name, View view) {
    if (!view.layout().isDense()) {
      throw new IllegalArgumentException(
          "safetensors: tensor '" + name + "' must be dense to be written, got " + view);
    }
    Spec spec = new Spec(view.dtype(), view.shape());
    return add(name, spec, () -> view.segment().asSlice(view.byteOffset(), spec.bytes()));
  }

  /// Adds a tensor whose dense little-endian bytes are asked for once, when their turn comes.
  public SafeTensorsWriter add(String name, Spec spec, Supplier<MemorySegment> bytes) {
    if (spec.dtype().isBlocks()) {
      throw new IllegalArgumentException(
          "safetensors: has no name for %s, the type of '%s'; write the numbers it was made from"
              .formatted(spec.dtype(), name));
    }
    if (name.equals(SafeTensorsHeader.METADATA) || parts.containsKey(name)) {
      throw new IllegalArgumentException(
          "safetensors: the name '" + name + "' is taken; give every tensor its own");
    }
    parts.put(name, new Part(name, spec, bytes));
    return this;
  }

  private static MemorySegment bytes(Tensor tensor) {
    View view = tensor.view();
    long bytes = tensor.spec().bytes();
    if (view.storage() instanceof HostStorage host && view.layout().isDense()) {
      return host.segment().asSlice(view.byteOffset(), bytes);
    }
    MemorySegment copy = Arena.ofAuto().allocate(bytes, ALIGNMENT);
    tensor.copyTo(copy);
    return copy;
  }

  /// Writes the file, replacing one that is there. Throws [OutputException].
  public void write(Path target) {
    write(target, List.copyOf(parts.values()));
  }

  /// Writes a new folder of `STEM-00001-of-0000N.safetensors` files of about `shardBytes` and their index. A tensor larger
  /// than that has a shard to itself. The folder appears whole or not at all; one that is there must be empty. Throws
  /// [OutputException].
  public void writeShards(Path folder, String stem, long shardBytes) {
    AtomicFile.writeFolder(folder, draft -> writeShards(draft, stem, shards(shardBytes)));
  }

  /// Writes into a folder that is being made ([AtomicFile#writeFolder]): one file `STEM.safetensors` if about `shardBytes`
  /// hold all, else shards and their index.
  public void writeInto(Path folder, String stem, long shardBytes) {
    List<List<Part>> shards = shards(shardBytes);
    if (shards.size() > 1) {
      writeShards(folder, stem, shards);
    } else {
      write(folder.resolve(stem + ".safetensors"));
    }
  }

  /// Bytes of all tensors.
  public long bytes() {
    return parts.values().stream().mapToLong(part -> part.spec().bytes()).sum();
  }

  private List<List<Part>> shards(long shardBytes) {
    List<List<Part>> shards = new ArrayList<>();
    long room = 0;
    for (Part part : parts.values()) {
      if (shards.isEmpty() || part.spec().bytes() > room) {
        shards.add(new ArrayList<>());
        room = shardBytes;
      }
      shards.getLast().add(part);
      room -= part.spec().bytes();
    }
    return shards;
  }

  private void writeShards(Path folder, String stem, List<List<Part>> shards) {
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String file = "%s-%05d-of-%05d.safetensors".formatted(stem, i + 1, shards.size());
      shards.get(i).forEach(part -> shardOf.put(part.name(), file));
      write(folder.resolve(file), shards.get(i));
    }
    AtomicFile.write(folder.resolve(stem + SafeTensorsIndex.SUFFIX), index(shardOf));
  }

  private void write(Path target, List<Part> unordered) {
    // Larger elements first, so that every tensor starts at a multiple of its element size.
    List<Part> ordered =
        unordered.stream()
            .sorted(Comparator.comparingInt((Part part) -> -part.spec().dtype().bytes()))
            .toList();
    byte[] header = header(ordered);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    AtomicFile.write(
        target,
        out -> {
          out.write(length.putLong(header.length).array());
          out.write(header);
          for (Part part : ordered) {
            copy(part, out);
          }
        });
  }

  private byte[] header(List<Part> ordered) {
    ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), utf8)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeName(SafeTensorsHeader.METADATA).writeStartObject();
        metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long at = 0;
      for (Part part : ordered) {
        long end = Math.addExact(at, part.spec().bytes());
        long[] shape = part.spec().shape().toArray();
        json.writeName(part.name()).writeStartObject();
        json.writeStringProperty("dtype", part.spec().dtype().name());
        json.writeName("shape").writeArray(shape, 0, shape.length);
        json.writeName("data_offsets").writeArray(new long[] {at, end}, 0, 2);
        json.writeEndObject();
        at = end;
      }
      json.writeEndObject();
    }
    while (utf8.size() % ALIGNMENT != 0) {
      utf8.write(' ');
    }
    return utf8.toByteArray();
  }

  private byte[] index(Map<String, String> shardOf) {
    ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), utf8)) {
      json.writeStartObject();
      json.writeName("metadata").writeStartObject();
      json.writeNumberProperty("total_size", bytes());
      json.writeEndObject();
      json.writeName("weight_map").writeStartObject();
      shardOf.forEach(json::writeStringProperty);
      json.writeEndObject();
      json.writeEndObject();
    }
    return utf8.toByteArray();
  }

  private static void copy(Part part, OutputStream out) throws IOException {
    MemorySegment bytes = part.bytes().get();
    if (bytes.byteSize() != part.spec().bytes()) {
      throw new IllegalStateException(
          "safetensors: tensor '%s' %s must have %d bytes, got %d"
              .formatted(part.name(), part.spec(), part.spec().bytes(), bytes.byteSize()));
    }
    byte[] chunk = new byte[(int) Math.min(CHUNK, Math.max(1, bytes.byteSize()))];
    for (long at = 0; at < bytes.byteSize(); at += chunk.length) {
      int length = (int) Math.min(chunk.length, bytes.byteSize() - at);
      MemorySegment.copy(bytes, at, MemorySegment.ofArray(chunk), 0, length);
      out.write(chunk, 0, length);
    }
  }
}
