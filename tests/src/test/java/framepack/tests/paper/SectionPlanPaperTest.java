package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.pack.ContextIndex;
import framepack.pack.Level.Role;
import framepack.pack.PackSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// T9 and the frame counts of T10: indices, paddings, section counts of the released layouts.
class SectionPlanPaperTest {
  @ParameterizedTest
  @CsvSource({
    "3, 28, 37, 38, 40, 56",
    "2, 19, 28, 29, 31, 47",
    "1, 10, 19, 20, 22, 38",
    "0, 1, 10, 11, 13, 29",
  })
  void inverted_indices_split_as_1_p_9_1_2_16(
      int padding, int noisy, int once, int twice, int fourfold, int length) {
    ContextIndex index = ContextIndex.of(PackSpec.FRAMEPACK, 9 * padding, 0);
    assertArrayEquals(range(noisy, 9), index.noisy().toArray());
    assertArrayEquals(range(fourfold, 16), index.levels().get(0).times().toArray());
    assertArrayEquals(range(twice, 2), index.levels().get(1).times().toArray());
    assertArrayEquals(range(0, 1), index.levels().get(2).times().toArray());
    assertArrayEquals(range(once, 1), index.levels().get(3).times().toArray());
    assertEquals(length, index.length());
  }

  @Test
  void forward_indices_split_as_1_16_2_1_9_in_every_section() {
    for (Section section : new SectionPlan(PackSpec.FRAMEPACK_F1, 50, 1).all()) {
      assertArrayEquals(range(20, 9), section.noisy().toArray());
      assertArrayEquals(range(0, 1), times(section, Role.START));
      assertArrayEquals(range(1, 19), times(section, Role.HISTORY));
    }
  }

