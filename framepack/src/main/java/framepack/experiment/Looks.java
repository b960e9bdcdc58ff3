package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.experiment.metric.FrameNetwork;
import framepack.experiment.metric.MsSsim;
import framepack.experiment.metric.Quality;
import framepack.experiment.metric.QualityDrift;
import framepack.experiment.metric.Ssim;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// How generated videos look along time, beyond their error: structure against the truth, and qualities that need no truth.
/// Of the first 8 videos, for it takes seconds.
///
/// @param similarity SSIM of each section, mean over videos
/// @param scales MS-SSIM of each section, mean over videos
/// @param qualities by what they measure
/// @param made pixels of the videos
/// @param truths what each of their frames should have been
public record Looks(
    double[] similarity,
    double[] scales,
    Map<Quality, QualityDrift> qualities,
    List<Frames> made,
    List<Frames> truths) {
  /// So many videos are looked at.
  static final int VIDEOS = 8;

  /// @param made pixels of whole sections
  /// @param truths what each frame should have been
  /// @param kinds what each video is of, for its colours and features
  /// @param section frames of a section
  static Looks of(List<Frames> made, List<Frames> truths, List<Frames> kinds, int section) {
    double[] similarity = new double[made.getFirst().frames() / section];
    double[] scales = new double[similarity.length];
    for (int i = 0; i < made.size(); i++) {
      for (int s = 0; s < similarity.length; s++) {
        Frames truth = truths.get(i).slice(s * section, section);
        Frames own = made.get(i).slice(s * section, section);
        similarity[s] += Ssim.of(truth, own) / made.size();
        scales[s] += MsSsim.of(truth, own) / made.size();
      }
    }
    Map<Quality, QualityDrift> qualities = new EnumMap<>(Quality.class);
    for (Quality quality : Quality.values()) {
      qualities.put(quality, QualityDrift.of(quality, made, kinds, section));
    }
    return new Looks(similarity, scales, qualities, made, truths);
  }

  /// How different from the truth the frames look to a network, along time.
  public QualityDrift to(FrameNetwork network) {
    List<double[]> distances = new ArrayList<>();
    for (int i = 0; i < made.size(); i++) {
      distances.add(network.distance(truths.get(i), made.get(i)));
    }
    int section = made.getFirst().frames() / similarity.length;
    return QualityDrift.of(distances, 0, section);
  }

  /// How much moves, relative to the truth.
  public double dynamics() {
    QualityDrift motion = qualities.get(Quality.MOTION);
    double sum = 0;
    for (double section : motion.curve()) {
      sum += section / motion.curve().length;
    }
    return sum / motion.truth();
  }
}
