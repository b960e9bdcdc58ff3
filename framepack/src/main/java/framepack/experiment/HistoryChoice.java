package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.order.Section;
import framepack.order.SectionPlan;
import java.util.Collections;
import java.util.List;

/// Which frames of a video a section's packed history shows.
@FunctionalInterface
public interface HistoryChoice {
  /// The frames next to the section, as the packing's name says.
  HistoryChoice NEAREST = (_, section, videos) -> Collections.nCopies(videos.size(), section);

  /// The section as each of these videos [C, T, h, w] is shown it.
  List<Section> sections(SectionPlan plan, Section section, List<Frames> videos);
}
