package framepack.experiment;

import framepack.experiment.HistoryExample.Origin;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Draws;
import framepack.experiment.dataset.Frames;
import java.util.List;

/// Noise on history frames that the model makes itself when sampling, so that training does not
/// trust them blindly. Missing and given frames are left exactly as they are.
///
/// One level s ~ U(low, high) an example, e standard normal. `MIX` h ↦ (1-s)h + s·e shrinks the
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
      throw new DatasetError(
          "history noise: expected levels 0 <= low <= high <= 1, got %s and %s"
              .formatted(low, high));
    }
  }

  /// The same level always, as in sampling.
  public static HistoryNoise fixed(Form form, double level) {
    return new HistoryNoise(form, level, level);
  }

  public HistoryExample apply(HistoryExample example, Draws draws) {
    return example.withHistory(apply(example.history(), example.origins(), draws));
  }

  /// History [C, H, h, w] → the same with noise on the `GENERATED` frames.
  public Frames apply(Frames history, List<Origin> origins, Draws draws) {
    double level = draws.uniform(low, high);
    if (level == 0) return history;
    Frames out = history.slice(0, history.frames());
    float keep = form == Form.MIX ? (float) (1 - level) : 1;
    int plane = history.rows() * history.columns();
    for (int t = 0; t < history.frames(); t++) {
      if (origins.get(t) != Origin.GENERATED) continue;
      for (int c = 0; c < history.channels(); c++) {
        int from = out.index(c, t, 0, 0);
        for (int i = from; i < from + plane; i++) {
          out.values()[i] = keep * out.values()[i] + (float) (level * draws.gaussian());
        }
      }
    }
    return out;
  }
}
