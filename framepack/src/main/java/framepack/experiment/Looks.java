package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.Strip;
import framepack.experiment.dataset.StripBank;
import framepack.experiment.metric.Loop;
import framepack.experiment.metric.MsSsim;
import framepack.experiment.metric.Psnr;
import framepack.experiment.metric.Quality;
import framepack.experiment.metric.QualityDrift;
import framepack.experiment.metric.SectionPsnr;
import framepack.experiment.metric.SquaredError;
import framepack.experiment.metric.Ssim;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// How generated videos look along time, beyond their error: structure against the truth at the phase that suits each section
/// best, and qualities that need no truth. Of the first 8 videos, for it takes seconds.
///
/// @param similarity SSIM of each section, mean over videos
/// @param scales MS-SSIM of each section, mean over videos
/// @param loop PSNR in dB of every frame against the one a period before it
/// @param qualities by what they measure
public record Looks(
    double[] similarity, double[] scales, double loop, Map<Quality, QualityDrift> qualities) {
  private static final int VIDEOS = 8;

  /// @param strips what each video is of
  /// @param made z, the one given frame first
  /// @param section frames of a section
  static Looks of(StripBank bank, List<Strip> strips, List<Frames> made, int section) {
    int videos = Math.min(VIDEOS, made.size());
    int frames = made.getFirst().frames() - 1;
    double[] similarity = new double[frames / section];
    double[] scales = new double[similarity.length];
    List<SquaredError> loops = new ArrayList<>();
    List<Frames> pixels = new ArrayList<>();
    List<Frames> truths = new ArrayList<>();
    for (int i = 0; i < videos; i++) {
      Strip strip = strips.get(i);
      Frames latents = bank.norm().invert(made.get(i).slice(1, frames));
      int[] phases = SectionPsnr.bestPhases(latents, strip, 1, section);
      Frames video = bank.codec().decode(latents);
      for (int s = 0; s < phases.length; s++) {
        long at = 1 + (long) s * section + phases[s];
        Frames truth = bank.codec().decode(strip.window(at, section));
        Frames own = video.slice(s * section, section);
        similarity[s] += Ssim.of(truth, own) / videos;
        scales[s] += MsSsim.of(truth, own) / videos;
      }
      if (frames > strip.period()) {
        loops.add(Loop.error(latents, strip.period()));
      }
      pixels.add(video);
      truths.add(bank.codec().decode(strip.window(1, 2 * strip.period())));
    }
    Map<Quality, QualityDrift> qualities = new EnumMap<>(Quality.class);
    for (Quality quality : Quality.values()) {
      qualities.put(quality, QualityDrift.of(quality, pixels, truths, section));
    }
    return new Looks(similarity, scales, Psnr.pooled(loops), qualities);
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
