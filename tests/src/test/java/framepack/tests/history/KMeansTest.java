package framepack.tests.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.Frames;
import framepack.history.Codebook;
import framepack.history.CodebookException;
import framepack.history.KMeans;
import framepack.history.LatentPixels;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KMeansTest {
  private static Backend cpu;

  @BeforeAll
  static void open() {
    cpu = Backends.open("cpu:2");
  }

  @AfterAll
  static void close() {
    cpu.close();
  }

  private static Codebook fit(KMeans kMeans, LatentPixels pixels, Backend backend) {
    return kMeans.fit(pixels, "blobs", backend, KMeans.Listener.NONE, () -> false).orElseThrow();
  }

  @Test
  void well_parted_blobs_get_one_code_each() {
    Codebook codes = fit(KMeans.of(7, 0, 3), Blobs.pixels(4, 200, 7, 1e-3), cpu);
    assertEquals(7, codes.size());
    assertEquals(4e-6, codes.fit().orElseThrow().distortion(), 4e-7);
    assertTrue(codes.fit().orElseThrow().retained() > 0.99999);
  }

  @Test
  void the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    LatentPixels pixels = Blobs.pixels(16, 400, 40, 0.5);
    for (int batch : new int[] {0, 512}) {
      KMeans kMeans = new KMeans(33, 8, 0, batch, 11);
      Codebook two = fit(kMeans, pixels, cpu);
      try (Backend one = Backends.open("cpu:1")) {
        assertEquals(two, fit(kMeans, pixels, one));
      }
      assertEquals(two, fit(kMeans, pixels, cpu));
      assertNotEquals(two, fit(new KMeans(33, 8, 0, batch, 12), pixels, cpu));
    }
  }

  @Test
  void mini_batches_come_close_to_passes_over_everything() {
    LatentPixels pixels = Blobs.pixels(8, 500, 20, 0.4);
    double full = fit(new KMeans(20, 40, 1e-5, 0, 1), pixels, cpu).fit().orElseThrow().distortion();
    double some =
        fit(new KMeans(20, 40, 1e-5, 1000, 1), pixels, cpu).fit().orElseThrow().distortion();
    assertEquals(full, some, 0.05 * full);
  }

  @Test
  void a_codebook_has_no_more_codes_than_there_are_distinct_pixels() {
    Frames three = new Frames(1, 4, 1, 2, new float[] {1, 5, 1, 5, 9, 9, 1, 5});
    for (int batch : new int[] {0, 4}) {
      Codebook codes = fit(new KMeans(8, 10, 0, batch, 2), LatentPixels.of(List.of(three)), cpu);
      assertEquals(3, codes.size());
      float[] sorted = codes.codes();
      Arrays.sort(sorted);
      assertArrayEquals(new float[] {1, 5, 9}, sorted);
      assertEquals(0, codes.fit().orElseThrow().distortion());
      assertEquals(1, codes.fit().orElseThrow().retained());
    }
  }

  @Test
  void pixels_that_are_all_alike_have_one_code_and_nothing_to_lose() {
    Frames flat = new Frames(2, 1, 1, 3, new float[] {4, 4, 4, -1, -1, -1});
    Codebook codes = fit(KMeans.of(5, 3, 0), LatentPixels.of(List.of(flat)), cpu);
    assertArrayEquals(new float[] {4, -1}, codes.codes());
    assertEquals(1, codes.fit().orElseThrow().retained());
  }

  @Test
  void no_code_is_left_without_a_pixel() {
    LatentPixels pixels = Blobs.pixels(3, 60, 30, 0.02);
    float[] rows = Blobs.rows(pixels);
    for (int seed = 0; seed < 20; seed++) {
      Codebook codes = fit(new KMeans(40, 60, 0, 2, seed), pixels, cpu);
      assertEquals(40, codes.size());
      int[] members = new int[codes.size()];
      for (int i = 0; i < pixels.count(); i++) {
        int best = 0;
        for (int k = 1; k < codes.size(); k++) {
          if (Blobs.distance(rows, i, codes.codes(), k, 3)
              < Blobs.distance(rows, i, codes.codes(), best, 3)) {
            best = k;
          }
        }
        members[best]++;
      }
      for (int count : members) {
        assertTrue(count > 0, "seed " + seed);
      }
    }
  }

  @Test
  void a_fit_tells_its_passes_and_stops_when_asked() {
    LatentPixels pixels = Blobs.pixels(4, 100, 30, 0.5);
    List<Double> told = new ArrayList<>();
    KMeans kMeans = new KMeans(10, 5, 0, 0, 1);
    kMeans.fit(pixels, "", cpu, (pass, distortion, _) -> told.add(pass, distortion), () -> false);
    assertTrue(told.size() >= 2 && told.size() <= 6, told.toString());
    for (int batch : new int[] {0, 64}) {
      AtomicInteger asked = new AtomicInteger();
      var stopped =
          new KMeans(10, 5, 0, batch, 1)
              .fit(pixels, "", cpu, KMeans.Listener.NONE, () -> asked.incrementAndGet() > 2);
      assertTrue(stopped.isEmpty());
      assertEquals(3, asked.get());
    }
  }

  @Test
  void latents_far_from_zero_lose_no_digits() {
    Frames near = Blobs.video(4, 100, 12, 0.05, 9);
    Frames far = near.slice(0, near.frames());
    for (int i = 0; i < far.values().length; i++) {
      far.values()[i] += 512;
    }
    KMeans kMeans = new KMeans(12, 30, 1e-6, 0, 4);
    double expected =
        fit(kMeans, LatentPixels.of(List.of(near)), cpu).fit().orElseThrow().distortion();
    double actual =
        fit(kMeans, LatentPixels.of(List.of(far)), cpu).fit().orElseThrow().distortion();
    assertEquals(expected, actual, 0.01 * expected);
  }

  @Test
  void what_cannot_be_fitted_is_refused_in_one_line() {
    Frames broken = Blobs.video(2, 3, 4, 1, 1);
    broken.values()[70] = Float.NaN;
    assertRefused("channel 1 of pixel 10 is NaN", List.of(broken));
    assertRefused("has 4097 channels", List.of(Frames.zeros(4097, 1, 1, 1)));
    assertRefused("hold none", List.of());
    assertRefused("hold none", List.of(Frames.zeros(16, 0, 8, 8)));
    assertRefused(
        "video 1 has 4 channels, expected 3",
        List.of(Frames.zeros(3, 1, 2, 2), Frames.zeros(4, 1, 2, 2)));
    assertThrows(CodebookException.class, () -> new KMeans(0, 1, 0, 0, 0));
    assertThrows(CodebookException.class, () -> new KMeans(1, 1, Double.NaN, 0, 0));
  }

  private static void assertRefused(String what, List<Frames> videos) {
    var error =
        assertThrows(
            CodebookException.class, () -> fit(KMeans.of(2, 1, 0), LatentPixels.of(videos), cpu));
    assertTrue(error.getMessage().contains(what), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }
}
