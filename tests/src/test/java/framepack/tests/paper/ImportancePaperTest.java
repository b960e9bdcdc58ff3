package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.ImportantHistory;
import framepack.experiment.dataset.Frames;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.order.TailSource;
import framepack.pack.Level.Role;
import framepack.pack.PackSpec;
import framepack.pack.Span;
import framepack.pack.importance.Candidates;
import framepack.pack.importance.FeatureSimilarity;
import framepack.pack.importance.HybridSimilarity;
import framepack.pack.importance.Importance;
import framepack.pack.importance.TimeProximity;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backends;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// T19: history by importance (paper §3.2, eq. 3 to 5).
class ImportancePaperTest {
  private static final int CHANNELS = 4;
  private static final int HEIGHT = 6;
  private static final int WIDTH = 5;
  private static final double FPS = 30;

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void T19_scores_are_the_cosines_of_equation_3_averaged_over_pixels(String backend) {
    try (Workspace _ = Workspace.open(Backends.open(backend))) {
      float[] history = random(1, 2 * CHANNELS * 7 * HEIGHT * WIDTH);
      float[] next = random(2, 2 * CHANNELS * 3 * HEIGHT * WIDTH);
      double[][] scores =
          new FeatureSimilarity().scores(frames(history, 2, times(7)), frames(next, 2, times(3)));
      double[][] hybrid =
          new HybridSimilarity(0.7).scores(frames(history, 2, times(7)), frames(next, 2, times(3)));
      for (int video = 0; video < 2; video++) {
        for (int t = 0; t < 7; t++) {
          double expected = 0;
          for (int s = 0; s < 3; s++) {
            expected += cosine(history, video, t, 7, next, s, 3) / 3;
          }
          assertEquals(expected, scores[video][t], 1e-6);
          double apart = times(7)[t] - times(3)[0];
          assertEquals(expected + 0.7 * Math.exp(-apart * apart), hybrid[video][t], 1e-6);
        }
      }
    }
  }

