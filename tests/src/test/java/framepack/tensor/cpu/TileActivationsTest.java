package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TileActivationsTest {
  private interface Tiles {
    void apply(float[] x, int from, int to);
  }

  private interface Twin {
    float apply(float x);
  }

  private static void check(String name, Tiles tiles, Twin twin) {
    int length = 64 * Micro.COLUMNS;
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (i - length / 2) * 200f / length;
    }
    x[Micro.COLUMNS] = Float.NaN;
    x[Micro.COLUMNS + 1] = Float.POSITIVE_INFINITY;
    x[Micro.COLUMNS + 2] = 0;
    x[Micro.COLUMNS + 3] = 1e-30f;
    float[] y = x.clone();
    tiles.apply(y, Micro.COLUMNS, length - Micro.COLUMNS);
    for (int i = 0; i < length; i++) {
      boolean inside = i >= Micro.COLUMNS && i < length - Micro.COLUMNS;
      assertEquals(inside ? twin.apply(x[i]) : x[i], y[i], name + "(" + x[i] + ")");
    }
    assertEquals(-1, Arrays.mismatch(x, 0, Micro.COLUMNS, y, 0, Micro.COLUMNS));
  }

  @Test
  void tiles_get_the_bits_of_the_scalar_functions() {
    check("geluTanh", TileActivations::geluTanh, LaneMath::geluTanh);
    check("geluExact", TileActivations::geluExact, LaneMath::geluExact);
    check("silu", TileActivations::silu, LaneMath::silu);
  }
}
