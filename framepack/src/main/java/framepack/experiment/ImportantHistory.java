package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.pack.Tail;
import framepack.pack.importance.Candidates;
import framepack.pack.importance.Importance;
import framepack.tensor.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// A history of the most important of all existing frames (paper §3.2).
///
/// The paper does not say how the next section X^ is estimated: here it is the existing frames nearest in time to it, at
/// most as many as a section has, which is the newest section in all orders without endpoints. Frames that start,
/// endpoint or anchors show are not shown twice. What the history has no place for is the tail, where the packing sees it;
/// a frame that is not finite stays out of the tail, for it would spoil every token.
///
/// @param importance measure
/// @param framesPerSecond pixel frames per second of the video, for the measure's time term
public record ImportantHistory(Importance importance, double framesPerSecond)
    implements HistoryChoice {
  public ImportantHistory {
    if (!(framesPerSecond > 0 && framesPerSecond < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "important history: expected positive frames per second, got " + framesPerSecond);
    }
  }

  @Override
  public List<Section> sections(SectionPlan plan, Section section, List<Frames> videos) {
    List<Integer> existing = plan.existing(section.index());
    List<Integer> candidates = section.candidates(existing);
    if (candidates.isEmpty()) {
      return NEAREST.sections(plan, section, videos);
    }
    try (Workspace _ = Workspace.open(Workspace.current().backend())) {
      double[] seconds = candidates.stream().mapToDouble(this::start).toArray();
      Candidates history = candidates(videos, candidates, seconds);
      int[][] rankings = importance.ranking(history, estimate(section, existing, videos));
      List<Section> sections = new ArrayList<>();
      for (int i = 0; i < rankings.length; i++) {
        List<Integer> ranked = Arrays.stream(rankings[i]).mapToObj(candidates::get).toList();
        sections.add(section.withHistory(withoutSpoiledTail(ranked, plan.spec(), videos.get(i))));
      }
      return sections;
    }
  }

  private static List<Integer> withoutSpoiledTail(
      List<Integer> ranked, PackSpec spec, Frames video) {
    int packed = Math.min(spec.historyFrames(), ranked.size());
    if (spec.tailRule() == Tail.DELETE) {
      return ranked.subList(0, packed);
    }
    List<Integer> kept = new ArrayList<>(ranked.subList(0, packed));
    ranked.stream().skip(packed).filter(video::isFinite).forEach(kept::add);
    return kept;
  }

  /// X^: the frames nearest to the section, at the section's own time.
  private Candidates estimate(Section section, List<Integer> existing, List<Frames> videos) {
    List<Integer> nearest =
        existing.stream()
            .sorted(Comparator.comparingInt(frame -> distance(section, frame)))
            .limit(section.count())
            .toList();
    double[] seconds = new double[nearest.size()];
    Arrays.fill(seconds, start(section.first()));
    return candidates(videos, nearest, seconds);
  }

  private static int distance(Section section, int frame) {
    return section.frames().stream().mapToInt(own -> Math.abs(frame - own)).min().orElseThrow();
  }

  private static Candidates candidates(
      List<Frames> videos, List<Integer> frames, double[] seconds) {
    return new Candidates(
        SectionBatch.stacked(videos.size(), i -> videos.get(i).pick(frames)), seconds);
  }

  private double start(int frame) {
    return Candidates.start(frame, framesPerSecond);
  }
}
