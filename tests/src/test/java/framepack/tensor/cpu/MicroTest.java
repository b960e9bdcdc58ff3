package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Microkernels against double sums. The wide one as well on machines of narrower vectors, where it is slow and nothing else
/// would run it.
class MicroTest {
  private static final int FROM = 3;
  private static final int TO = 9;
  private static final int MOST = 64;
  private static final int STRIDE = Micro.ROW_STRIDE;

  private final Random random = new Random(5);

  @FunctionalInterface
  private interface Element {
    double at(int row, int column);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8, 17, MOST})
  void wide_tiles_agree_with_double_sums(int depth) {
    int rows = MicroWide.ROWS;
    int c = 32;
    float[] a = numbers(rows * STRIDE + FROM + 1);
    MemorySegment b = Arena.ofAuto().allocate(4L * (MOST + 2) * c, 64);
    MemorySegment.copy(numbers((MOST + 2) * c), 0, b, ValueLayout.JAVA_FLOAT, 0, (MOST + 2) * c);
    long[] runs = random.longs(FROM + depth, 0, (long) MOST * c).toArray();
    for (int i = 0; depth % 2 != 0 && i < rows; i++) {
      a[FROM + i * STRIDE + depth] = 0; // as rows are copied
    }
    check(
        rows,
        c,
        depth,
        (s, ss, t) -> MicroWide.multiply(depth, a, FROM, b, c, c, s, 0, ss, t, TO),
        (i, p) -> a[FROM + p * rows + i],
        (p, j) -> b.getAtIndex(ValueLayout.JAVA_FLOAT, c + (long) p * c + j));
    check(
        rows,
        c,
        depth,
        (s, ss, t) -> MicroWide.multiplyRows(depth, a, FROM, b, c, c, s, 0, ss, t, TO),
        (i, p) -> a[FROM + i * STRIDE + p],
        (p, j) -> b.getAtIndex(ValueLayout.JAVA_FLOAT, c + (long) p * c + j));
    check(
        rows,
        c,
        depth,
        (s, ss, t) -> MicroWide.multiplyRuns(depth, a, FROM, b, 20, runs, FROM, s, 0, ss, t, TO),
        (i, p) -> a[FROM + p * rows + i],
        (p, j) -> b.getAtIndex(ValueLayout.JAVA_FLOAT, 5 + runs[FROM + p] + j));
  }

  @FunctionalInterface
  private interface Tile {
    void multiply(float[] s, int ss, float[] t);
  }

  /// On top of one row for all, and of a row for each.
  private void check(int rows, int columns, int depth, Tile tile, Element left, Element right) {
    for (int ss : new int[] {0, columns}) {
      float[] s = numbers(rows * columns);
      float[] t = new float[TO + rows * columns];
      tile.multiply(s, ss, t);
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
          double sum = s[i * ss + j];
          for (int p = 0; p < depth; p++) {
            sum += left.at(i, p) * right.at(p, j);
          }
          assertEquals(sum, t[TO + i * columns + j], 2e-6, i + ", " + j);
        }
      }
    }
  }

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    return numbers;
  }
}
