package framepack.tests.paper;

import static framepack.tests.paper.SectionPlanPaperTest.frames;
import static framepack.tests.paper.SectionPlanPaperTest.range;
import static framepack.tests.paper.SectionPlanPaperTest.times;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.order.Anchors;
import framepack.order.DecodeWindow;
import framepack.order.FarFirst;
import framepack.order.InvertedFromText;
import framepack.order.MultipleEndpoints;
import framepack.order.SamplingOrder;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.order.TrainingDraws;
import framepack.pack.Level.Role;
import framepack.pack.PackSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// T9 and T10 for every order, known frames, lengths and anchors; the orders of paper Fig. 2d and of FramePack-P1.
class EveryOrderPaperTest {
  private static final PackSpec ENDPOINT = PackSpec.parse("td_f16k4f2k2f1k1_g9_x_f1k1");
  private static final int[] LENGTHS = {1, 2, 5, 50};
  private static final int[] KNOWN = {0, 1, 4, 25};

  /// Every order x known frames x sections x anchors.
  static Stream<SectionPlan> plans() {
    List<SectionPlan> all = new ArrayList<>();
    for (SectionPlan order : orders()) {
      for (int sections : LENGTHS) {
        for (int known : KNOWN) {
          SectionPlan plan =
              new SectionPlan(order.spec(), sections, known, order.order(), Anchors.NONE);
          all.add(plan);
          anchors(plan).forEach(anchors -> all.add(plan.with(anchors)));
        }
      }
    }
    return all.stream();
  }

  private static List<SectionPlan> orders() {
    List<SectionPlan> orders = new ArrayList<>();
    List<String> names =
        List.of(
            "td_f16k4f2k2f1k1_g9",
            "td_f2k2f1k1_g3",
            "framepack-f1",
            "framepack",
            "f2k1_x_g1_f1k1_td",
            "td_f2k2f1k1_g3_x_f2k1",
            "f1k1_x_f2k2f1k1_g3_x_f1k1");
    names.forEach(name -> orders.add(new SectionPlan(PackSpec.parse(name), 1, 1)));
    for (String text :
        List.of("endpoint", "endpoints:0.5,1", "endpoints:1,0.01,0.4", "far-first")) {
      orders.add(new SectionPlan(ENDPOINT, 1, 1).with(SamplingOrder.parse(text)));
    }
    for (String name : List.of("framepack", "f2k1_x_g3_f1k1f2k2_ta")) {
      orders.add(new SectionPlan(PackSpec.parse(name), 1, 0, new InvertedFromText(), Anchors.NONE));
    }
    return orders;
  }

