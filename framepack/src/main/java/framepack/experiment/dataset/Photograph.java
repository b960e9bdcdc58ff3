package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// A photograph-like texture: dead leaves (Lee, Mumford, Huang, "Occlusion models for natural images", IJCV 2001). Discs that
/// fall on each other, their radius r from 1 to 40 px with density r⁻³, look alike at every scale as photographs do: their
/// power falls with frequency to the 2.3 (photographs: about 2), and edges are everywhere.
///
/// Light U(-0.8, 0.8), colour U(-0.25, 0.25) on top of it, wraps across. Detail is finer than one token of a compressed level
/// can carry, which the smooth world of [RevisitWorld] avoids.
///
/// @param side height and width of a frame in pixels
public record Photograph(int side) implements StripWorld {
  private static final double SMALLEST = 1;
  private static final double LARGEST = 40;

  /// Leaves for each pixel of area: each place is covered about five times.
  private static final double LEAVES = 0.25;

  public Photograph {
    StripWorld.check(side);
  }

  /// With frames of 64 x 64 pixels.
  public Photograph() {
    this(USUAL_SIDE);
  }

  @Override
  public String title() {
    return "photograph-like texture (dead leaves)";
  }

  @Override
  public long stream() {
    return 0x1EAF;
  }

  @Override
  public Frames paint(int period, Philox draws) {
    if (period < 1) {
      throw new DatasetError("%s: period %d: expected at least 1".formatted(title(), period));
    }
    Frames strip = Frames.zeros(3, 1, side, step() * period);
    long leaves = Math.round(LEAVES * side * strip.columns());
    for (long i = 0; i < leaves; i++) {
      double y = draws.nextDouble(0, side);
      double x = draws.nextDouble(0, strip.columns());
      double radius = radius(draws.nextDouble());
      double light = draws.nextDouble(-0.8, 0.8);
      double[] colour = new double[3];
      for (int c = 0; c < 3; c++) {
        colour[c] = Math.clamp(light + draws.nextDouble(-0.25, 0.25), -1, 1);
      }
      Disc.paint(strip, 0, y, x, radius, colour);
    }
    return strip;
  }

  /// Inverse of the distribution with density r⁻³ between the smallest and the largest.
  private static double radius(double u) {
    double low = 1 / (SMALLEST * SMALLEST);
    double high = 1 / (LARGEST * LARGEST);
    return 1 / Math.sqrt(low - u * (low - high));
  }
}
