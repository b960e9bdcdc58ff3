package framepack.verify.kind;

import framepack.verify.CaseException;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Lists of numbers in the settings of a case.
final class Settings {
  private Settings() {}

  static long[] longs(JsonNode list) {
    if (!list.isArray() || !list.valueStream().allMatch(JsonNode::isIntegralNumber)) {
      throw new CaseException("settings: expected a list of whole numbers, got " + list);
    }
    return list.valueStream().mapToLong(JsonNode::longValue).toArray();
  }

  static int[] ints(JsonNode list) {
    long[] longs = longs(list);
    return IntStream.range(0, longs.length).map(i -> Math.toIntExact(longs[i])).toArray();
  }
}
