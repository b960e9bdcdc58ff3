package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.pack.Buckets;
import framepack.pack.Level;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.pack.TokenCount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// T1 and the token columns of T3: exact counts at real canvas sizes.
class TokenCountPaperTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1560, 1536",
    "2, 390, 384",
    "4, 104, 96",
    "8, 28, 24",
    "16, 8, 6",
  })
  void one_block_costs_what_the_kernel_table_says(int k, long at480, long at512) {
    PatchKernel kernel = PatchKernel.cubic(k);
    assertEquals(at480, kernel.tokens(k, 60, 104));
    assertEquals(at512, kernel.tokens(k, 64, 96));
    assertEquals(at480, kernel.tokens(1, 60, 104), "a started block costs a whole one");
    assertEquals(2 * at480, kernel.tokens(k + 1, 60, 104));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 8", "4, 64", "8, 512", "16, 4096"})
  void rates_are_relative_to_the_base_kernel(int k, double rate) {
    assertEquals(rate, PatchKernel.cubic(k).rate());
  }

  @ParameterizedTest
  @CsvSource({
    "416, 960, 1560, 390, 420, 3930, 17970",
    "448, 864, 1512, 378, 392, 3794, 17402",
    "480, 832, 1560, 390, 416, 3926, 17966",
    "512, 768, 1536, 384, 384, 3840, 17664",
    "544, 704, 1496, 374, 396, 3762, 17226",
    "576, 672, 1512, 378, 396, 3798, 17406",
    "608, 640, 1520, 380, 400, 3820, 17500",
  })
  void a_released_section_costs_the_same_in_both_orientations(
      int height, int width, long perFrame, long twice, long fourfold, long context, long total) {
    for (int[] size : new int[][] {{height, width}, {width, height}}) {
      Buckets.Size bucket = Buckets.nearest(size[0], size[1], 640);
      assertEquals(new Buckets.Size(size[0], size[1]), bucket);
      TokenCount count = PackSpec.FRAMEPACK.tokens(bucket.latentHeight(), bucket.latentWidth());
      assertEquals(perFrame, count.perFrame());
      assertEquals(fourfold, count.levels().get(0).tokens());
      assertEquals(twice, count.levels().get(1).tokens());
      assertEquals(context, count.context());
      assertEquals(total, count.total());
      assertEquals(
          count.total(),
          PackSpec.FRAMEPACK_F1.tokens(bucket.latentHeight(), bucket.latentWidth()).total());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "td_f16k4f2k2f1k1_g9, 2366, 2304",
    "td_f16k4f4k2f1k1_g9, 2756, 2688",
    "td_f8k8f4k4f2k2f1k1_g9, 2082, 2040",
  })
  void T3_padded_history_tokens(String name, long at480, long at512) {
    PackSpec spec = PackSpec.parse(name);
    assertEquals(at480, spec.tokens(60, 104).of(Level.Role.HISTORY));
    assertEquals(at512, spec.tokens(64, 96).of(Level.Role.HISTORY));
  }

  @ParameterizedTest
  @CsvSource({
    "td_f1k1_g3, 16, 64",
    "td_f2k2f1k1_g3, 20, 68",
    "td_f3k1_g3, 48, 96",
    "td_f16k4f2k2f1k1_g3, 24, 72",
    "td_f16k2f3k1_g3, 80, 128",
    "td_f19k1_g3, 304, 352",
    "f1k1_x_f16k4f2k2f1k1_g3, 40, 88",
    "f1k1_x_g3_f1k1f2k2f16k4_td, 40, 88",
  })
  void the_laboratory_packings_cost_what_their_table_says(String name, long context, long total) {
    TokenCount count = PackSpec.parse(name).tokens(8, 8);
    assertEquals(context, count.context());
    assertEquals(total, count.total());
  }

  @ParameterizedTest
  @CsvSource({"framepack", "framepack-f1", "td_f16k4f2k2f1k1_g9", "td_f16k4f2k2f1k1_g9_x_f1k1"})
  void every_section_of_any_video_costs_the_same(String name) {
    PackSpec spec = PackSpec.parse(name);
    long expected = spec.tokens(60, 104).context();
    for (int sections : new int[] {1, 2, 5, 50}) {
      new SectionPlan(spec, sections, 1)
          .all()
          .forEach(section -> {
            long tokens = 0;
            for (Source source : section.sources()) {
              tokens += source.level().run().kernel().tokens(source.frames().size(), 60, 104);
            }
            assertEquals(expected, tokens);
            assertEquals(9, section.noisy().count());
          });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "480, 640, 544, 704",
    "640, 480, 704, 544",
    "1080, 1920, 480, 832",
    "1920, 1080, 832, 480",
    "512, 512, 640, 608",
    "333, 777, 416, 960",
    "1000, 1001, 608, 640",
    "100, 1000, 416, 960",
    "608, 640, 608, 640",
  })
  void the_nearest_canvas_is_the_official_one(int height, int width, int expectH, int expectW) {
    assertEquals(new Buckets.Size(expectH, expectW), Buckets.nearest(height, width, 640));
  }

  @Test
  void sizes_that_cannot_be_patchified_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> PackSpec.FRAMEPACK.tokens(61, 104));
    assertThrows(IllegalArgumentException.class, () -> PackSpec.FRAMEPACK.tokens(0, 104));
    assertThrows(IllegalArgumentException.class, () -> Buckets.nearest(480, 832, 512));
  }

  @Test
  void kernels_beyond_k8_are_pooled_into_its_layer() {
    assertEquals(PatchKernel.cubic(8), PatchKernel.cubic(16).layer());
    assertEquals(1, PatchKernel.cubic(16).halvings());
    assertEquals(PatchKernel.cubic(8), PatchKernel.cubic(32).layer());
    assertEquals(2, PatchKernel.cubic(32).halvings());
    assertEquals(PatchKernel.cubic(8), PatchKernel.cubic(8).layer());
    assertEquals(0, PatchKernel.cubic(4).halvings());
    assertEquals(new PatchKernel.Pool(4, 4, 4), PatchKernel.cubic(4).pool());
    assertEquals(new PatchKernel.Pool(1, 2, 2), PatchKernel.spatial(2).pool());
    assertThrows(IllegalArgumentException.class, () -> new PatchKernel(4, 1, 1).pool());
  }
}
