package framepack.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.order.DecodeWindow;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.SoftAppend;
import framepack.order.Source;
import framepack.pack.Level.Role;
import framepack.pack.PackSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The official section loops, run with stand-ins for the models: indices, context latents, pixels.
class SectionsGoldenTest {
  private static final int CHANNELS = 16;

  @ParameterizedTest
  @ValueSource(strings = {"sections-inverted-2", "sections-inverted-5", "sections-f1-4"})
  void sections_see_and_leave_exactly_what_the_official_loop_does(String name) throws IOException {
    GoldenCase golden = GoldenCase.open(name);
    JsonNode config = golden.config();
    int window = config.get("latent_window_size").asInt();
    SectionPlan plan =
        SectionPlan.ofSeconds(
            PackSpec.parse(
                config.get("f1").asBoolean()
                    ? "f1k1_x_td_f16k4f2k2f1k1_g" + window
                    : "f1k1_x_g" + window + "_f1k1f2k2f16k4_td"),
            config.get("total_second_length").asDouble());
    assertEquals(golden.integers("out.num_sections")[0], plan.sections());

    int plane = golden.shape("in.sampled")[4] * golden.shape("in.sampled")[5];
    float[] video = new float[CHANNELS * plan.latents() * plane];
    insert(video, golden.floats("in.start_latent"), 0, 0, 1, plan.latents(), plane);
    float[] sampled = golden.floats("in.sampled");
    float[] pixels = {};
    for (Section section : plan.all()) {
      check(golden, section, video, plan.latents(), plane);
      int from = section.index() * CHANNELS * window * plane;
      insert(video, sampled, from, section.first(), window, plan.latents(), plane);
      for (DecodeWindow decode : section.decodes()) {
        pixels = join(pixels, decode(video, decode, plan.latents(), plane), plane, decode);
      }
      int expected = golden.integers("out.section" + section.index() + ".pixel_frames")[0];
      assertEquals(expected, pixels.length / 3 / plane);
    }
    assertArrayEquals(golden.floats("out.final_pixels"), pixels, 1e-6f);
  }

  private static void check(
      GoldenCase golden, Section section, float[] video, int frames, int plane) {
    String prefix = "out.section" + section.index() + ".";
    Source start = section.sources(Role.START).getFirst();
    List<Source> farFirst =
        section.sources().stream().filter(source -> source.level().role() == Role.HISTORY).toList();
    assertArrayEquals(golden.integers(prefix + "latent_indices"), section.noisy().toArray());
    assertEquals(golden.integers(prefix + "frames")[0], DecodeWindow.pixelFrames(section.count()));
    var levels = List.of("_4x", "_2x", "");
    for (int i = 0; i < levels.size(); i++) {
      List<Source> sources = new ArrayList<>(List.of(farFirst.get(i)));
      if (i == 2) {
        sources.addFirst(start);
      }
      String level = prefix + "clean_latent" + levels.get(i) + "_indices";
      int[] times = sources.stream().flatMapToInt(s -> IntStream.of(s.times().toArray())).toArray();
      assertArrayEquals(golden.integers(level), times);
      int[] wanted =
          sources.stream().flatMapToInt(s -> s.frames().stream().mapToInt(f -> f)).toArray();
      assertArrayEquals(
          golden.floats(prefix + "clean_latents" + levels.get(i)),
          gather(video, wanted, frames, plane));
    }
  }

  /// `[16, wanted, plane]` of a video `[16, frames, plane]`; missing frames are zero.
  private static float[] gather(float[] video, int[] wanted, int frames, int plane) {
    float[] out = new float[CHANNELS * wanted.length * plane];
    for (int c = 0; c < CHANNELS; c++) {
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] != Source.MISSING) {
          int at = (c * frames + wanted[i]) * plane;
          System.arraycopy(video, at, out, (c * wanted.length + i) * plane, plane);
        }
      }
    }
    return out;
  }

  private static void insert(
      float[] video, float[] part, int from, int first, int count, int frames, int plane) {
    for (int c = 0; c < CHANNELS; c++) {
      System.arraycopy(
          part, from + c * count * plane, video, (c * frames + first) * plane, count * plane);
    }
  }

  private static float[] join(float[] pixels, float[] fresh, int plane, DecodeWindow window) {
    if (pixels.length == 0) {
      return fresh;
    }
    return window.inFront()
        ? SoftAppend.join(fresh, pixels, 3, plane, window.overlap())
        : SoftAppend.join(pixels, fresh, 3, plane, window.overlap());
  }

  /// The stand-in decoder: channel means, one pixel frame for the first latent, four for others.
  private static float[] decode(float[] video, DecodeWindow window, int frames, int plane) {
    int[] wanted = IntStream.range(window.first(), window.first() + window.count()).toArray();
    float[] latents = gather(video, wanted, frames, plane);
    int[] bounds = {0, 5, 11, 16};
    int total = window.pixelFrames();
    float[] pixels = new float[3 * total * plane];
    for (int colour = 0; colour < 3; colour++) {
      for (int t = 0; t < total; t++) {
        int latent = (t + 3) / 4;
        for (int p = 0; p < plane; p++) {
          double sum = 0;
          for (int c = bounds[colour]; c < bounds[colour + 1]; c++) {
            sum += latents[(c * window.count() + latent) * plane + p];
          }
          double mean = sum / (bounds[colour + 1] - bounds[colour]);
          pixels[(colour * total + t) * plane + p] = (float) (mean + 0.01 * t);
        }
      }
    }
    return pixels;
  }
}