  private static List<Anchors> anchors(SectionPlan plan) {
    int first = plan.known();
    int end = plan.latents();
    return List.of(
        Anchors.parse("end", end),
        Anchors.parse("packed:end", end),
        Anchors.at(end - 1),
        Anchors.parse("packed:" + (first + end) / 2, end),
        new Anchors(
            IntStream.of(first, (first + end) / 2, end).distinct().sorted().boxed().toList(),
            Anchors.View.ALWAYS));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void T9_every_frame_is_made_once_from_frames_that_exist_at_that_time(SectionPlan plan) {
    Set<Integer> done = new HashSet<>(plan.anchors().frames());
    IntStream.range(0, plan.known()).forEach(done::add);
    Set<Integer> made = new HashSet<>();
    for (Section section : plan.all()) {
      if (plan.sections() <= 5) {
        assertEquals(done, Set.copyOf(plan.existing(section.index())));
      }
      for (Source source : section.sources()) {
        for (int frame : source.frames()) {
          assertTrue(frame == Source.MISSING || done.contains(frame), source.toString());
        }
      }
      for (int frame : section.frames()) {
        assertTrue(made.add(frame), "twice: " + frame);
        done.add(frame);
      }
    }
    assertEquals(
        IntStream.range(plan.known(), plan.latents()).boxed().toList(),
        made.stream().sorted().toList());
  }

  @ParameterizedTest
  @MethodSource("plans")
  void T9_times_lie_inside_the_window_and_never_grow_with_the_section_number(SectionPlan plan) {
    PackSpec spec = plan.spec();
    int context = spec.startFrames() + spec.historyFrames() + spec.endpointFrames();
    int longest = context + 7 * spec.generated();
    for (Section section : plan.all()) {
      assertTrue(section.noisy().first() >= 0 && section.noisy().values().getLast() < longest);
      for (Source source : section.sources()) {
        for (int time : source.times().toArray()) {
          assertTrue(time >= 0 && time <= longest, () -> time + " in " + section);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void T9_what_is_shown_keeps_its_order_in_time(SectionPlan plan) {
    for (Section section : plan.all()) {
      for (int frame = 1; frame < plan.stored(); frame++) {
        assertTrue(section.clock().at(frame) >= section.clock().at(frame - 1));
      }
      for (Source source : section.sources()) {
        boolean fixed =
            source.level().role() == Role.START; // F1's start stands at 0, wherever it is
        boolean clamped = source.level().role() == Role.ANCHOR;
        for (int i = 0; i < source.frames().size() && !fixed && !clamped; i++) {
          int frame = source.frames().get(i);
          if (frame != Source.MISSING) {
            assertEquals(
                section.clock().at(frame), source.times().toArray()[i], section.toString());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void T10_decode_windows_cover_the_video_and_total_four_n_minus_three(SectionPlan plan) {
    int pixels = 0;
    Set<Integer> made = new HashSet<>();
    IntStream.range(0, plan.known()).forEach(made::add);
    Set<Integer> decoded = new HashSet<>();
    for (Section section : plan.all()) {
      made.addAll(section.frames());
      for (DecodeWindow window : section.decodes()) {
        assertTrue(pixels >= window.overlap(), "nothing to join");
        pixels += window.pixelFrames() - window.overlap();
        for (int i = 0; i < window.count(); i++) {
          assertTrue(made.contains(window.first() + i), "decoded before it is there");
          decoded.add(window.first() + i);
        }
      }
    }
    assertEquals(plan.latents(), decoded.size());
    assertEquals(4 * plan.latents() - 3, pixels);
    assertEquals(plan.pixelFrames(), pixels);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void the_context_is_as_long_in_every_section(SectionPlan plan) {
    int own = plan.anchors().view() == Anchors.View.ALWAYS ? plan.anchors().frames().size() : 0;
    for (Section section : plan.all()) {
      assertEquals(plan.spec().levels().size() + own, section.sources().size());
      assertEquals(own, section.sources(Role.ANCHOR).size());
    }
  }

  @Test
  void several_endpoints_come_first_in_the_stated_order_then_the_gaps_from_the_left() {
    SectionPlan plan =
        new SectionPlan(ENDPOINT, 8, 1).with(new MultipleEndpoints(List.of(0.5, 1.0)));
    assertEquals(List.of(3, 7, 0, 1, 2, 4, 5, 6), places(plan));
    Section far = plan.section(1);
    assertEquals(3, far.padding(), "three sections lie blank between the endpoints");
    assertEquals(List.of(36), far.sources(Role.HISTORY).getLast().frames());
    assertEquals(27, far.noisy().first() - far.sources(Role.HISTORY).getLast().times().first() - 1);
    Section filled = plan.section(5);
    assertArrayEquals(range(37 - 19, 19), frames(filled, Role.HISTORY));
    assertArrayEquals(new int[] {64}, frames(filled, Role.ENDPOINT));
    assertEquals(2 * 9, times(filled, Role.ENDPOINT)[0] - filled.clock().noisy().end());
  }

  @Test
  void a_last_stretch_without_an_endpoint_is_filled_with_none_in_view() {
    SectionPlan plan = new SectionPlan(ENDPOINT, 4, 1).with(new MultipleEndpoints(List.of(0.5)));
    assertEquals(List.of(1, 0, 2, 3), places(plan));
    assertArrayEquals(new int[] {Source.MISSING}, frames(plan.section(3), Role.ENDPOINT));
  }

  @Test
  void P1_far_sections_come_before_near_ones_and_depend_on_few_others() {
    SectionPlan plan = new SectionPlan(ENDPOINT, 9, 1).with(new FarFirst());
    assertEquals(List.of(8, 0, 4, 6, 2, 7, 5, 3, 1), places(plan));
    for (int sections = 1; sections <= 70; sections++) {
      FarFirst order = new FarFirst();
      int[] depth = new int[sections];
      for (int step = 0; step < sections; step++) {
        int place = order.place(sections, step);
        assertEquals(step, order.step(sections, place));
        var near = order.neighbours(sections, step);
        int left = near.left() < 0 ? 0 : depth[near.left()];
        int right = near.right() >= sections ? 0 : depth[near.right()];
        depth[place] = 1 + Math.max(left, right);
      }
      int log = 32 - Integer.numberOfLeadingZeros(sections);
      assertTrue(IntStream.of(depth).max().orElseThrow() <= log + 1, sections + " sections");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 5, 50})
  void an_end_image_stands_where_the_released_code_puts_it(int sections) {
    SectionPlan plan = new SectionPlan(PackSpec.FRAMEPACK, sections, 1);
    SectionPlan ending = plan.with(Anchors.parse("packed:end", plan.latents()));
    int end = plan.latents();
    for (Section section : ending.all()) {
      int[] expected =
          IntStream.range(section.last() + 1, section.last() + 20)
              .map(frame -> frame <= end ? frame : Source.MISSING)
              .toArray();
      assertArrayEquals(expected, frames(section, Role.HISTORY));
      assertArrayEquals(
          times(plan.section(section.index()), Role.HISTORY), times(section, Role.HISTORY));
    }
    assertEquals(
        end, frames(ending.section(0), Role.HISTORY)[0], "the 1x latent of the first section");
  }

  @Test
  void an_anchor_stands_at_its_own_time_and_beyond_three_sections_at_three() {
    SectionPlan plan = new SectionPlan(PackSpec.FRAMEPACK_F1, 10, 1).with(Anchors.at(36));
    assertArrayEquals(new int[] {28 + 27}, times(plan.section(0), Role.ANCHOR), "27 frames on");
    assertArrayEquals(
        new int[] {20 + 8}, times(plan.section(3), Role.ANCHOR), "its own last frame");
    assertArrayEquals(new int[] {19}, times(plan.section(4), Role.ANCHOR), "the nearest history");
    assertArrayEquals(new int[] {0}, times(plan.section(9), Role.ANCHOR), "long past");
    SectionPlan far = new SectionPlan(PackSpec.FRAMEPACK_F1, 10, 1).with(Anchors.at(90));
    assertArrayEquals(new int[] {29 + 27}, times(far.section(0), Role.ANCHOR));
  }

  @Test
  void an_endpoint_shows_the_nearest_anchor_ahead() {
    SectionPlan plan = new SectionPlan(ENDPOINT, 6, 1).with(Anchors.parse("packed:20", 55));
    Section end = plan.section(0);
    assertEquals(20, frames(end, Role.HISTORY)[18], "the anchor is what exists on the left");
    Section first = plan.section(1);
    assertArrayEquals(new int[] {20}, frames(first, Role.ENDPOINT));
    assertEquals(10, times(first, Role.ENDPOINT)[0] - first.clock().noisy().end());
    assertArrayEquals(new int[] {46}, frames(plan.section(3), Role.ENDPOINT), "and then the end");
  }

  @Test
  void without_a_known_frame_the_first_section_sees_nothing_and_the_start_is_what_it_makes() {
    SectionPlan forward = new SectionPlan(PackSpec.FRAMEPACK_F1, 3, 0);
    assertTrue(forward.section(0).sources().stream().allMatch(source -> source.present() == 0));
    assertArrayEquals(new int[] {0}, frames(forward.section(1), Role.START));
    SectionPlan inverted = new SectionPlan(PackSpec.FRAMEPACK, 3, 0);
    assertFalse(inverted.section(0).sources().stream().anyMatch(source -> source.present() > 0));
  }

  @Test
  void a_clip_is_continued_from_as_many_frames_as_the_packing_shows() {
    PackSpec forward = PackSpec.parse("td_f16k4f2k2f1k1_g9");
    assertArrayEquals(
        range(11, 19), frames(new SectionPlan(forward, 2, 30).section(0), Role.HISTORY));
    SectionPlan inverted =
        new SectionPlan(PackSpec.parse("f16k4f2k2f1k1_x_g9_f1k1f2k2f16k4_td"), 2, 30);
    for (Section section : inverted.all()) {
      assertArrayEquals(range(11, 19), frames(section, Role.START));
    }
    assertArrayEquals(
        range(11, 19), frames(new SectionPlan(ENDPOINT, 5, 30).section(0), Role.HISTORY));
  }

  @Test
  void orders_and_anchors_are_read_from_text_and_printed_back() {
    for (String text :
        List.of(
            "vanilla",
            "forward-start",
            "inverted",
            "inverted-text",
            "endpoint",
            "far-first",
            "endpoints:1",
            "endpoints:0.25,1")) {
      assertEquals(text, SamplingOrder.parse(text).text());
    }
    assertEquals(List.of(3, 12, 40), Anchors.parse("12,end,3", 40).frames());
    assertEquals("packed:40", Anchors.parse("packed:end", 40).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "end points", "endpoints:", "endpoints:0", "endpoints:1.1", "endpoints:a"})
  void an_order_that_cannot_be_read_is_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> SamplingOrder.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "-1", "1,,2", "1,1", "packed:", "end,end", "99999999999"})
  void anchors_that_cannot_be_read_are_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Anchors.parse(text, 37));
  }

  @Test
  void an_order_or_an_anchor_that_does_not_fit_is_refused() {
    SectionPlan plan = new SectionPlan(PackSpec.FRAMEPACK, 4, 1);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> plan.with(new FarFirst()))
            .getMessage()
            .endsWith("its levels are those of the order 'inverted', they do not fit 'far-first'"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> plan.with(Anchors.at(38)))
            .getMessage()
            .endsWith(
                "anchor 38 is not among the frames to make, 1..36, or just behind them (37, 'end')"));
    assertThrows(IllegalArgumentException.class, () -> plan.with(Anchors.at(0)));
  }

  @Test
  void training_draws_sections_of_every_order_with_anchors_and_far_frames() {
    Random random = new Random(4);
    TrainingDraws far =
        new TrainingDraws(PackSpec.parse("td_f2k2f1k1_g3"), List.of(5), 0.5, 0).withFarHistory();
    TrainingDraws ahead =
        new TrainingDraws(ENDPOINT, List.of(2, 5), 0.5, 0.3).with(new FarFirst()).withAnchors(3);
    int most = 0;
    for (int i = 0; i < 500; i++) {
      var draw = ahead.next(random);
      assertEquals(draw.plan().section(draw.section().index()), draw.section());
      assertEquals(new FarFirst(), draw.plan().order());
      assertEquals(3, draw.section().sources(Role.ANCHOR).size());
      most = Math.max(most, far.next(random).plan().known());
    }
    assertEquals(3 + 4 * 3, most);
    assertEquals(18, far.longest());
    assertThrows(IllegalArgumentException.class, () -> far.withAnchors(4));
    assertThrows(IllegalArgumentException.class, () -> far.with(new FarFirst()).next(random));
  }

  private static List<Integer> places(SectionPlan plan) {
    return plan.all().stream()
        .map(section -> (section.first() - plan.known()) / plan.spec().generated())
        .toList();
  }
}
