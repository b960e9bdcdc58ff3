package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// World DISC, for drift: discs and squares on a vertical gradient that turn past the camera.
///
/// The gradient runs between two colours U(-0.7, 0.7)³; on it round(1.67 · period · (side / 64)²) shapes with
/// centre anywhere, radius U(7, 16), colour U(-1, 1)³, disc or square at even odds (a square
/// measures 1.1 times the Chebyshev distance), its edge fading over one pixel on either side.
/// Later shapes cover earlier ones. With period 3 and sections of 3 frames every section starts at
/// the same phase.
///
/// @param side height and width of a frame in pixels
public record Carousel(int side) implements StripWorld {
  private static final double SHAPES_PER_FRAME = 1.67;
  private static final double SQUARE = 1.1;

  private record Patch(double y, double x, double radius, boolean square, double[] colour) {}

  public Carousel {
    StripWorld.check(side);
  }

  /// With frames of 64 x 64 pixels.
  public Carousel() {
    this(USUAL_SIDE);
  }

  @Override
  public String title() {
    return "carousel (DISC)";
  }

  @Override
  public long stream() {
    return 0xD15C;
  }

  @Override
  public Frames paint(int period, Philox draws) {
    if (period < 3) {
      throw new DatasetError("%s: period %d: expected at least 3".formatted(title(), period));
    }
    Frames strip = Frames.zeros(3, 1, side, step() * period);
    paintGradient(strip, colour(draws, 0.7), colour(draws, 0.7));
    double frames = (double) period * side * side / (USUAL_SIDE * USUAL_SIDE);
    long shapes = Math.round(SHAPES_PER_FRAME * frames);
    for (int i = 0; i < shapes; i++) {
      double x = draws.nextDouble(0, strip.columns());
      double y = draws.nextDouble(0, side);
      double radius = draws.nextDouble(7, 16);
      double[] colour = colour(draws, 1);
      paintPatch(strip, new Patch(y, x, radius, draws.nextInt(2) == 1, colour));
    }
    return strip;
  }

  private static double[] colour(Philox draws, double reach) {
    double[] colour = new double[3];
    for (int c = 0; c < 3; c++) colour[c] = draws.nextDouble(-reach, reach);
    return colour;
  }

  private static void paintGradient(Frames strip, double[] top, double[] bottom) {
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < strip.rows(); y++) {
        double down = y / (strip.rows() - 1.0);
        float value = (float) (top[c] + (bottom[c] - top[c]) * down);
        for (int x = 0; x < strip.columns(); x++) strip.values()[strip.index(c, 0, y, x)] = value;
      }
    }
  }

  private static void paintPatch(Frames strip, Patch patch) {
    for (int y = 0; y < strip.rows(); y++) {
      double dy = Math.abs(y + 0.5 - patch.y);
      for (int x = 0; x < strip.columns(); x++) {
        double direct = Math.abs(x + 0.5 - patch.x);
        double dx = Math.min(direct, strip.columns() - direct);
        double distance = patch.square ? SQUARE * Math.max(dx, dy) : Math.sqrt(dx * dx + dy * dy);
        double cover = Math.clamp((patch.radius - distance + 1) / 2, 0, 1);
        if (cover == 0) continue;
        for (int c = 0; c < 3; c++) {
          int at = strip.index(c, 0, y, x);
          float below = strip.values()[at];
          strip.values()[at] = (float) (below + (patch.colour[c] - below) * cover);
        }
      }
    }
  }
}
