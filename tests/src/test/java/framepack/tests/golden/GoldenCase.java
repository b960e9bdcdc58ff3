package framepack.tests.golden;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A small golden case read by means of its own, so that it judges our reader too.
final class GoldenCase {
  private final Path folder;
  private final ByteBuffer bytes;
  private final JsonNode header;
  private final int start;

  private GoldenCase(Path folder) throws IOException {
    this.folder = folder;
    bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("io.safetensors")));
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(bytes.getLong(0));
    header =
        new ObjectMapper().readTree(new String(bytes.array(), 8, length, StandardCharsets.UTF_8));
    start = 8 + length;
  }

  static GoldenCase open(String name) throws IOException {
    return new GoldenCase(Path.of("golden", name));
  }

  JsonNode config() throws IOException {
    return new ObjectMapper().readTree(Files.readString(folder.resolve("config.json")));
  }

  int[] shape(String tensor) {
    JsonNode shape = entry(tensor).get("shape");
    return IntStream.range(0, shape.size()).map(i -> shape.get(i).asInt()).toArray();
  }

  float[] floats(String tensor) {
    int at = offset(tensor, "F32");
    float[] values = new float[count(tensor)];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloat(at + 4 * i);
    }
    return values;
  }

  int[] integers(String tensor) {
    int at = offset(tensor, "I64");
    return IntStream.range(0, count(tensor))
        .map(i -> Math.toIntExact(bytes.getLong(at + 8 * i)))
        .toArray();
  }

  boolean[] booleans(String tensor) {
    int at = offset(tensor, "BOOL");
    boolean[] values = new boolean[count(tensor)];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.get(at + i) != 0;
    }
    return values;
  }

  private int count(String tensor) {
    return IntStream.of(shape(tensor)).reduce(1, Math::multiplyExact);
  }

  private int offset(String tensor, String type) {
    if (!entry(tensor).get("dtype").asString().equals(type)) {
      throw new IllegalArgumentException(tensor + " is not " + type);
    }
    return start + entry(tensor).get("data_offsets").get(0).asInt();
  }

  private JsonNode entry(String tensor) {
    JsonNode entry = header.get(tensor);
    if (entry == null) {
      throw new IllegalArgumentException(folder + " has no tensor " + tensor);
    }
    return entry;
  }
}
