package framepack.experiment;

import framepack.noise.TimeShift;

/// How noisy the frames of a section are at a time of the denoising, which runs from 1 down to 0. The model is told one number
/// from which all levels follow.
public sealed interface SectionNoise {
  /// The time of training at quantile `u` of 0..1, for sections of so many frames.
  double time(double u, int frames);

  /// The level of every frame at a time.
  double[] levels(double time, int frames);

  /// What the model is told, 0..1.
  double told(double time);

  /// All frames alike: flow matching as FramePack has it.
  record Equal(TimeShift shift) implements SectionNoise {
    @Override
    public double time(double u, int frames) {
      return u;
    }

    @Override
    public double[] levels(double time, int frames) {
      double[] levels = new double[frames];
      java.util.Arrays.fill(levels, shift.sigma(time));
      return levels;
    }

    @Override
    public double told(double time) {
      return shift.sigma(time);
    }
  }

  /// Noise that rises along the section (Ruhe et al., "Rolling Diffusion Models", arXiv:2402.09470): frame `j` of `W` is at
  /// `min(1, j / W + t)` before the shift. From 1 to `1 / W` the first window of a video is made; between `1 / W` and 0 its
  /// first frame becomes clean while the others come one frame closer, whereupon the window moves on by a frame.
  ///
  /// Training spends half of its draws on either stretch.
  record Rolling(TimeShift shift) implements SectionNoise {
    @Override
    public double time(double u, int frames) {
      double rolling = 1.0 / frames;
      return u < 0.5 ? 2 * u * rolling : rolling + (2 * u - 1) * (1 - rolling);
    }

    @Override
    public double[] levels(double time, int frames) {
      double[] levels = new double[frames];
      for (int j = 0; j < frames; j++) {
        double level = Math.min(1, (double) j / frames + time);
        levels[j] = level > 0 ? shift.sigma(level) : 0;
      }
      return levels;
    }

    @Override
    public double told(double time) {
      return time;
    }
  }
}
