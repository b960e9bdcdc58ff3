package framepack.tensor.io;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.InputCoercionException;

/// The JSON header of one file, believed only after every number in it was checked against the others and against the
/// size of the file: tensors fill the data part without gap or overlap, as the format demands.
record SafeTensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";
  private static final int MOST_TENSORS = 1 << 18;
  private static final int MOST_AXES = 32;
  private static final List<DType> TYPES =
      Stream.of(DType.values()).filter(type -> !type.isBlocks()).toList();

  /// One tensor: its bytes are `[begin, end)` of the data part.
  record Entry(Spec spec, long begin, long end) {}

  /// Reads and checks a header in front of `dataBytes` bytes of data.
  static SafeTensorsHeader parse(Path file, byte[] utf8, long dataBytes) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    StrictJson.readObject(
        file,
        "the header",
        utf8,
        json -> {
          for (String name = json.nextName(); name != null; name = json.nextName()) {
            if (name.equals(METADATA)) {
              readMetadata(file, json, metadata);
            } else {
              entries.put(name, readEntry(file, name, json));
            }
            if (entries.size() > MOST_TENSORS) {
              throw new SafeTensorsException(
                  file, "lists more than " + MOST_TENSORS + " tensors; split it into shards");
            }
          }
        });
    checkCover(file, entries, dataBytes);
    return new SafeTensorsHeader(entries, metadata);
  }

  private static void readMetadata(Path file, JsonParser json, Map<String, String> into) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new SafeTensorsException(file, METADATA + " must be an object of texts");
    }
    for (String key = json.nextName(); key != null; key = json.nextName()) {
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw new SafeTensorsException(
            file, METADATA + " entry " + SafeTensorsException.quoted(key) + " must be a text");
      }
      into.put(key, json.getString());
    }
  }

  private static Entry readEntry(Path file, String name, JsonParser json) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new SafeTensorsException(
          file, name, "must be an object with dtype, shape, data_offsets");
    }
    DType dtype = null;
    Shape shape = null;
    long[] offsets = null;
    for (String key = json.nextName(); key != null; key = json.nextName()) {
      json.nextToken();
      switch (key) {
        case "dtype" -> dtype = readDType(file, name, json);
        case "shape" -> shape = Shape.of(readNumbers(file, name, key, json));
        case "data_offsets" -> offsets = readNumbers(file, name, key, json);
        default ->
            throw new SafeTensorsException(
                file, name, "has an unknown field " + SafeTensorsException.quoted(key));
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw new SafeTensorsException(file, name, "lacks " + missing);
    }
    if (offsets.length != 2) {
      throw new SafeTensorsException(
          file, name, "needs data_offsets [begin, end], got " + Arrays.toString(offsets));
    }
    return checkedEntry(file, name, new Spec(dtype, shape), offsets[0], offsets[1]);
  }

  private static DType readDType(Path file, String name, JsonParser json) {
    String given = json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : "";
    return TYPES.stream()
        .filter(d -> d.name().equals(given))
        .findFirst()
        .orElseThrow(() ->
            new SafeTensorsException(
                file,
                name,
                "has dtype "
                    + SafeTensorsException.quoted(given)
                    + "; this program reads "
                    + TYPES.stream().map(DType::name).collect(Collectors.joining(", "))
                    + "; convert the file"));
  }

  private static long[] readNumbers(Path file, String name, String key, JsonParser json) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new SafeTensorsException(file, name, "needs a list of numbers as " + key);
    }
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      long number = -1;
      if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
        try {
          number = json.getLongValue();
        } catch (InputCoercionException _) {
          number = -1; // does not fit 64 bit
        }
      }
      if (number < 0 || numbers.size() == MOST_AXES) {
        throw new SafeTensorsException(
            file,
            name,
            "needs as %s at most %d whole numbers from 0 to 2^63-1".formatted(key, MOST_AXES));
      }
      numbers.add(number);
    }
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private static Entry checkedEntry(Path file, String name, Spec spec, long begin, long end) {
    long bytes;
    try {
      bytes = spec.bytes();
    } catch (ArithmeticException _) {
      throw new SafeTensorsException(file, name, spec + " has more elements than 64 bit can count");
    }
    if (begin > end || end - begin != bytes) {
      throw new SafeTensorsException(
          file,
          name,
          "%s takes %d bytes, but its data_offsets are [%d, %d]"
              .formatted(spec, bytes, begin, end));
    }
    return new Entry(spec, begin, end);
  }

  /// Tensors in order of their offsets must touch and reach exactly the end of the file.
  private static void checkCover(Path file, Map<String, Entry> entries, long dataBytes) {
    List<Map.Entry<String, Entry>> byOffset = new ArrayList<>(entries.entrySet());
    byOffset.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().begin())
            .thenComparingLong(e -> e.getValue().end()));
    long at = 0;
    for (var named : byOffset) {
      Entry entry = named.getValue();
      if (entry.end() > dataBytes) {
        throw new SafeTensorsException(
            file,
            named.getKey(),
            "ends at byte %d of the data, but the file holds %d; it is truncated or corrupt, get it again"
                .formatted(entry.end(), dataBytes));
      }
      if (entry.begin() != at) {
        String fault =
            entry.begin() < at ? "overlaps the tensor before it" : "leaves a gap before it";
        throw new SafeTensorsException(
            file,
            named.getKey(),
            "%s (begins at %d, expected %d); the file is corrupt, get it again"
                .formatted(fault, entry.begin(), at));
      }
      at = entry.end();
    }
    if (at != dataBytes) {
      throw new SafeTensorsException(
          file,
          "its tensors end at byte %d of the data, but the file holds %d; it is corrupt, get it again"
              .formatted(at, dataBytes));
    }
  }
}
