package framepack.tensor.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonToken;

/// `*.safetensors.index.json`: which shard holds which tensor.
record SafeTensorsIndex(Path path, Map<String, String> shardOf) {
  static final String SUFFIX = ".safetensors.index.json";
  private static final long LONGEST = 100_000_000;

  static SafeTensorsIndex read(Path path) {
    Map<String, String> shardOf = new LinkedHashMap<>();
    StrictJson.readObject(
        path,
        "the index",
        bytes(path),
        json -> {
          for (String key = json.nextName(); key != null; key = json.nextName()) {
            json.nextToken();
            if (!key.equals("weight_map")) {
              json.skipChildren();
              continue;
            }
            if (json.currentToken() != JsonToken.START_OBJECT) {
              throw new SafeTensorsException(path, "weight_map must be an object");
            }
            for (String name = json.nextName(); name != null; name = json.nextName()) {
              boolean text = json.nextToken() == JsonToken.VALUE_STRING;
              shardOf.put(name, shard(path, name, text ? json.getString() : ""));
            }
          }
        });
    if (shardOf.isEmpty()) {
      throw new SafeTensorsException(path, "has no weight_map; it is not a safetensors index");
    }
    return new SafeTensorsIndex(path, shardOf);
  }

  private static byte[] bytes(Path path) {
    SafeTensorsFile.checkIsFile(path);
    try {
      if (Files.size(path) > LONGEST) {
        throw new SafeTensorsException(path, "is larger than an index can be");
      }
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw SafeTensorsFile.unreadable(path, e);
    }
  }

  /// Only files beside the index are shards: a name that leads elsewhere is refused.
  private static String shard(Path index, String tensor, String given) {
    boolean leadsAway =
        given.isEmpty()
            || given.startsWith(".")
            || given.chars().anyMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ');
    if (leadsAway) {
      throw new SafeTensorsException(
          index,
          tensor,
          "is listed in "
              + SafeTensorsException.quoted(given)
              + ", which is no file beside the index");
    }
    return given;
  }
}
