package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.Frames;
import framepack.history.Codebook;
import framepack.history.HistoryDiscretizer;
import framepack.history.KMeans;
import framepack.history.LatentPixels;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.random.Philox;
import framepack.tests.history.Blobs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// History discretisation: claims T15 (k-means and Eq. 6) and T16 (the dead zone).
class HistoryDiscretizationPaperTest {
  private static final int C = 16;
  private static final Frames VIDEO = Blobs.video(C, 100, 60, 0.6, 8);
  private static final LatentPixels PIXELS = LatentPixels.of(List.of(VIDEO));
  private static final float[] ROWS = Blobs.rows(PIXELS);

  private static Backend cpu;

  @BeforeAll
  static void open() {
    cpu = Backends.open("cpu");
  }

  @AfterAll
  static void close() {
    cpu.close();
  }

  private static Codebook fit(int codes, int passes, LatentPixels pixels) {
    return new KMeans(codes, passes, 0, 0, 1)
        .fit(pixels, "", cpu, KMeans.Listener.NONE, () -> false)
        .orElseThrow();
  }

  private static float[] discretized(Codebook codebook, Frames video) {
    try (Workspace home = Workspace.open(cpu)) {
      return new HistoryDiscretizer(codebook, false, home).apply(tensor(video)).toFloats();
    }
  }

  private static long[] codes(Codebook codebook, Frames video) {
    try (Workspace home = Workspace.open(cpu)) {
      return new HistoryDiscretizer(codebook, false, home).codes(tensor(video)).toLongs();
    }
  }

  private static Tensor tensor(Frames video) {
    return Tensor.of(
        video.values(), 1, video.channels(), video.frames(), video.rows(), video.columns());
  }

