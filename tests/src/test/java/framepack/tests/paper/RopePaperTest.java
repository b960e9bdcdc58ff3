package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.model.Rope3d;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// T7: rotary phases of the released models, and what average pooling makes of them.
class RopePaperTest {
  private static final Rope3d RELEASED = new Rope3d(16, 56, 56, 256);

  /// Cosine and sine of one channel of the first token.
  private record Phase(double cos, double sin) {
    double modulus() {
      return Math.hypot(cos, sin);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0.5", "2, 0.25", "7, 0.0078125"})
  void frequencies_in_time_are_powers_of_one_half(int j, double frequency) {
    Phase phase = phase(new long[] {1}, 1, 1, 2 * j);
    assertEquals(Math.cos(frequency), phase.cos, 1e-7);
    assertEquals(Math.sin(frequency), phase.sin, 1e-7);
    assertEquals(phase, phase(new long[] {1}, 1, 1, 2 * j + 1), "pairs are interleaved");
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 0.8776",
    "2, 1, 0.9689",
    "4, 0, 0.4742",
    "4, 1, 0.8503",
    "4, 2, 0.9614",
    "8, 0, 0.1973"
  })
  void pooling_shortens_a_phase_by_the_dirichlet_factor_and_keeps_its_midpoint(
      int k, int j, double modulus) {
    long[] times = new long[k];
    for (int i = 0; i < k; i++) {
      times[i] = i - k / 2; // the midpoint is -1/2
    }
    Phase pooled = phase(times, 1, k, 2 * j);
    double frequency = Math.pow(2, -j);
    double dirichlet = Math.sin(k * frequency / 2) / (k * Math.sin(frequency / 2));
    assertEquals(modulus, pooled.modulus(), 5e-5);
    assertEquals(dirichlet * Math.cos(-0.5 * frequency), pooled.cos, 1e-6);
    assertEquals(dirichlet * Math.sin(-0.5 * frequency), pooled.sin, 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"0, -0.168291, 0.443290", "1, 0.482906, 0.699866"})
  void frames_13_to_16_have_the_phases_of_the_fact_sheet(int j, double cos, double sin) {
    Phase pooled = phase(new long[] {13, 14, 15, 16}, 1, 4, 2 * j);
    assertEquals(cos, pooled.cos, 1e-6);
    assertEquals(sin, pooled.sin, 1e-6);
  }

  @Test
  void the_last_block_of_30_rows_repeats_row_29() {
    float[][] tables = tables(new long[] {0}, 30, 1, 4); // 8 blocks of rows
    int lastToken = 7 * RELEASED.head() + 16;
    assertEquals(-0.801695, tables[0][lastToken], 1e-6);
    assertEquals(-0.429999, tables[1][lastToken], 1e-6);
  }

  /// T7, T23: any times, in any order; a started block repeats its last time.
  @Test
  void times_may_be_negative_leave_gaps_and_go_backwards() {
    long[] times = {-3, 900, 7, 7, -12};
    float[][] all = tables(times, 1, 1, 1);
    float[][] pairs = tables(times, 1, 2, 1);
    int head = RELEASED.head();
    for (int table = 0; table < 2; table++) {
      for (int i = 0; i < times.length; i++) {
        float[] alone = tables(new long[] {times[i]}, 1, 1, 1)[table];
        assertArrayEquals(alone, Arrays.copyOfRange(all[table], i * head, (i + 1) * head));
      }
      for (int block = 0; block < 3; block++) {
        for (int channel = 0; channel < head; channel++) {
          int last = Math.min(2 * block + 1, times.length - 1);
          double mean =
              (all[table][2 * block * head + channel] + all[table][last * head + channel]) / 2.0;
          assertEquals(mean, pairs[table][block * head + channel], 1e-7);
        }
      }
    }
  }

  @Test
  void frames_far_back_keep_the_precision_of_their_angle() {
    for (long time : new long[] {-10_000, 10_000, 1 << 20}) {
      for (int j = 0; j < 8; j++) { // frequencies of the time axis are powers of two: exact
        Phase phase = phase(new long[] {time}, 1, 1, 2 * j);
        assertEquals(Math.cos(time * Math.pow(2, -j)), phase.cos, 1e-7);
        assertEquals(Math.sin(time * Math.pow(2, -j)), phase.sin, 1e-7);
      }
    }
  }

  @Test
  void odd_channels_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Rope3d(15, 56, 57, 256));
  }

  private static Phase phase(long[] times, int height, int k, int channel) {
    float[][] tables = tables(times, height, k, 1);
    return new Phase(tables[0][channel], tables[1][channel]);
  }

  private static float[][] tables(long[] times, int height, int kt, int kh) {
    try (Backend backend = Backends.open("reference");
        Workspace _ = Workspace.open(backend)) {
      var phases = RELEASED.phases(new long[][] {times}, height, 1, kt, kh, 1);
      return new float[][] {phases.cos().toFloats(), phases.sin().toFloats()};
    }
  }
}
