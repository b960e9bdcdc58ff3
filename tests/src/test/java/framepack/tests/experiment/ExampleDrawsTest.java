package framepack.tests.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.ExampleDraws;
import framepack.experiment.HistoryExample;
import framepack.experiment.dataset.Carousel;
import framepack.experiment.dataset.ClipDataset;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.StripBank;
import framepack.history.HistoryNoise;
import framepack.history.HistoryNoise.Form;
import framepack.history.HistoryTreatment;
import framepack.order.Source;
import framepack.order.TrainingDraws;
import framepack.pack.Level;
import framepack.pack.PackSpec;
import framepack.tensor.random.Philox;
import framepack.tests.experiment.dataset.TestFrames;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExampleDrawsTest {
  private static final PackSpec FORWARD = PackSpec.parse("td_f16k4f2k2f1k1_g3");
  private static final PackSpec ANCHORED = PackSpec.parse("f1k1_x_td_f16k4f2k2f1k1_g3");
  private static final PackSpec INVERTED = PackSpec.parse("f1k1_x_g3_f1k1f2k2f16k4_td");
  private static final StripBank BANK = StripBank.of(new Carousel(), 2, List.of(3), 20, 1);
  private static final HistoryNoise STRONG = HistoryNoise.fixed(Form.ADD, 0.5);

  @Test
  void the_memory_task_shows_nineteen_true_frames_and_asks_for_the_next_three() {
    HistoryExample example = draws(FORWARD, 0, HistoryNoise.NONE).next(Philox.of(1));
    assertEquals(22, example.video().frames());
    assertEquals(example.video().slice(19, 3), example.target());
    int from = 0;
    for (Source level : example.section().sources(Level.Role.HISTORY)) {
      int count = level.frames().size();
      assertEquals(example.video().slice(from, count), example.frames(level));
      from += count;
    }
    assertEquals(19, from);
  }

  @Test
  void half_of_the_forward_examples_have_a_short_history_of_one_to_eighteen_frames() {
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    Philox draws = Philox.of(3);
    ExampleDraws task = draws(FORWARD, 0.5, HistoryNoise.NONE);
    for (int i = 0; i < 2000; i++) {
      HistoryExample example = task.next(draws);
      int valid = example.section().sources().stream().mapToInt(Source::present).sum();
      assertEquals(example.section().first(), valid);
      counts.merge(valid, 1, Integer::sum);
    }
    assertEquals(1000, counts.get(19), 90);
    for (int m = 1; m <= 18; m++) assertEquals(1000 / 18.0, counts.getOrDefault(m, 0), 32);
    assertEquals(19, counts.size());
  }

  @Test
  void missing_frames_are_exact_zeros_even_with_noise() {
    Philox draws = Philox.of(4);
    for (PackSpec spec : List.of(FORWARD, ANCHORED, INVERTED)) {
      ExampleDraws task = draws(spec, 1, STRONG);
      int missing = 0;
      for (int i = 0; i < 50; i++) {
        HistoryExample example = task.next(draws);
        for (Source level : example.section().sources()) {
          Frames frames = example.frames(level);
          for (int t = 0; t < frames.frames(); t++) {
            if (level.frames().get(t) != Source.MISSING) continue;
            missing++;
            assertEquals(Frames.zeros(16, 1, 8, 8), frames.slice(t, 1));
          }
        }
      }
      assertTrue(missing > 50, spec + ": " + missing);
    }
  }

  @Test
  void noise_spares_the_start_frame_and_the_target_and_reaches_the_rest() {
    Philox draws = Philox.of(5);
    for (PackSpec spec : List.of(ANCHORED, INVERTED)) {
      ExampleDraws task = draws(spec, 0.5, STRONG);
      for (int i = 0; i < 50; i++) {
        HistoryExample example = task.next(draws);
        assertEquals(example.video().slice(0, 1), example.context().slice(0, 1));
        Source start = example.section().sources(Level.Role.START).getFirst();
        assertEquals(example.video().slice(0, 1), example.frames(start));
        for (Source level : example.section().sources(Level.Role.HISTORY)) {
          assertEquals(example.context().pick(level.frames()), example.frames(level));
        }
        int first = example.section().first();
        assertEquals(example.video().slice(first, 3), example.target());
        for (int t = 1; t < example.video().frames(); t++) {
          assertNotEquals(example.video().slice(t, 1), example.context().slice(t, 1));
        }
      }
    }
  }

  @Test
  void a_short_forward_history_begins_with_the_clean_start_frame() {
    Philox draws = Philox.of(6);
    ExampleDraws cut = draws(FORWARD, 1, STRONG);
    for (int i = 0; i < 30; i++) {
      HistoryExample example = cut.next(draws);
      assertEquals(example.video().slice(0, 1), example.context().slice(0, 1));
    }
    HistoryExample full = draws(FORWARD, 0, STRONG).next(draws);
    assertNotEquals(full.video().slice(0, 1), full.context().slice(0, 1));
  }

  @Test
  void an_anchored_section_starts_a_whole_number_of_sections_after_the_anchor() {
    TreeSet<Integer> starts = new TreeSet<>();
    Philox draws = Philox.of(7);
    ExampleDraws task = draws(ANCHORED, 0, HistoryNoise.NONE);
    for (int i = 0; i < 600; i++) {
      HistoryExample example = task.next(draws);
      int start = example.section().first();
      starts.add(start);
      int valid =
          example.section().sources(Level.Role.HISTORY).stream().mapToInt(Source::present).sum();
      assertEquals(Math.min(19, start), valid);
    }
    TreeSet<Integer> expected = new TreeSet<>();
    for (int k = 0; k < 12; k++) expected.add(1 + 3 * k);
    assertEquals(expected, starts);
  }

  @Test
  void inverted_sections_are_drawn_with_the_paddings_of_sampling_and_history_to_the_right() {
    TreeMap<Integer, Integer> paddings = new TreeMap<>();
    Philox draws = Philox.of(8);
    ExampleDraws task = draws(INVERTED, 0, HistoryNoise.NONE);
    for (int i = 0; i < 900; i++) {
      HistoryExample example = task.next(draws);
      int sections = (example.video().frames() - 1) / 3;
      assertTrue(Set.of(4, 8, 12).contains(sections));
      int place = (example.section().first() - 1) / 3;
      int expected = sections <= 4 || place < 2 ? place : place == sections - 1 ? 3 : 2;
      assertEquals(expected, example.section().padding());
      paddings.merge(expected, 1, Integer::sum);
      Source nearest = example.section().sources(Level.Role.HISTORY).getFirst();
      if (place < sections - 1) {
        int next = example.section().last() + 1;
        assertEquals(example.video().slice(next, 1), example.frames(nearest));
      }
    }
    // 30 % at the edges lift the rare paddings 0 and 3 to about a fifth of the draws each
    assertTrue(paddings.get(0) > 150 && paddings.get(3) > 150, paddings.toString());
  }

  @Test
  void noise_levels_mix_or_add_as_stated() {
    Frames video = TestFrames.plus(Frames.zeros(16, 20, 8, 8), 2);
    Frames mixed = HistoryNoise.fixed(Form.MIX, 0.3).apply(video, 0, Philox.of(9));
    Frames added = HistoryNoise.fixed(Form.ADD, 0.3).apply(video, 0, Philox.of(9));
    assertEquals(1.4, mean(mixed), 0.01);
    assertEquals(2, mean(added), 0.01);
    assertEquals(0.3, deviation(mixed), 0.01);
    assertEquals(0.3, deviation(added), 0.01);
    assertEquals(video, HistoryNoise.NONE.apply(video, 0, Philox.of(9)));
    Frames varied = new HistoryNoise(Form.ADD, 0, 0.3).apply(video, 0, Philox.of(10));
    assertTrue(deviation(varied) < 0.29);
  }

  @Test
  void equal_draws_give_equal_examples() {
    ExampleDraws task = draws(INVERTED, 0, STRONG);
    assertEquals(task.next(Philox.of(1, 5)), task.next(Philox.of(1, 5)));
    assertNotEquals(task.next(Philox.of(1, 5)), task.next(Philox.of(1, 6)));
  }

  @Test
  void a_clip_too_short_for_the_task_is_refused_before_any_draw() {
    Frames pixels = TestFrames.waves(40, 16, 16);
    ClipDataset clip = ClipDataset.of("short", pixels, ClipDataset.Cut.DEFAULT);
    var training = new TrainingDraws(INVERTED, List.of(4, 12), 0, 0);
    var error =
        assertThrows(
            DatasetError.class, () -> new ExampleDraws(clip, training, HistoryTreatment.NONE));
    assertTrue(error.getMessage().contains("need 37 consecutive frames, but the data has 32"));
    var fits = new TrainingDraws(INVERTED, List.of(4, 8), 0, 0);
    assertEquals(0, new ExampleDraws(clip, fits, HistoryTreatment.NONE).next(Philox.of(0)).label());
    assertThrows(IllegalArgumentException.class, () -> new HistoryNoise(Form.ADD, 0.3, 0.1));
  }

  private static ExampleDraws draws(PackSpec spec, double truncated, HistoryNoise noise) {
    return new ExampleDraws(
        BANK,
        new TrainingDraws(spec, List.of(4, 8, 12), truncated, 0.3),
        HistoryTreatment.noise(noise, HistoryNoise.NONE));
  }

  private static double mean(Frames frames) {
    double sum = 0;
    for (float v : frames.values()) sum += v;
    return sum / frames.values().length;
  }

  private static double deviation(Frames frames) {
    double mean = mean(frames);
    double sum = 0;
    for (float v : frames.values()) sum += (v - mean) * (v - mean);
    return Math.sqrt(sum / frames.values().length);
  }
}
