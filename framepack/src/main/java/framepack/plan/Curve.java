package framepack.plan;

import java.util.List;

/// Measured seconds of one kind of call against its size. Between points the logarithms are joined by lines; a smaller
/// call takes as long as the smallest measured, a larger one as much longer as it is larger than the largest.
///
/// @param points at least one, ascending in size
public record Curve(List<Point> points) {
  /// @param size flops or bytes of a call
  /// @param seconds it took
  public record Point(double size, double seconds) {
    /// Size per second.
    public double rate() {
      return size / seconds;
    }
  }

  public Curve {
    points = List.copyOf(points);
    boolean sound = !points.isEmpty();
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      sound &= point.size > 0 && point.seconds > 0 && Double.isFinite(point.size + point.seconds);
      sound &= i == 0 || point.size > points.get(i - 1).size;
    }
    if (!sound) {
      throw new IllegalArgumentException(
          "curve: expected points of ascending positive sizes and positive seconds, got " + points);
    }
  }

  /// Seconds of a call of this size.
  public double seconds(double size) {
    Point first = points.getFirst();
    if (size <= first.size) {
      return size <= 0 ? 0 : first.seconds;
    }
    for (int i = 1; i < points.size(); i++) {
      Point to = points.get(i);
      if (size <= to.size) {
        Point from = points.get(i - 1);
        double part = Math.log(size / from.size) / Math.log(to.size / from.size);
        return from.seconds * Math.pow(to.seconds / from.seconds, part);
      }
    }
    Point last = points.getLast();
    return last.seconds * size / last.size;
  }

  /// Size per second of the largest call.
  public double ceiling() {
    return points.getLast().rate();
  }
}
