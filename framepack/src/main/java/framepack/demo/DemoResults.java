package framepack.demo;

import framepack.experiment.ClipExperiment;
import framepack.experiment.DriftExperiment;
import framepack.experiment.MemoryExperiment;
import framepack.experiment.dataset.ClipDataset;
import framepack.experiment.dataset.StripBank;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a demo has finished so far, every list in the order of the plan.
public final class DemoResults {
  private ClipDataset clip;
  private final SortedMap<Integer, ClipExperiment.Outcome> clips = new TreeMap<>();
  private final SortedMap<Integer, MemoryExperiment.Outcome> memories = new TreeMap<>();
  private StripBank carousel;
  private final SortedMap<Integer, DriftExperiment.Outcome> drifts = new TreeMap<>();
  private SectionCost cost;
  private double seconds;
  private boolean finished;

  /// The clip as latents; null before it is decoded.
  public ClipDataset clip() {
    return clip;
  }

  public List<ClipExperiment.Outcome> clips() {
    return List.copyOf(clips.values());
  }

  public List<MemoryExperiment.Outcome> memories() {
    return List.copyOf(memories.values());
  }

  /// The carousel's strips; null before the drift stage.
  public StripBank carousel() {
    return carousel;
  }

  public List<DriftExperiment.Outcome> drifts() {
    return List.copyOf(drifts.values());
  }

  /// Null before it is measured.
  public SectionCost cost() {
    return cost;
  }

  /// Wall seconds so far.
  public double seconds() {
    return seconds;
  }

  /// Whether everything planned is done.
  public boolean finished() {
    return finished;
  }

  void clip(int place, ClipExperiment.Outcome outcome) {
    clips.put(place, outcome);
  }

  void memory(int place, MemoryExperiment.Outcome outcome) {
    memories.put(place, outcome);
  }

  void drift(int place, DriftExperiment.Outcome outcome) {
    drifts.put(place, outcome);
  }

  void clip(ClipDataset decoded) {
    clip = decoded;
  }

  void carousel(StripBank bank) {
    carousel = bank;
  }

  void cost(SectionCost measured) {
    cost = measured;
  }

  void seconds(double elapsed) {
    seconds = elapsed;
  }

  void finish() {
    finished = true;
  }
}
