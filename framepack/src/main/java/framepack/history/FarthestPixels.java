package framepack.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The pixels farthest from their codes, all different, farthest first; of equally far ones the first met.
final class FarthestPixels {
  private static final int MOST = 64;

  private record Pixel(double distance, float[] values) {}

  private final List<Pixel> held = new ArrayList<>();
  private double least;

  /// Keeps `rows[at .. at + channels)` if it is among the farthest and not at a distance of 0.
  void offer(double distance, float[] rows, int at, int channels) {
    if (!(distance > least)) {
      return;
    }
    float[] values = Arrays.copyOfRange(rows, at, at + channels);
    int place = held.size();
    for (int i = held.size() - 1; i >= 0; i--) {
      if (Arrays.equals(held.get(i).values(), values)) {
        return;
      }
      if (held.get(i).distance() < distance) {
        place = i;
      }
    }
    held.add(place, new Pixel(distance, values));
    if (held.size() > MOST) {
      held.removeLast();
    }
    if (held.size() == MOST) {
      least = held.getLast().distance();
    }
  }

  /// Takes out the farthest; null if there is none.
  float[] take() {
    return held.isEmpty() ? null : held.removeFirst().values();
  }
}
