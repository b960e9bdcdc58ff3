package framepack.cli;

import framepack.verify.CaseResult;
import framepack.verify.Verdict;
import framepack.verify.Verdict.Outcome;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How results of `framepack verify` look to people and to programs.
final class VerifyReport {
  private static final int NAME_WIDTH = 60;

  private VerifyReport() {}

  /// One line a tensor, aligned.
  static void table(CaseResult result, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s  %s (%s, %.2f s)%n",
        result.passed() ? "pass" : "MISS",
        result.name(),
        result.kind(),
        result.seconds());
    if (!result.problem().isEmpty()) {
      out.println("  " + result.problem());
    }
    int width =
        Math.clamp(
            result.verdicts().stream().mapToInt(v -> v.tensor().length()).max().orElse(0),
            1,
            NAME_WIDTH);
    for (Verdict verdict : result.verdicts()) {
      String line =
          String.format(
              Locale.ROOT,
              "  %-" + width + "s  error %-8s  tolerance %-8s  %-4s  %s",
              verdict.tensor(),
              number(verdict.error()),
              number(verdict.tolerance()),
              word(verdict.outcome()),
              verdict.note());
      out.println(line.stripTrailing());
    }
    out.flush();
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case PASS -> "pass";
      case MISS -> "MISS";
      case NOT_PRODUCED -> "-";
    };
  }

  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  /// The last line.
  static String summary(List<CaseResult> results) {
    long missed = results.stream().filter(result -> !result.passed()).count();
    long tensors = results.stream().mapToLong(r -> r.count(Outcome.PASS)).sum();
    long missedTensors = results.stream().mapToLong(r -> r.count(Outcome.MISS)).sum();
    return "%d cases: %d passed, %d missed; %d tensors passed, %d missed"
        .formatted(results.size(), results.size() - missed, missed, tensors, missedTensors);
  }

  /// All results as one JSON object.
  static void json(String device, List<CaseResult> results, PrintWriter out) {
    JsonMapper mapper = new JsonMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("device", device);
    ArrayNode cases = root.putArray("cases");
    for (CaseResult result : results) {
      ObjectNode node = cases.addObject();
      node.put("case", result.name());
      node.put("folder", result.folder().toString());
      node.put("kind", result.kind());
      node.put("passed", result.passed());
      node.put("seconds", result.seconds());
      if (!result.problem().isEmpty()) {
        node.put("problem", result.problem());
      }
      ArrayNode tensors = node.putArray("tensors");
      for (Verdict verdict : result.verdicts()) {
        ObjectNode tensor = tensors.addObject();
        tensor.put("name", verdict.tensor());
        tensor.put("verdict", verdict.outcome().name().toLowerCase(Locale.ROOT));
        put(tensor, "error", verdict.error());
        put(tensor, "tolerance", verdict.tolerance());
        if (!verdict.note().isEmpty()) {
          tensor.put("note", verdict.note());
        }
      }
    }
    root.put("passed", results.stream().allMatch(CaseResult::passed));
    root.put("summary", summary(results));
    out.println(mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root));
  }

  /// JSON has no word for infinite and undefined numbers: null.
  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }
}
