package framepack.experiment;

import framepack.guidance.Cfg;
import framepack.history.NoisedVideo;
import framepack.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/// A nano model that was shown the context of one section of several videos, with their history and without, and predicts
/// the velocity of the section's frames.
///
/// @param without the batch that knows no history; null where guidance needs none
record ShownSection(NanoModel model, Cfg guidance, SectionBatch with, SectionBatch without) {

  /// The batch, told of its history's noise if the model is.
  static SectionBatch told(NanoModel model, SectionBatch batch, List<NoisedVideo> videos) {
    return model.network().config().guidance()
        ? batch.told(videos.stream().mapToDouble(NoisedVideo::level).toArray())
        : batch;
  }

  /// Prediction for noisy frames `x` [batch, ...] at `timestep`, a thousand times what the model is told.
  Tensor seeing(Tensor x, double timestep) {
    return velocity(with, x, timestep);
  }

  /// The same with a history of noise.
  Tensor blind(Tensor x, double timestep) {
    return velocity(without, x, timestep);
  }

  /// Both, guided into one.
  Tensor guided(Tensor x, double timestep) {
    Tensor blind = guidance.needsNegative() ? blind(x, timestep) : null;
    return guidance.guide(seeing(x, timestep), blind);
  }

  private Tensor velocity(SectionBatch batch, Tensor x, double timestep) {
    float[] sigma = new float[Math.toIntExact(x.extent(0))];
    Arrays.fill(sigma, (float) (timestep / 1000));
    return model.network().forward(batch.input(x, Tensor.of(sigma, sigma.length)));
  }
}
