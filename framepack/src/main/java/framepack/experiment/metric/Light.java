package framepack.experiment.metric;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;

/// The light of a frame: the mean of its three channels, [rows][columns].
final class Light {
  private Light() {}

  static double[][] of(Frames pixels, int frame) {
    if (pixels.channels() != 3 || pixels.rows() < 2 || pixels.columns() < 2) {
      throw new DatasetError(
          "light: expected 3 channels of at least 2x2 pixels, got %s".formatted(pixels));
    }
    double[][] light = new double[pixels.rows()][pixels.columns()];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < light.length; y++) {
        int row = pixels.index(c, frame, y, 0);
        for (int x = 0; x < light[y].length; x++) {
          light[y][x] += pixels.values()[row + x] / 3.0;
        }
      }
    }
    return light;
  }
}
