package framepack.order;

import framepack.pack.PackSpec;
import framepack.pack.Tail;
import java.util.List;
import java.util.random.RandomGenerator;

/// Draws sections to train on, spread as sampling will meet them.
///
/// The plan of a draw says how long a true clip must be (`plan.latents()`); the section says which
/// of its frames are context and which are the target.
///
/// - vanilla: one section; with probability `truncated` only `1 .. H-1` of `H` history frames exist; if the packing
///   sees its tail, a full history has a tail of up to `longest-1` sections, `longest` = last length
/// - forward with start: section `0 .. longest-1` after the known start, `longest` = last length
/// - inverted and endpoint: a length from `lengths`, any of its sections; with probability `edges`
///   one of the first and the last two, which are rare in long videos but met in every one
///
/// @param spec the packing
/// @param lengths numbers of sections to draw from, ascending
/// @param truncated probability of a short history (vanilla)
/// @param edges probability of an edge section (inverted, endpoint)
public record TrainingDraws(PackSpec spec, List<Integer> lengths, double truncated, double edges) {

  /// A section and the plan it belongs to.
  public record Draw(SectionPlan plan, Section section) {}

  public TrainingDraws {
    lengths = List.copyOf(lengths);
    boolean ascending = !lengths.isEmpty() && lengths.getFirst() >= 1;
    for (int i = 1; i < lengths.size(); i++) {
      ascending &= lengths.get(i) > lengths.get(i - 1);
    }
    if (!ascending || !isProbability(truncated) || !isProbability(edges)) {
      throw new IllegalArgumentException(
          ("training draws: expected ascending lengths >= 1 and probabilities, got lengths %s,"
                  + " truncated %s, edges %s")
              .formatted(lengths, truncated, edges));
    }
  }

  private static boolean isProbability(double value) {
    return value >= 0 && value <= 1;
  }

  /// The next section; the same generator state gives the same draw.
  public Draw next(RandomGenerator random) {
    return switch (spec.order()) {
      case VANILLA -> {
        int known = knownHistory(random);
        boolean full = known == spec.historyFrames();
        int tail = seesTail() && full ? random.nextInt(longestTail() + 1) : 0;
        yield draw(1, known + tail, 0);
      }
      case FORWARD_START -> {
        int index = random.nextInt(lengths.getLast());
        yield draw(index + 1, spec.startFrames(), index);
      }
      case INVERTED -> {
        int sections = lengths.get(random.nextInt(lengths.size()));
        yield draw(sections, spec.startFrames(), index(sections, random));
      }
      case ENDPOINT -> {
        int sections = lengths.get(random.nextInt(lengths.size()));
        yield draw(sections, knownHistory(random), index(sections, random));
      }
    };
  }

  /// Latent frames of the longest video that may be drawn.
  public int longest() {
    int known = spec.startFrames() > 0 ? spec.startFrames() : spec.historyFrames();
    boolean single = spec.order() == PackSpec.Order.VANILLA && !seesTail();
    return known + (single ? 1 : lengths.getLast()) * spec.generated();
  }

  private boolean seesTail() {
    return spec.tailRule() != Tail.DELETE;
  }

  private int longestTail() {
    return (lengths.getLast() - 1) * spec.generated();
  }

  private Draw draw(int sections, int known, int index) {
    SectionPlan plan = new SectionPlan(spec, sections, known);
    return new Draw(plan, plan.section(index));
  }

  private int knownHistory(RandomGenerator random) {
    int history = spec.historyFrames();
    boolean cut = random.nextDouble() < truncated && history > 1;
    return cut ? 1 + random.nextInt(history - 1) : history;
  }

  private int index(int sections, RandomGenerator random) {
    if (random.nextDouble() >= edges) {
      return random.nextInt(sections);
    }
    int edge = random.nextInt(3);
    return edge == 0 ? 0 : Math.max(sections - 3 + edge, 0);
  }
}
