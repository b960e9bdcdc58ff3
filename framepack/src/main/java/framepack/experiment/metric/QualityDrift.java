package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import java.util.ArrayList;
import java.util.List;

/// One quality of several videos over video time.
///
/// @param curve mean over the videos, one value a section
/// @param truth mean over the true videos and all their frames
/// @param drift mean over videos of the absolute start-end contrast, frame by frame
/// @param signed end minus start of the mean over videos
public record QualityDrift(double[] curve, double truth, double drift, double signed) {

  /// @param videos pixels [3, T, H, W] each, T a multiple of `section`
  /// @param truths what each video is of
  /// @param section frames of a section
  public static QualityDrift of(
      Quality quality, List<Frames> videos, List<Frames> truths, int section) {
    if (videos.isEmpty() || videos.size() != truths.size()) {
      throw new DatasetError(
          "quality of %d videos against %d true ones: expected one of each"
              .formatted(videos.size(), truths.size()));
    }
    List<double[]> frames = new ArrayList<>();
    double truth = 0;
    for (int i = 0; i < videos.size(); i++) {
      frames.add(quality.of(videos.get(i), truths.get(i)));
      truth += mean(quality.of(truths.get(i), truths.get(i))) / videos.size();
    }
    return of(frames, truth, section);
  }

  /// The same of values that are already known.
  ///
  /// @param frames one value a frame, by video
  /// @param truth mean over the true videos
  public static QualityDrift of(List<double[]> frames, double truth, int section) {
    double[] mean = SectionPsnr.mean(frames);
    return new QualityDrift(
        bySection(mean, section),
        truth,
        StartEndContrast.meanAbsolute(frames),
        StartEndContrast.of(mean).signed());
  }

  private static double[] bySection(double[] frames, int section) {
    double[] sections = new double[frames.length / section];
    for (int i = 0; i < sections.length * section; i++)
      sections[i / section] += frames[i] / section;
    return sections;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) sum += value / values.length;
    return sum;
  }
}