  @Test
  void T19_every_ranking_is_a_bijection() {
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      for (Importance importance : measures()) {
        for (int count = 1; count <= 40; count += 13) {
          Candidates history = randomFrames(count, 3, count);
          int[][] rankings = importance.ranking(history, randomFrames(99, 3, 2));
          assertEquals(3, rankings.length);
          for (int[] ranking : rankings) {
            assertArrayEquals(
                IntStream.range(0, count).toArray(), IntStream.of(ranking).sorted().toArray());
          }
        }
      }
    }
  }

  @Test
  void T19_lambda_time_0_gives_the_cosine_order_and_a_large_one_the_order_of_time() {
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      Candidates history = randomFrames(1, 2, 19);
      Candidates next = randomFrames(2, 2, 9, 3.0);
      assertArrayEquals(
          new FeatureSimilarity().ranking(history, next),
          new HybridSimilarity(0).ranking(history, next));
      assertArrayEquals(
          new TimeProximity().ranking(history, next),
          new HybridSimilarity(1e12).ranking(history, next));
      assertTrue(
          !Arrays.deepEquals(
              new TimeProximity().ranking(history, next),
              new FeatureSimilarity().ranking(history, next)));
      int[] newestFirst = IntStream.range(0, 19).map(i -> 18 - i).toArray();
      assertArrayEquals(newestFirst, new TimeProximity().ranking(history, next)[0]);
    }
  }

  @Test
  void T19_an_identical_frame_ranks_first_whatever_its_brightness_and_the_canvas() {
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      float[] history = random(5, CHANNELS * 12 * HEIGHT * WIDTH);
      float[] next = new float[CHANNELS * HEIGHT * WIDTH];
      for (int c = 0; c < CHANNELS; c++) {
        for (int p = 0; p < HEIGHT * WIDTH; p++) {
          next[c * HEIGHT * WIDTH + p] = 3 * history[(c * 12 + 4) * HEIGHT * WIDTH + p];
        }
      }
      Candidates past = frames(history, 1, times(12));
      Candidates estimate = frames(next, 1, new double[] {3});
      for (Importance importance : List.of(new FeatureSimilarity(), new HybridSimilarity(0.1))) {
        assertEquals(4, importance.ranking(past, estimate)[0][0]);
      }
      assertEquals(1, new FeatureSimilarity().scores(past, estimate)[0][4], 1e-6);
    }
  }

  @Test
  void equal_frames_rank_by_time_and_then_by_index() {
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      float[] same = new float[CHANNELS * 5 * HEIGHT * WIDTH];
      Arrays.fill(same, 0.5f);
      Candidates next = frames(Arrays.copyOf(same, same.length / 5), 1, new double[] {2});
      Candidates history = frames(same, 1, new double[] {0, 1, 3, 2.5, 1.5});
      assertArrayEquals(
          new int[] {3, 4, 1, 2, 0}, new FeatureSimilarity().ranking(history, next)[0]);
      Candidates still = frames(same, 1, new double[] {1, 1, 1, 1, 1});
      assertArrayEquals(new int[] {0, 1, 2, 3, 4}, new HybridSimilarity(1).ranking(still, next)[0]);
    }
  }

  @Test
  void spoiled_frames_come_last_and_do_not_touch_the_others() {
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      float[] history = random(6, CHANNELS * 4 * HEIGHT * WIDTH);
      Candidates next = randomFrames(7, 1, 1);
      double[] sound = new FeatureSimilarity().scores(frames(history, 1, times(4)), next)[0];
      history[2 * HEIGHT * WIDTH] = Float.NaN; // frame 2
      Candidates spoiled = frames(history, 1, times(4));
      double[] scores = new FeatureSimilarity().scores(spoiled, next)[0];
      assertTrue(Double.isNaN(scores[2]));
      assertEquals(sound[1], scores[1]);
      assertEquals(2, new HybridSimilarity(1).ranking(spoiled, next)[0][3]);
      float[] nothing = new float[CHANNELS * HEIGHT * WIDTH];
      Arrays.fill(nothing, Float.NaN);
      Candidates unknown = frames(nothing, 1, new double[] {2});
      assertArrayEquals(
          new TimeProximity().ranking(spoiled, unknown),
          new FeatureSimilarity().ranking(spoiled, unknown),
          "a spoiled estimate leaves the order of time");
    }
  }

  @Test
  void pixels_without_a_direction_count_as_unrelated() {
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      float[] next = random(8, CHANNELS * HEIGHT * WIDTH);
      float[] history = next.clone();
      for (int c = 0; c < CHANNELS; c++) {
        Arrays.fill(history, c * HEIGHT * WIDTH, c * HEIGHT * WIDTH + 15, 0f); // 15 of 30 pixels
      }
      double[] now = {0};
      assertEquals(
          0.5,
          new FeatureSimilarity().scores(frames(history, 1, now), frames(next, 1, now))[0][0],
          1e-6);
      float[] black = new float[next.length];
      assertEquals(
          0.0, new FeatureSimilarity().scores(frames(black, 1, now), frames(next, 1, now))[0][0]);
    }
  }

  @Test
  void unusable_input_is_refused() {
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      Tensor latents = Tensor.zeros(1, CHANNELS, 3, HEIGHT, WIDTH);
      assertThrows(IllegalArgumentException.class, () -> new Candidates(latents, times(2)));
      assertThrows(
          IllegalArgumentException.class,
          () -> new Candidates(latents, new double[] {0, 1, Double.NaN}));
      Candidates small = new Candidates(Tensor.zeros(1, CHANNELS, 1, 2, 2), times(1));
      assertThrows(
          IllegalArgumentException.class,
          () -> new FeatureSimilarity().scores(new Candidates(latents, times(3)), small));
      assertThrows(IllegalArgumentException.class, () -> new HybridSimilarity(-1));
      assertThrows(IllegalArgumentException.class, () -> new HybridSimilarity(Double.NaN));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "td_f16k4f2k2f1k1_g9",
        "framepack",
        "ta_f2k2f1k1_g9",
        "tc_f16k4f2k2f1k1_g9",
        "f1k1_x_g9_f1k1f2k2_ta",
        "f1k1_x_g9_f1k1f2k2f16k4_tc",
      })
  void a_history_in_the_order_of_time_is_the_packing_as_named(String name) {
    PackSpec spec = PackSpec.parse(name);
    for (int sections : new int[] {1, 2, 5, 50}) {
      SectionPlan plan = new SectionPlan(spec, sections, 1);
      for (Section section : plan.all()) {
        List<Integer> nearest = new ArrayList<>(section.candidates(plan.existing(section.index())));
        nearest.sort(Comparator.comparingInt(frame -> Math.abs(frame - section.first())));
        assertEquals(section, section.withHistory(nearest));
      }
    }
  }

  @Test
  void an_important_frame_takes_the_nearest_level_and_keeps_its_own_time() {
    SectionPlan plan = new SectionPlan(PackSpec.parse("td_f4k4f2k2f1k1_g3"), 10, 1);
    Section section = plan.section(9); // frames 28 to 30, after 28 frames
    Section chosen = section.withHistory(List.of(3, 27, 10, 26, 0, 25));
    int shift = section.noisy().first() - section.first();
    List<Source> levels = chosen.sources(Role.HISTORY);
    Source nearest = level(levels, 0);
    assertEquals(List.of(3), nearest.frames());
    assertArrayEquals(new int[] {3 + shift}, nearest.times().toArray());
    assertEquals(List.of(10, 27), level(levels, 1).frames(), "in order of time within a level");
    Source far = level(levels, 2);
    assertEquals(List.of(Source.MISSING, 0, 25, 26), far.frames(), "the far slot stays empty");
    assertArrayEquals(new int[] {0, shift, 25 + shift, 26 + shift}, far.times().toArray());
    assertEquals(section.noisy(), chosen.noisy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ta", "tc"})
  void what_the_history_has_no_place_for_is_the_tail(String tail) {
    PackSpec spec = PackSpec.parse(tail + "_f2k2f1k1_g3");
    Section section = new SectionPlan(spec, 10, 1).section(9); // frames 28 to 30
    Section chosen = section.withHistory(List.of(3, 27, 10, 26, 0, 25));
    int shift = section.noisy().first() - section.first();
    assertEquals(
        List.of(stretch(0, shift, 1), stretch(25, 25 + shift, 2)), chosen.tail().stretches());
    List<TailSource.Token> tokens = chosen.tail().tokens();
    if (tail.equals("ta")) {
      assertEquals(3, tokens.size());
      assertEquals(List.of(stretch(26, 26 + shift, 1)), tokens.getLast().stretches());
    } else {
      assertEquals(chosen.tail().stretches(), tokens.getFirst().stretches());
    }
    Section few = section.withHistory(List.of(7, 2));
    assertEquals(List.of(), few.tail().stretches());
    assertEquals(tail.equals("tc") ? 1 : 0, few.tail().tokens().size());
    assertEquals(
        List.of(),
        new SectionPlan(PackSpec.parse("td_f2k2f1k1_g3"), 10, 1)
            .section(9)
            .withHistory(List.of(3, 27, 10, 26, 0, 25))
            .tail()
            .stretches());
  }

  private static TailSource.Stretch stretch(int frame, int time, int count) {
    return new TailSource.Stretch(new Span(frame, count), new Span(time, count));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ta_f2k2f1k1_g3", "tc_f2k2f1k1_g3"})
  void equal_frames_leave_the_oldest_to_the_tail_and_spoiled_ones_to_nothing(String name) {
    SectionPlan plan = new SectionPlan(PackSpec.parse(name), 4, 1);
    ImportantHistory important = new ImportantHistory(new FeatureSimilarity(), FPS);
    int frames = plan.stored();
    float[] values = new float[CHANNELS * frames * HEIGHT * WIDTH];
    Arrays.fill(values, 0.5f);
    Frames same = new Frames(CHANNELS, frames, HEIGHT, WIDTH, values);
    float[] spoiled = values.clone();
    spoiled[same.index(1, 4, 0, 0)] = Float.NaN;
    Frames one = new Frames(CHANNELS, frames, HEIGHT, WIDTH, spoiled);
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      Section named = plan.section(3); // sees frames 7 to 9; the tail is 0 to 6
      List<Section> shown = important.sections(plan, named, List.of(same, one));
      assertEquals(named, shown.getFirst(), "ties go to the nearest");
      Section without = shown.getLast();
      assertEquals(named.sources(), without.sources());
      int shift = named.noisy().first() - named.first();
      assertEquals(
          List.of(stretch(0, shift, 4), stretch(5, 5 + shift, 2)), without.tail().stretches());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ta_f2k2f1k1_g3", "tc_f2k2f1k1_g3"})
  void a_single_frame_is_history_and_no_tail(String name) {
    SectionPlan plan = new SectionPlan(PackSpec.parse(name), 1, 1);
    Frames video = Frames.zeros(CHANNELS, plan.stored(), HEIGHT, WIDTH);
    try (Workspace _ = Workspace.open(Backends.open("cpu"))) {
      Section named = plan.section(0);
      ImportantHistory important = new ImportantHistory(new HybridSimilarity(0.5), FPS);
      assertEquals(List.of(named), important.sections(plan, named, List.of(video)));
      assertEquals(0, named.tail().count());
    }
  }

  @Test
  void frames_begin_where_a_causal_vae_begins_them() {
    assertEquals(0, Candidates.start(0, FPS));
    assertEquals(1 / FPS, Candidates.start(1, FPS), 1e-15);
    assertEquals(5 / FPS, Candidates.start(2, FPS), 1e-15);
  }

  /// Level 0 is the nearest.
  private static Source level(List<Source> levels, int level) {
    int[] frames = {1, 2, 4};
    return levels.stream()
        .filter(source -> source.frames().size() == frames[level])
        .findFirst()
        .orElseThrow();
  }

  private static List<Importance> measures() {
    return List.of(new TimeProximity(), new FeatureSimilarity(), new HybridSimilarity(0.5));
  }

  private static double cosine(
      float[] history, int video, int t, int frames, float[] next, int s, int estimates) {
    int plane = HEIGHT * WIDTH;
    double sum = 0;
    for (int p = 0; p < plane; p++) {
      double dot = 0;
      double left = 0;
      double right = 0;
      for (int c = 0; c < CHANNELS; c++) {
        double a = history[((video * CHANNELS + c) * frames + t) * plane + p];
        double b = next[((video * CHANNELS + c) * estimates + s) * plane + p];
        dot += a * b;
        left += a * a;
        right += b * b;
      }
      sum += dot / Math.sqrt(left * right);
    }
    return sum / plane;
  }

  private static Candidates randomFrames(long seed, int batch, int count, double... seconds) {
    double[] times = seconds.length == 0 ? times(count) : new double[count];
    Arrays.fill(times, 0, seconds.length == 0 ? 0 : count, seconds.length == 0 ? 0 : seconds[0]);
    return frames(random(seed, batch * CHANNELS * count * HEIGHT * WIDTH), batch, times);
  }

  private static Candidates frames(float[] values, int batch, double[] seconds) {
    return new Candidates(
        Tensor.of(values, batch, CHANNELS, seconds.length, HEIGHT, WIDTH), seconds);
  }

  private static float[] random(long seed, int size) {
    return new Philox(seed, 0, 0).normal(size);
  }

  private static double[] times(int count) {
    return IntStream.range(0, count).mapToDouble(i -> Candidates.start(i, FPS)).toArray();
  }
}
