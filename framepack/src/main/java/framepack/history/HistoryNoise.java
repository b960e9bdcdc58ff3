package framepack.history;

import framepack.experiment.dataset.Frames;
import framepack.tensor.random.Philox;

/// Noise on frames that the model makes itself when sampling, so that training does not trust them
/// blindly. Given frames stay exactly as they are, and missing ones are no frames of the video.
///
/// One level s ~ U(low, high) a video, e standard normal. `MIX` h ↦ (1-s)h + s·e shrinks the
/// history on average: a model trained so and shown clean history overshoots in contrast.
/// `ADD` h ↦ h + s·e does not.
public record HistoryNoise(Form form, double low, double high) {
  public static final HistoryNoise NONE = new HistoryNoise(Form.ADD, 0, 0);

  /// How noise e of level s enters a frame h.
  public enum Form {
    MIX,
    ADD
  }

  public HistoryNoise {
    if (!(low >= 0 && low <= high && high <= 1)) {
      throw new IllegalArgumentException(
          "history noise: expected levels 0 <= low <= high <= 1, got %s and %s"
              .formatted(low, high));
    }
  }

  /// The same level always, as in sampling.
  public static HistoryNoise fixed(Form form, double level) {
    return new HistoryNoise(form, level, level);
  }

  /// `video` [C, T, h, w] with noise on every frame but the first `given`.
  public Frames apply(Frames video, int given, Philox draws) {
    return noised(video, given, draws).frames();
  }

  /// The same with the level that was drawn.
  public NoisedVideo noised(Frames video, int given, Philox draws) {
    double level = draws.nextDouble(low, high);
    if (level == 0) return new NoisedVideo(video, 0);
    Frames out = video.slice(0, video.frames());
    float keep = form == Form.MIX ? (float) (1 - level) : 1;
    int plane = video.rows() * video.columns();
    for (int t = given; t < video.frames(); t++) {
      for (int c = 0; c < video.channels(); c++) {
        int from = out.index(c, t, 0, 0);
        for (int i = from; i < from + plane; i++) {
          out.values()[i] = keep * out.values()[i] + (float) (level * draws.nextGaussian());
        }
      }
    }
    return new NoisedVideo(out, level);
  }
}
