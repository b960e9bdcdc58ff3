package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.tensor.random.Philox;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// A history of any existing frames: as many tokens as the packing has, spent without a reason. What a packing's order of
/// importance is worth is what it is better by.
///
/// The choice depends on (seed, number of frames to choose from) only, so that a model can learn it as it learns a packing.
public record RandomHistory(long seed) implements HistoryChoice {
  private static final long STREAM = 0x4A5;

  @Override
  public List<Section> sections(SectionPlan plan, Section section, List<Frames> videos) {
    List<Integer> candidates = section.candidates(plan.existing(section.index()));
    int[] order = IntStream.range(0, candidates.size()).toArray();
    new Philox(seed, STREAM, order.length).shuffle(order);
    List<Integer> shuffled = IntStream.of(order).mapToObj(candidates::get).toList();
    return Collections.nCopies(videos.size(), section.withHistory(shuffled));
  }
}
