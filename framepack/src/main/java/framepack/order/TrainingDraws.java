package framepack.order;

import framepack.pack.PackSpec;
import framepack.pack.Tail;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// Draws sections to train on, spread as sampling will meet them.
///
/// The plan of a draw says how long a true clip must be (`plan.latents()`); the section says which
/// of its frames are context and which are the target.
///
/// - vanilla: one section; with probability `truncated` only `1 .. H-1` of `H` history frames exist; if the packing
///   sees its tail or `far` is set, a full history has up to `longest-1` sections before it, `longest` = last length
/// - forward with start: section `0 .. longest-1` after the known start, `longest` = last length
/// - inverted and endpoint: a length from `lengths`, any of its sections; with probability `edges`
///   one of the first and the last two, which are rare in long videos but met in every one
///
/// @param spec the packing
/// @param lengths numbers of sections to draw from, ascending
/// @param truncated probability of a short history (vanilla)
/// @param edges probability of an edge section (inverted, endpoint)
/// @param order which section comes next
/// @param far true if frames beyond the packed history exist although it has no tail: a history by importance is chosen
///     from them (vanilla)
/// @param anchors frames of every video that are given, anywhere among those to make
public record TrainingDraws(
    PackSpec spec,
    List<Integer> lengths,
    double truncated,
    double edges,
    SamplingOrder order,
    boolean far,
    int anchors) {

  /// Draws in the order that the packing's name implies, without anchors.
  public TrainingDraws(PackSpec spec, List<Integer> lengths, double truncated, double edges) {
    this(spec, lengths, truncated, edges, SamplingOrder.of(spec), false, 0);
  }

  /// The same with frames beyond the packed history.
  public TrainingDraws withFarHistory() {
    return new TrainingDraws(spec, lengths, truncated, edges, order, true, anchors);
  }

  /// The same in another order.
  public TrainingDraws with(SamplingOrder other) {
    return new TrainingDraws(spec, lengths, truncated, edges, other, far, anchors);
  }

  /// The same with so many anchors in every video.
  public TrainingDraws withAnchors(int count) {
    return new TrainingDraws(spec, lengths, truncated, edges, order, far, count);
  }

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
    if (anchors < 0 || anchors > shortest(spec, lengths)) {
      throw new IllegalArgumentException(
          "training draws: expected 0..%d anchors, the frames of the shortest video, got %d"
              .formatted(shortest(spec, lengths), anchors));
    }
  }

  /// Frames made in the shortest video that may be drawn.
  private static int shortest(PackSpec spec, List<Integer> lengths) {
    boolean any =
        spec.order() == PackSpec.Order.VANILLA || spec.order() == PackSpec.Order.FORWARD_START;
    return spec.generated() * (any ? 1 : lengths.getFirst());
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
        int earlier = reachesBack() && full ? random.nextInt(mostEarlier() + 1) : 0;
        yield draw(1, known + earlier, 0, random);
      }
      case FORWARD_START -> {
        int index = random.nextInt(lengths.getLast());
        yield draw(index + 1, spec.startFrames(), index, random);
      }
      case INVERTED -> {
        int sections = lengths.get(random.nextInt(lengths.size()));
        int known = order.startsFromText() ? 0 : spec.startFrames();
        yield draw(sections, known, index(sections, random), random);
      }
      case ENDPOINT -> {
        int sections = lengths.get(random.nextInt(lengths.size()));
        yield draw(sections, knownHistory(random), index(sections, random), random);
      }
    };
  }

  /// Latent frames of the longest video that may be drawn.
  public int longest() {
    int known = spec.startFrames() > 0 ? spec.startFrames() : spec.historyFrames();
    boolean single = spec.order() == PackSpec.Order.VANILLA && !reachesBack();
    return known + (single ? 1 : lengths.getLast()) * spec.generated();
  }

  private boolean reachesBack() {
    return far || spec.tailRule() != Tail.DELETE;
  }

  private int mostEarlier() {
    return (lengths.getLast() - 1) * spec.generated();
  }

  private Draw draw(int sections, int known, int index, RandomGenerator random) {
    SectionPlan plan = new SectionPlan(spec, sections, known, order, Anchors.NONE);
    Set<Integer> given = new TreeSet<>();
    while (given.size() < anchors) {
      given.add(known + random.nextInt(sections * spec.generated()));
    }
    SectionPlan anchored = plan.with(new Anchors(List.copyOf(given), Anchors.View.ALWAYS));
    return new Draw(anchored, anchored.section(index));
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
