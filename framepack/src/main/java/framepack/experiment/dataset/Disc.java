package framepack.experiment.dataset;

/// A disc whose edge fades over one pixel; it wraps across, as strips do.
final class Disc {
  private Disc() {}

  static void paint(
      Frames pixels, int frame, double centreY, double centreX, double radius, double[] colour) {
    int top = (int) Math.max(0, Math.floor(centreY - radius - 1));
    int bottom = (int) Math.min(pixels.rows() - 1, Math.ceil(centreY + radius + 1));
    int reach = (int) Math.min(Math.ceil(radius) + 1, (pixels.columns() - 1) / 2);
    for (int y = top; y <= bottom; y++) {
      double dy = y + 0.5 - centreY;
      for (int offset = -reach; offset <= reach; offset++) {
        int column = (int) Math.floor(centreX) + offset;
        double dx = column + 0.5 - centreX;
        double cover = Math.clamp(radius - Math.sqrt(dx * dx + dy * dy) + 0.5, 0, 1);
        if (cover > 0) {
          blend(pixels, frame, y, Math.floorMod(column, pixels.columns()), colour, cover);
        }
      }
    }
  }

  private static void blend(Frames pixels, int frame, int y, int x, double[] colour, double cover) {
    for (int c = 0; c < 3; c++) {
      int at = pixels.index(c, frame, y, x);
      float below = pixels.values()[at];
      pixels.values()[at] = (float) (below + (colour[c] - below) * cover);
    }
  }
}
