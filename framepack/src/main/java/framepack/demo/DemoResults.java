package framepack.demo;

import framepack.experiment.ClipExperiment;
import framepack.experiment.DriftExperiment;
import framepack.experiment.MemoryExperiment;
import framepack.experiment.dataset.ClipDataset;
import framepack.experiment.dataset.StripBank;
import java.util.ArrayList;
import java.util.List;

/// What a demo has finished so far.
public final class DemoResults {
  private ClipDataset clip;
  private final List<ClipExperiment.Outcome> clips = new ArrayList<>();
  private final List<MemoryExperiment.Outcome> memories = new ArrayList<>();
  private StripBank carousel;
  private final List<DriftExperiment.Outcome> drifts = new ArrayList<>();
  private SectionCost cost;
  private double seconds;
  private boolean finished;

  /// The clip as latents; null before it is decoded.
  public ClipDataset clip() {
    return clip;
  }

  public List<ClipExperiment.Outcome> clips() {
    return clips;
  }

  public List<MemoryExperiment.Outcome> memories() {
    return memories;
  }

  /// The carousel's strips; null before the drift stage.
  public StripBank carousel() {
    return carousel;
  }

  public List<DriftExperiment.Outcome> drifts() {
    return drifts;
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
