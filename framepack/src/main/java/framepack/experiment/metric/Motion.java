package framepack.experiment.metric;

import framepack.experiment.dataset.Frames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/// How far a frame's content moved since the frame before, in pixels: the median length over 16x16 blocks of light, each
/// matched where the sum of absolute differences is least, up to 16 pixels either way. Among equals the shortest motion
/// counts, so nothing seems to move where nothing is to be seen.
public final class Motion {
  private static final int BLOCK = 16;
  private static final int REACH = 16;
  private static final List<int[]> SHORTEST_FIRST = shortestFirst();

  private Motion() {}

  /// Motion from frame `frame - 1` to `frame` (from 1) of pixels [3, T, H, W]; not a number if no block fits.
  public static double of(Frames pixels, int frame) {
    double[][] before = Light.of(pixels, frame - 1);
    double[][] now = Light.of(pixels, frame);
    List<Double> lengths = new ArrayList<>();
    for (int y = 0; y + BLOCK <= now.length; y += BLOCK) {
      for (int x = 0; x + BLOCK <= now[y].length; x += BLOCK) {
        lengths.add(length(before, now, y, x));
      }
    }
    return new Median().evaluate(lengths.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double length(double[][] before, double[][] now, int y, int x) {
    double least = Double.POSITIVE_INFINITY;
    double length = 0;
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
    return length;
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
