package framepack.experiment.metric;

import framepack.experiment.dataset.Frames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How far a frame's content moved since the frame before, in pixels: the mean length over 16x16 blocks of light, each
/// matched where the sum of absolute differences is least, up to 16 pixels either way. Among equals the shortest motion
/// counts, so nothing seems to move where nothing is to be seen. A block that was not there before, so that no place matches
/// it twice as well as its own, does not count; where none counts, nothing moved that could be followed.
public final class Motion {
  private static final int BLOCK = 16;
  private static final int REACH = 16;
  private static final List<int[]> SHORTEST_FIRST = shortestFirst();

  private Motion() {}

  /// Motion from frame `frame - 1` to `frame` (from 1) of pixels [3, T, H, W]; 0 if no block fits.
  public static double of(Frames pixels, int frame) {
    double[][] before = Light.of(pixels, frame - 1);
    double[][] now = Light.of(pixels, frame);
    double sum = 0;
    int followed = 0;
    for (int y = 0; y + BLOCK <= now.length; y += BLOCK) {
      for (int x = 0; x + BLOCK <= now[y].length; x += BLOCK) {
        double length = length(before, now, y, x);
        if (length >= 0) {
          sum += length;
          followed++;
        }
      }
    }
    return followed == 0 ? 0 : sum / followed;
  }

  /// Negative for a block that was not there before.
  private static double length(double[][] before, double[][] now, int y, int x) {
    double least = Double.POSITIVE_INFINITY;
    double length = 0;
    double own = difference(before, now, y, x, y, x, least);
    for (int[] move : SHORTEST_FIRST) {
      int fromY = y + move[0];
      int fromX = x + move[1];
      if (fromY < 0 || fromX < 0 || fromY + BLOCK > now.length || fromX + BLOCK > now[0].length) {
        continue;
      }
      double difference = difference(before, now, y, x, fromY, fromX, least);
      if (difference < least) {
        least = difference;
        length = Math.hypot(move[0], move[1]);
      }
    }
    return length == 0 || 2 * least <= own ? length : -1;
  }

  /// Given up once it is no longer the least.
  private static double difference(
      double[][] before, double[][] now, int y, int x, int fromY, int fromX, double least) {
    double sum = 0;
    for (int i = 0; i < BLOCK && sum < least; i++) {
      double[] a = now[y + i];
      double[] b = before[fromY + i];
      for (int j = 0; j < BLOCK; j++) sum += Math.abs(a[x + j] - b[fromX + j]);
    }
    return sum;
  }

  private static List<int[]> shortestFirst() {
    List<int[]> moves = new ArrayList<>();
    for (int y = -REACH; y <= REACH; y++) {
      for (int x = -REACH; x <= REACH; x++) moves.add(new int[] {y, x});
    }
    moves.sort(Comparator.comparingInt(move -> move[0] * move[0] + move[1] * move[1]));
    return moves;
  }
}
