package framepack.demo;

import framepack.experiment.ClipExperiment;
import framepack.experiment.DriftExperiment;
import framepack.experiment.dataset.Frames;
import framepack.media.Clip;
import framepack.media.FrameRate;
import framepack.media.Mp4Writer;
import framepack.media.PlaneOrder;
import framepack.media.Y4m;
import java.nio.file.Path;

/// The demo's videos: mp4 for looking at, y4m (lossless) for measuring.
///
/// @param results what they show
/// @param rate frames a second of the clip as it was kept
public record DemoVideos(DemoResults results, FrameRate rate) {
  private static final FrameRate CAROUSEL_RATE = FrameRate.of(8);

  /// The clip itself.
  public Clip truth() {
    return clip(results.clip().pixels(), rate);
  }

  /// A continuation of the clip.
  public Clip of(ClipExperiment.Outcome outcome) {
    return clip(outcome.continuation(), rate);
  }

  /// The first test video of the carousel, through the codec.
  public Clip carousel() {
    var bank = results.carousel();
    int frames = results.drifts().getFirst().example().frames();
    var strip = bank.test(bank.periods().getFirst()).getFirst();
    return clip(bank.decode(bank.window(strip, 0, frames)), CAROUSEL_RATE);
  }

  /// The first test video as a variant made it.
  public Clip of(DriftExperiment.Outcome outcome) {
    return clip(results.carousel().decode(outcome.example()), CAROUSEL_RATE);
  }

  private static Clip clip(Frames pixels, FrameRate rate) {
    return Clip.fromPlanar(
        pixels.values(), PlaneOrder.CTHW, pixels.frames(), pixels.rows(), pixels.columns(), rate);
  }

  /// Writes every video there is into `folder`, each as mp4 and y4m.
  public void write(Path folder) {
    if (results.clip() != null) {
      write(folder, "clip", truth());
    }
    for (ClipExperiment.Outcome outcome : results.clips()) {
      write(folder, "clip-" + outcome.spec(), of(outcome));
    }
    if (!results.drifts().isEmpty()) {
      write(folder, "carousel", carousel());
    }
    for (DriftExperiment.Outcome outcome : results.drifts()) {
      write(folder, "carousel-" + outcome.variant().spec(), of(outcome));
    }
  }

  private static void write(Path folder, String name, Clip clip) {
    Mp4Writer.write(folder.resolve(name + ".mp4"), clip, "");
    Y4m.write(folder.resolve(name + ".y4m"), clip);
  }
}