  @Test
  void vanilla_indices_are_history_then_noisy() {
    Section section = new SectionPlan(PackSpec.parse("td_f16k4f2k2f1k1_g3"), 20, 1).section(7);
    assertArrayEquals(range(0, 19), times(section, Role.HISTORY));
    assertArrayEquals(range(19, 3), section.noisy().toArray());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 50})
  void inverted_paddings_follow_the_official_list(int sections) {
    int[] official =
        sections <= 4
            ? IntStream.range(0, sections).map(i -> sections - 1 - i).toArray()
            : IntStream.concat(
                    IntStream.of(3),
                    IntStream.concat(
                        IntStream.generate(() -> 2).limit(sections - 3), IntStream.of(1, 0)))
                .toArray();
    SectionPlan plan = new SectionPlan(PackSpec.FRAMEPACK, sections, 1);
    assertArrayEquals(official, plan.all().stream().mapToInt(Section::padding).toArray());
    for (Section section : plan.all()) {
      assertEquals(1 + 9 * section.padding(), section.noisy().first());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "3, 9, 2",
    "5, 9, 4",
    "15, 9, 12",
    "60, 9, 50",
    "120, 9, 100",
    "0.1, 9, 1",
    "1.6, 3, 4",
    "1.2, 4, 2",
    "2, 3, 5",
    "1, 3, 2",
    "0.2, 3, 1",
  })
  void section_counts_round_half_to_even(double seconds, int window, int sections) {
    assertEquals(sections, SectionPlan.sectionsFor(seconds, window));
  }

  @ParameterizedTest
  @CsvSource({"5, 4, 37, 145", "60, 50, 451, 1801", "120, 100, 901, 3601"})
  void T10_latents_are_9S_plus_1_and_frames_36S_plus_1(
      double seconds, int sections, int latents, int frames) {
    for (PackSpec spec : List.of(PackSpec.FRAMEPACK, PackSpec.FRAMEPACK_F1)) {
      SectionPlan plan = SectionPlan.ofSeconds(spec, seconds);
      assertEquals(sections, plan.sections());
      assertEquals(latents, plan.latents());
      assertEquals(frames, plan.pixelFrames());
    }
  }

  /// Replays demo_gradio.py: `history` holds the newest frame first and starts as 19 zeros.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 50})
  void inverted_sections_see_exactly_the_official_history(int sections) {
    SectionPlan plan = new SectionPlan(PackSpec.FRAMEPACK, sections, 1);
    int[] history = IntStream.generate(() -> Source.MISSING).limit(19).toArray();
    for (Section section : plan.all()) {
      assertEquals(List.of(0), section.sources(Role.START).getFirst().frames());
      assertArrayEquals(IntStream.of(history).limit(19).toArray(), frames(section, Role.HISTORY));
      int first = 1 + 9 * (sections - 1 - section.index());
      assertEquals(first, section.first());
      assertEquals(first + 8, section.last());
      history =
          IntStream.concat(IntStream.range(first, first + 9), IntStream.of(history)).toArray();
    }
    assertEquals(1, plan.section(sections - 1).first(), "the last section ends at the start frame");
  }

  /// Replays demo_gradio_f1.py: `history` is 19 zeros, then the start latent, then the sections.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 50})
  void forward_sections_see_exactly_the_official_history(int sections) {
    int[] history =
        IntStream.concat(IntStream.generate(() -> Source.MISSING).limit(19), IntStream.of(0))
            .toArray();
    for (Section section : new SectionPlan(PackSpec.FRAMEPACK_F1, sections, 1).all()) {
      assertEquals(List.of(0), section.sources(Role.START).getFirst().frames());
      int[] newest = IntStream.of(history).skip(history.length - 19).toArray();
      assertArrayEquals(newest, frames(section, Role.HISTORY));
      int first = history.length - 19;
      assertEquals(first, section.first());
      history =
          IntStream.concat(IntStream.of(history), IntStream.range(first, first + 9)).toArray();
    }
  }

  @Test
  void known_frames_before_a_continuation_are_used() {
    SectionPlan inverted = new SectionPlan(PackSpec.parse("f1k1_x_g3_f1k1f2k2_td"), 2, 5);
    assertEquals(List.of(4), inverted.section(0).sources(Role.START).getFirst().frames());
    assertEquals(8, inverted.section(0).first());
    SectionPlan forward = new SectionPlan(PackSpec.parse("f1k1_x_f2k2f1k1_g3"), 2, 5);
    assertEquals(List.of(0), forward.section(1).sources(Role.START).getFirst().frames());
    assertArrayEquals(new int[] {2, 3, 4}, frames(forward.section(0), Role.HISTORY));
    SectionPlan text = new SectionPlan(PackSpec.FRAMEPACK, 2, 0);
    assertEquals(0, text.section(1).sources(Role.START).getFirst().present());
    assertEquals(18, text.latents());
  }

  @Test
  void impossible_plans_are_refused() {
    assertThrows(IllegalArgumentException.class, () -> new SectionPlan(PackSpec.FRAMEPACK, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> new SectionPlan(PackSpec.FRAMEPACK, 1, -1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SectionPlan(PackSpec.FRAMEPACK, Integer.MAX_VALUE, 1));
    assertThrows(IllegalArgumentException.class, () -> SectionPlan.sectionsFor(Double.NaN, 9));
    assertThrows(IllegalArgumentException.class, () -> SectionPlan.sectionsFor(-1, 9));
    assertThrows(IllegalArgumentException.class, () -> SectionPlan.sectionsFor(1e300, 9));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SectionPlan(PackSpec.parse("td_f1k1_g3_x_f4k1"), 2, 1));
    assertThrows(
        IllegalArgumentException.class, () -> ContextIndex.of(PackSpec.parse("td_f1k1_g3"), 3, 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> new SectionPlan(PackSpec.FRAMEPACK, 2, 1).section(2));
  }

  static int[] range(int first, int count) {
    return IntStream.range(first, first + count).toArray();
  }

  static int[] times(Section section, Role role) {
    return section.sources(role).stream()
        .flatMapToInt(source -> IntStream.of(source.times().toArray()))
        .toArray();
  }

  static int[] frames(Section section, Role role) {
    return section.sources(role).stream()
        .flatMapToInt(source -> source.frames().stream().mapToInt(i -> i))
        .toArray();
  }
}
