package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.Strip;
import java.util.List;

/// PSNR of each section of a generated video of a periodic strip, over video time.
///
/// A video that slips by a frame stays a good video: each section is compared with the truth at
/// every phase of the period and the best counts.
public final class SectionPsnr {
  private SectionPsnr() {}

  /// dB per section. `made` are latents (not z) of frames `start` … of `strip`, whole sections.
  public static double[] bestOverPhases(Frames made, Strip strip, long start, int section) {
    int[] phases = bestPhases(made, strip, start, section);
    double[] best = new double[phases.length];
    for (int s = 0; s < best.length; s++) {
      best[s] = error(made, strip, start + phases[s], s, section).psnr();
    }
    return best;
  }

  /// By how many frames the truth that suits each section best is ahead of its exact time, 0 … period - 1.
  public static int[] bestPhases(Frames made, Strip strip, long start, int section) {
    int[] phases = new int[sections(made, section)];
    for (int s = 0; s < phases.length; s++) {
      double best = Double.NEGATIVE_INFINITY;
      for (int phase = 0; phase < strip.period(); phase++) {
        double psnr = error(made, strip, start + phase, s, section).psnr();
        if (psnr > best) {
          best = psnr;
          phases[s] = phase;
        }
      }
    }
    return phases;
  }

  /// Error of each section against the truth at its exact time.
  public static SquaredError[] atExactTime(Frames made, Strip strip, long start, int section) {
    SquaredError[] errors = new SquaredError[sections(made, section)];
    for (int s = 0; s < errors.length; s++) errors[s] = error(made, strip, start, s, section);
    return errors;
  }

  /// The mean curve of many videos: entry s is the mean of the videos' dB in section s.
  public static double[] mean(List<double[]> videos) {
    if (videos.isEmpty()) throw new DatasetError("section PSNR: no videos to average");
    double[] mean = new double[videos.getFirst().length];
    for (double[] video : videos) {
      if (video.length != mean.length) {
        throw new DatasetError(
            "section PSNR: videos of %d and %d sections have no mean curve"
                .formatted(mean.length, video.length));
      }
      for (int s = 0; s < mean.length; s++) mean[s] += video[s] / videos.size();
    }
    return mean;
  }

  private static SquaredError error(Frames made, Strip strip, long start, int s, int section) {
    Frames truth = strip.window(start + (long) s * section, section);
    return SquaredError.ofLatents(truth, made.slice(s * section, section));
  }

  private static int sections(Frames made, int section) {
    if (section < 1 || made.frames() % section != 0) {
      throw new DatasetError(
          "section PSNR: %s are not whole sections of %d frames".formatted(made, section));
    }
    return made.frames() / section;
  }
}
