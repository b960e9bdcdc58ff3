package framepack.experiment;

import framepack.history.HistoryGuidance;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Attention;
import framepack.noise.TimeShift;
import framepack.order.TrainingDraws;
import framepack.pack.importance.FeatureSimilarity;
import framepack.pack.importance.HybridSimilarity;
import framepack.pack.importance.TimeProximity;
import framepack.sampler.Euler;

/// How a nano model attends, what it is shown and how it is noised, beyond its packing: FramePack as it is where nothing is
/// said, the alternatives of the paper's Table 2 otherwise. One trainer and one sampler serve them all.
public record Method(Network network, History history, Noise noise) {
  public static final Method FRAMEPACK = new Method(Network.PLAIN, History.NEAREST, Noise.PLAIN);

  /// Seconds pass at this rate for importance by time, as in the released models.
  private static final double FRAMES_PER_SECOND = 30;

  /// @param attention how tokens look at one another; `CAUSAL` is CausVid's
  /// @param sharedPatches one projection for all history kernels
  /// @param toldNoise the network is told how noisy its history is
  public record Network(Attention attention, boolean sharedPatches, boolean toldNoise) {
    static final Network PLAIN = new Network(Attention.FULL, false, false);
  }

  /// Which frames the packed history shows.
  public enum Choice {
    /// those next to the section
    NEAREST,
    /// those nearest in time, however far the packing reaches
    TIME,
    /// those most similar to the newest section
    SIMILARITY,
    /// similar or near
    HYBRID,
    /// any, but the same in every video of a run: a packing of equal token budget without a reason
    RANDOM
  }

  /// @param lambdaTime weight of time in `HYBRID`
  /// @param guidance history guidance
  /// @param codes K of packings with `+d`
  public record History(Choice choice, double lambdaTime, HistoryGuidance guidance, int codes) {
    static final History NEAREST = new History(Choice.NEAREST, 1, HistoryGuidance.NONE, 128);
  }

  /// @param trainingShift shift of the noise levels in training
  /// @param samplingShift the same in sampling
  /// @param rolling noise rises along the section (rolling diffusion)
  public record Noise(double trainingShift, double samplingShift, boolean rolling) {
    static final Noise PLAIN = new Noise(3, 3, false);
  }

  /// The choice of history frames of a run with this seed.
  HistoryChoice choice(long seed) {
    return switch (history.choice) {
      case NEAREST -> HistoryChoice.NEAREST;
      case TIME -> new ImportantHistory(new TimeProximity(), FRAMES_PER_SECOND);
      case SIMILARITY -> new ImportantHistory(new FeatureSimilarity(), FRAMES_PER_SECOND);
      case HYBRID ->
          new ImportantHistory(new HybridSimilarity(history.lambdaTime), FRAMES_PER_SECOND);
      case RANDOM -> new RandomHistory(seed);
    };
  }

  /// The codebook of packings with `+d`.
  TrainingCodebook codebook(long seed) {
    return new TrainingCodebook(history.codes, TrainingCodebook.FRAMES, seed);
  }

  /// Draws with frames beyond the packed history, if that is chosen from them.
  TrainingDraws reaching(TrainingDraws sections) {
    return history.choice == Choice.NEAREST ? sections : sections.withFarHistory();
  }

  /// Noise levels of training.
  SectionNoise trainingNoise() {
    return noise(noise.trainingShift);
  }

  /// The sampler of a model that was trained so.
  ///
  /// @param run seed of the training: a random history shows what it showed there
  /// @param draws seed of the noise
  public VideoSampler sampler(
      NanoModel model, int steps, HistoryTreatment treatment, long run, long draws) {
    TimeShift shift = TimeShift.of(noise.samplingShift);
    Rollout rollout = new Rollout(model, new Euler(), shift, steps, treatment, draws, choice(run));
    return noise.rolling ? new RollingRollout(rollout, noise(noise.samplingShift)) : rollout;
  }

  private SectionNoise noise(double shift) {
    TimeShift by = TimeShift.of(shift);
    return noise.rolling ? new SectionNoise.Rolling(by) : new SectionNoise.Equal(by);
  }
}
