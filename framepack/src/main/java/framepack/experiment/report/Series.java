package framepack.experiment.report;

/// One line of a [LineChart]. A value that is not finite leaves a gap.
///
/// @param x ascending
/// @param low lower edge of the band around `y` (an interval, a minimum), or empty for none
public record Series(
    String name,
    double[] x,
    double[] y,
    double[] low,
    double[] high,
    boolean dashed,
    boolean dots,
    int colour) {

  private static final int BY_POSITION = -1;

  public Series {
    if (x.length != y.length || low.length != high.length) {
      throw new IllegalArgumentException(
          "series '%s' has %d x, %d y, band of %d and %d: lengths must agree"
              .formatted(name, x.length, y.length, low.length, high.length));
    }
    if (low.length != 0 && low.length != x.length) {
      throw new IllegalArgumentException(
          "series '%s' has %d points and a band of %d".formatted(name, x.length, low.length));
    }
    x = x.clone();
    y = y.clone();
    low = low.clone();
    high = high.clone();
  }

  public static Series of(String name, double[] x, double[] y) {
    double[] none = {};
    return new Series(name, x, y, none, none, false, false, BY_POSITION);
  }

  /// At x = 0, 1, 2, ...
  public static Series of(String name, double[] y) {
    double[] x = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
    }
    return of(name, x, y);
  }

  public Series band(double[] from, double[] to) {
    return new Series(name, x, y, from, to, dashed, dots, colour);
  }

  public Series withDashes() {
    return new Series(name, x, y, low, high, true, dots, colour);
  }

  /// Marks each point; a colour has its own shape, for those who see no colours.
  public Series withDots() {
    return new Series(name, x, y, low, high, dashed, true, colour);
  }

  /// Colour 0 to 7 of the palette instead of the next one: for pairs that belong together.
  public Series inColour(int index) {
    return new Series(name, x, y, low, high, dashed, dots, index);
  }

  int colourAt(int position) {
    return Math.floorMod(colour == BY_POSITION ? position : colour, Legend.COLOURS);
  }
}
