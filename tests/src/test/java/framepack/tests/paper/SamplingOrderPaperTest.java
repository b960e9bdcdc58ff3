package framepack.tests.paper;

import static framepack.tests.paper.SectionPlanPaperTest.frames;
import static framepack.tests.paper.SectionPlanPaperTest.range;
import static framepack.tests.paper.SectionPlanPaperTest.times;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.order.TrainingDraws;
import framepack.pack.Level.Role;
import framepack.pack.PackSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The orders of paper Fig. 2, for sampling and for training.
class SamplingOrderPaperTest {
  private static final String[] NAMES = {
    "td_f16k4f2k2f1k1_g3",
    "f1k1_x_f16k4f2k2f1k1_g3",
    "f1k1_x_g3_f1k1f2k2f16k4_td",
    "td_f16k4f2k2f1k1_g3_x_f1k1",
  };

  @Test
  void every_order_generates_every_frame_once_and_never_looks_at_one_not_yet_there() {
    for (String name : NAMES) {
      for (int sections = 1; sections <= 8; sections++) {
        SectionPlan plan = new SectionPlan(PackSpec.parse(name), sections, 1);
        Set<Integer> done = new HashSet<>(Set.of(0));
        for (Section section : plan.all()) {
          for (Source source : section.sources()) {
            for (int frame : source.frames()) {
              assertTrue(frame == Source.MISSING || done.contains(frame), name + section);
            }
          }
          for (int frame = section.first(); frame <= section.last(); frame++) {
            assertTrue(done.add(frame), name + " repeats " + frame);
          }
        }
        assertEquals(plan.latents(), done.size(), name);
      }
    }
  }

  @Test
  void the_endpoint_order_plans_the_end_first_and_then_fills_towards_it() {
    PackSpec spec = PackSpec.parse("td_f2k2f1k1_g3_x_f1k1");
    SectionPlan plan = new SectionPlan(spec, 4, 1);
    Section end = plan.section(0);
    assertEquals(10, end.first());
    assertEquals(3, end.padding());
    assertArrayEquals(range(0, 3), times(end, Role.HISTORY));
    assertArrayEquals(range(3 + 9, 3), end.noisy().toArray());
    assertArrayEquals(new int[] {Source.MISSING, Source.MISSING, 0}, frames(end, Role.HISTORY));
    assertArrayEquals(new int[] {Source.MISSING}, frames(end, Role.ENDPOINT));
    int[] gaps = {6, 3, 0};
    for (int i = 1; i < 4; i++) {
      Section section = plan.section(i);
      assertEquals(1 + 3 * (i - 1), section.first());
      assertArrayEquals(range(3, 3), section.noisy().toArray());
      assertArrayEquals(new int[] {6 + gaps[i - 1]}, times(section, Role.ENDPOINT));
      assertArrayEquals(new int[] {10}, frames(section, Role.ENDPOINT));
    }
    assertArrayEquals(new int[] {4, 5, 6}, frames(plan.section(3), Role.HISTORY));
  }

  @Test
  void a_start_and_an_endpoint_may_both_be_in_view() {
    PackSpec spec = PackSpec.parse("f1k1_x_f2k2f1k1_g3_x_f1k1");
    Section section = new SectionPlan(spec, 3, 1).section(2);
    assertArrayEquals(new int[] {0}, times(section, Role.START));
    assertArrayEquals(range(1, 3), times(section, Role.HISTORY));
    assertArrayEquals(range(4, 3), section.noisy().toArray());
    assertArrayEquals(new int[] {7}, times(section, Role.ENDPOINT));
    assertArrayEquals(new int[] {0}, frames(section, Role.START));
  }

  @Test
  void true_distances_are_shown_up_to_four_sections() {
    SectionPlan plan = new SectionPlan(PackSpec.parse(NAMES[2]), 4, 1);
    for (Section section : plan.all()) {
      int shift = section.first() - section.noisy().first();
      assertEquals(0, shift, "with four sections window time is video time");
      assertArrayEquals(
          range(section.last() + 1, 19), times(section, Role.HISTORY), "history follows");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void training_draws_are_sections_that_sampling_would_meet(int which) {
    PackSpec spec = PackSpec.parse(NAMES[which]);
    TrainingDraws draws = new TrainingDraws(spec, List.of(4, 8, 12), 0.5, 0.3);
    Random random = new Random(1);
    Set<Integer> paddings = new HashSet<>();
    Set<Integer> valid = new HashSet<>();
    for (int i = 0; i < 4000; i++) {
      var draw = draws.next(random);
      assertEquals(draw.plan().section(draw.section().index()), draw.section());
      assertTrue(draw.section().last() < draw.plan().latents());
      paddings.add(draw.section().padding());
      valid.add(draw.section().sources(Role.HISTORY).stream().mapToInt(Source::present).sum());
    }
    switch (spec.order()) {
      case VANILLA -> assertEquals(Set.of(0), paddings);
      case FORWARD_START -> assertEquals(Set.of(1, 4, 7, 10, 13, 16, 19), valid);
      case INVERTED -> assertEquals(Set.of(0, 3, 6, 9, 12, 15, 18, 19), valid);
      case ENDPOINT -> assertEquals(Set.of(0, 1, 2, 3), paddings);
    }
    if (spec.order() == PackSpec.Order.VANILLA) {
      assertEquals(19, valid.size());
      assertFalse(valid.contains(0));
    }
    if (spec.order() == PackSpec.Order.INVERTED) {
      assertEquals(Set.of(0, 1, 2, 3), paddings);
    }
  }

  @Test
  void half_of_the_forward_draws_have_a_short_history() {
    TrainingDraws draws = new TrainingDraws(PackSpec.parse(NAMES[0]), List.of(20), 0.5, 0.3);
    Random random = new Random(2);
    long cut = 0;
    for (int i = 0; i < 10_000; i++) {
      cut += draws.next(random).plan().known() < 19 ? 1 : 0;
    }
    assertEquals(5000, cut, 250);
  }

  @Test
  void the_same_generator_state_gives_the_same_draws() {
    TrainingDraws draws = new TrainingDraws(PackSpec.parse(NAMES[2]), List.of(4, 8, 12), 0.5, 0.3);
    Random one = new Random(3);
    Random other = new Random(3);
    for (int i = 0; i < 100; i++) {
      assertEquals(draws.next(one), draws.next(other));
    }
  }

  @Test
  void unusable_draw_settings_are_refused() {
    PackSpec spec = PackSpec.parse(NAMES[0]);
    assertThrows(
        IllegalArgumentException.class, () -> new TrainingDraws(spec, List.of(), 0.5, 0.3));
    assertThrows(
        IllegalArgumentException.class, () -> new TrainingDraws(spec, List.of(8, 4), 0.5, 0.3));
    assertThrows(
        IllegalArgumentException.class, () -> new TrainingDraws(spec, List.of(4), 1.5, 0.3));
    assertThrows(
        IllegalArgumentException.class, () -> new TrainingDraws(spec, List.of(4), Double.NaN, 0.3));
  }
}