  @Test
  void t15_every_pixel_is_replaced_by_the_code_at_the_least_distance() {
    Codebook codebook = fit(128, 5, PIXELS);
    float[] omega = codebook.codes();
    long[] codes = codes(codebook, VIDEO);
    for (int i = 0; i < codes.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int k = 0; k < 128; k++) {
        least = Math.min(least, Blobs.distance(ROWS, i, omega, k, C));
      }
      assertEquals(least, Blobs.distance(ROWS, i, omega, (int) codes[i], C), 1e-5 * least);
    }
  }

  @Test
  void t15_discretising_twice_is_discretising_once() {
    Codebook codebook = fit(128, 5, PIXELS);
    float[] once = discretized(codebook, VIDEO);
    Frames discrete = new Frames(C, VIDEO.frames(), VIDEO.rows(), VIDEO.columns(), once);
    assertArrayEquals(once, discretized(codebook, discrete));
  }

  @Test
  void t15_distortion_falls_with_every_pass() {
    List<Double> told = new ArrayList<>();
    new KMeans(50, 12, 0, 0, 1)
        .fit(PIXELS, "", cpu, (_, distortion, _) -> told.add(distortion), () -> false);
    assertEquals(13, told.size());
    for (int i = 1; i < told.size(); i++) {
      assertTrue(told.get(i) <= told.get(i - 1) * (1 + 1e-7), told.toString());
    }
    assertTrue(told.getLast() < 0.9 * told.getFirst(), told.toString());
  }

  @Test
  void t15_distortion_falls_with_the_number_of_codes() {
    for (int passes : new int[] {0, 10}) { // 0: nested starts
      double before = Double.POSITIVE_INFINITY;
      for (int codes : new int[] {1, 2, 4, 8, 16, 32, 64, 128}) {
        double distortion = fit(codes, passes, PIXELS).fit().orElseThrow().distortion();
        assertTrue(distortion < before, codes + " codes, " + passes + " passes");
        before = distortion;
      }
    }
  }

  @Test
  void t15_one_code_is_the_mean_colour_and_keeps_no_variance() {
    Codebook one = fit(1, 5, PIXELS);
    double[] mean = new double[C];
    for (int i = 0; i < ROWS.length; i++) {
      mean[i % C] += ROWS[i] / (double) PIXELS.count();
    }
    for (int c = 0; c < C; c++) {
      assertEquals(mean[c], one.code(0)[c], 1e-6);
    }
    assertEquals(0, one.fit().orElseThrow().retained(), 1e-6);
    float[] flat = discretized(one, VIDEO);
    assertEquals(1, Arrays.stream(codes(one, VIDEO)).distinct().count());
    assertEquals(one.code(0)[3], flat[3 * VIDEO.frames() * 20 + 77]);
  }

  @Test
  void t15_as_many_codes_as_distinct_pixels_leave_the_history_as_it_is() {
    Frames few = Blobs.video(C, 30, 40, 0, 3);
    Codebook codebook = fit(64, 20, LatentPixels.of(List.of(few)));
    assertTrue(codebook.size() <= 40);
    assertArrayEquals(few.values(), discretized(codebook, few));
  }

  @Test
  void t16_a_perturbation_within_the_cell_leaves_the_history_bit_identical() {
    Codebook codebook = fit(24, 5, PIXELS);
    float[] omega = codebook.codes();
    Frames history = codesAsVideo(codebook);
    float[] before = discretized(codebook, history);
    assertArrayEquals(history.values(), before);
    int changed = 0;
    for (int trial = 0; trial < 20; trial++) {
      float[] direction = new Philox(3, trial, 0).normal(omega.length);
      for (double share : new double[] {0.98, 4}) {
        Frames moved = history.slice(0, 1);
        for (int k = 0; k < 24; k++) {
          double norm = 0;
          for (int c = 0; c < C; c++) {
            norm += direction[k * C + c] * direction[k * C + c];
          }
          double step = share * toBorder(omega, k) / Math.sqrt(norm);
          for (int c = 0; c < C; c++) {
            moved.values()[c * 24 + k] += (float) (step * direction[k * C + c]);
          }
        }
        boolean same = Arrays.equals(before, discretized(codebook, moved));
        if (share < 1) {
          assertTrue(same, "trial " + trial);
        } else {
          changed += same ? 0 : 1;
        }
      }
    }
    assertEquals(20, changed);
  }

  @Test
  void t16_a_step_past_the_border_towards_a_neighbour_changes_the_code_to_it() {
    Codebook codebook = fit(24, 5, PIXELS);
    float[] omega = codebook.codes();
    for (double share : new double[] {0.99, 1.01}) {
      Frames moved = codesAsVideo(codebook);
      int[] neighbour = new int[24];
      for (int k = 0; k < 24; k++) {
        neighbour[k] = neighbour(omega, k);
        for (int c = 0; c < C; c++) {
          double gap = (double) omega[neighbour[k] * C + c] - omega[k * C + c];
          moved.values()[c * 24 + k] += (float) (share * gap / 2);
        }
      }
      long[] codes = codes(codebook, moved);
      for (int k = 0; k < 24; k++) {
        assertEquals(share < 1 ? k : neighbour[k], codes[k]);
      }
    }
  }

  /// One frame of 24 pixels, one for each code.
  private static Frames codesAsVideo(Codebook codebook) {
    Frames frame = Frames.zeros(C, 1, 4, 6);
    for (int k = 0; k < codebook.size(); k++) {
      for (int c = 0; c < C; c++) {
        frame.values()[c * 24 + k] = codebook.code(k)[c];
      }
    }
    return frame;
  }

  private static int neighbour(float[] omega, int k) {
    int nearest = k == 0 ? 1 : 0;
    for (int j = 0; j < omega.length / C; j++) {
      boolean nearer =
          Blobs.distance(omega, k, omega, j, C) < Blobs.distance(omega, k, omega, nearest, C);
      nearest = j != k && nearer ? j : nearest;
    }
    return nearest;
  }

  /// Distance from a code to the border of its cell: half the way to the nearest other code.
  private static double toBorder(float[] omega, int k) {
    return Math.sqrt(Blobs.distance(omega, k, omega, neighbour(omega, k), C)) / 2;
  }
}
