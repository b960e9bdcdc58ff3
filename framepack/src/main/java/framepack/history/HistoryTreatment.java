package framepack.history;

import framepack.experiment.dataset.Frames;
import framepack.pack.Level;
import framepack.pack.PackSpec;
import framepack.tensor.Tensor;
import framepack.tensor.random.Philox;
import java.util.Optional;

/// What is done to the history before a model sees it, in training and in sampling: first noise, then discretisation. The
/// frames to make are never touched, and frames that do not exist yet stay exact zeros.
///
/// @param trained noise on generated frames in training
/// @param sampled noise on generated frames in sampling
/// @param guidance history guidance
/// @param discretizer present for `+d` packings
public record HistoryTreatment(
    HistoryNoise trained,
    HistoryNoise sampled,
    HistoryGuidance guidance,
    Optional<HistoryDiscretizer> discretizer) {
  /// The history as it is.
  public static final HistoryTreatment NONE = noise(HistoryNoise.NONE, HistoryNoise.NONE);

  /// All of the history, given frames too, replaced by noise.
  private static final HistoryNoise FULL = HistoryNoise.fixed(HistoryNoise.Form.MIX, 1);

  /// Noise only.
  public static HistoryTreatment noise(HistoryNoise trained, HistoryNoise sampled) {
    return new HistoryTreatment(trained, sampled, HistoryGuidance.NONE, Optional.empty());
  }

  /// The same with another guidance.
  public HistoryTreatment with(HistoryGuidance other) {
    return new HistoryTreatment(trained, sampled, other, discretizer);
  }

  /// The same with discretisation.
  public HistoryTreatment with(HistoryDiscretizer other) {
    return new HistoryTreatment(trained, sampled, guidance, Optional.of(other));
  }

  /// Refuses a packing whose name states something else.
  ///
  /// @throws CodebookException if the name has `+d` and there is no codebook, or the other way round
  public void requireStatedBy(PackSpec spec) {
    if (spec.discrete() != discretizer.isPresent()) {
      throw new CodebookException(
          spec.discrete()
              ? "packing %s: '+d' needs a codebook for its history; fit one or leave out '+d'"
                  .formatted(spec)
              : "packing %s: a codebook is given, but the name has no '+d'; add it or leave out the codebook"
                  .formatted(spec));
    }
  }

  /// A true video [C, T, h, w] as training shows its history.
  ///
  /// @param given frames at its front that sampling is given too
  public NoisedVideo training(Frames video, int given, Philox draws) {
    return guidance.drops(draws) ? without(video, draws) : trained.noised(video, given, draws);
  }

  /// A video as sampling shows its history.
  ///
  /// @param given frames at its front that were not generated
  public NoisedVideo sampling(Frames video, int given, Philox draws) {
    return sampled.noised(video, given, draws);
  }

  /// The history of the negative prediction: nothing of it is left.
  public NoisedVideo without(Frames video, Philox draws) {
    return FULL.noised(video, 0, draws);
  }

  /// Latents [b, C, t, h, w] of one context level as the model is given them. An anchor is given like a start frame.
  public Tensor context(Tensor latents, Level.Role role) {
    boolean given = role == Level.Role.START || role == Level.Role.ANCHOR;
    return discretizer.filter(d -> d.start() || !given).map(d -> d.apply(latents)).orElse(latents);
  }
}
