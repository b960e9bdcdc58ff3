package framepack.experiment.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Seeds as they are written: `0..4` with both ends, a list, or one number.
final class Seeds {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})\\.\\.(\\d{1,6})");

  private Seeds() {}

  static List<Integer> of(Settings settings, List<Integer> absent) {
    ConfigNode node = settings.node("seeds").orElse(null);
    if (!(node instanceof ConfigNode.Scalar scalar) || scalar.text().matches("\\d+")) {
      List<Integer> seeds = settings.wholes("seeds", absent, 0);
      if (seeds.stream().distinct().count() < seeds.size()) {
        throw settings.wrong("seeds", node, "every seed once");
      }
      return seeds;
    }
    Matcher range = RANGE.matcher(scalar.text());
    if (range.matches()) {
      int first = Integer.parseInt(range.group(1));
      int last = Integer.parseInt(range.group(2));
      if (first <= last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
      }
    }
    throw settings.wrong("seeds", node, "a range such as 0..4, a list or a number");
  }
}
