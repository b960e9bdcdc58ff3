package framepack.experiment.metric;

import framepack.experiment.dataset.Frames;

/// Fréchet distance of the colours of frames to those of another video, all pixels alike wherever they are: 0 for the same
/// palette, and d² if all colours are d away.
public final class Colours {
  private final Gaussian reference;

  /// @param reference pixels [3, T, H, W]
  public Colours(Frames reference) {
    this.reference = Gaussian.of(points(reference, 0, reference.frames()));
  }

  /// Distance of one frame of pixels [3, T, H, W].
  public double distance(Frames pixels, int frame) {
    return Gaussian.of(points(pixels, frame, 1)).frechet(reference);
  }

  private static double[][] points(Frames pixels, int first, int count) {
    int plane = pixels.rows() * pixels.columns();
    double[][] points = new double[count * plane][pixels.channels()];
    for (int c = 0; c < pixels.channels(); c++) {
      int from = pixels.index(c, first, 0, 0);
      for (int i = 0; i < points.length; i++) {
        points[i][c] = pixels.values()[from + i];
      }
    }
    return points;
  }
}
