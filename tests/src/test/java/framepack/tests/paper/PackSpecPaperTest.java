package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.pack.PackSpec;
import framepack.pack.PackSpec.Order;
import framepack.pack.PackSpec.Side;
import framepack.pack.PackSpecException;
import framepack.pack.PatchKernel;
import framepack.pack.Run;
import framepack.pack.Tail;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// T4: the name grammar.
class PackSpecPaperTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "td_f16k4f4k2f1k1_g9",
        "td_f16k4f4k2f1k1_g9+d",
        "td_f16k4f4k2f1k1_g9_x_f1k1",
        "td_f16k4f4k2f1k1_g9+d_x_f1k1",
        "ta_f16k4f4k2f1k1_g9",
        "tc_f16k4f4k2f1k1_g9",
        "f1k1_x_g9_f1k1f4k2f16k4_td",
        "f1k1_x_g9_f1k1f4k2f16k4_ta",
        "f1k1_x_g9_f1k1f4k2f16k4_tc",
        "td_f16k4f2k2f1k1_g9",
        "td_f16k4f2k2f1k1_g9+d",
        "f1k1_x_g9_f1k1f2k2f16k4_td",
        "td_f8k8f4k4f2k2f1k1_g9",
        "td_f8k8f4k4f2k2f1k1_g9+d",
        "f16k4f2k2f1k1_g9+d",
        "f16k4f2k2f1k1_g3",
        "f1k1f4s2f1s1f16k4f2k2f1k1_g20",
        "td_f1k1_g3",
        "td_f3k1_g3",
        "td_f19k1_g3",
        "td_f2k2f1k1_g3",
        "f16k2f3k1_g3",
        "f1k1_x_f16k4f2k2f1k1_g3",
        "f1k1_x_td_f16k4f2k2f1k1_g9",
        "f1k1_x_g3_f1k1f2k2f16k4_td",
        "f1k1_x_g3_f1k1f2k2f16k4",
        "f2k1_x_g9_f1k1f2k2f16k4f32k8",
        "td_f16k4h8w8f2k2h4w4f1k1h2w2_g9",
        "td_f16k16h2w2f4k1h8w8f1k1_g9",
        "f1k1_x_f16k4f1k1_g9_x_f1k1",
        "td_f16k16f1k1_g1",
      })
  void a_name_prints_as_it_was_written(String name) {
    assertEquals(name, PackSpec.parse(name).toString());
  }

  @Test
  void capital_D_is_read_and_printed_small() {
    assertEquals("td_f16k4f2k2f1k1_g9+d", PackSpec.parse("td_f16k4f2k2f1k1_g9+D").toString());
    assertTrue(PackSpec.parse("f16k4f2k2f1k1_g9+D").discrete());
  }

  @Test
  void every_random_packing_survives_printing_and_parsing() {
    Random random = new Random(25041_2626L);
    for (int i = 0; i < 5000; i++) {
      PackSpec spec = randomSpec(random);
      assertEquals(spec, PackSpec.parse(spec.toString()), spec.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "td_f16k4f2k2f1k1_g9, VANILLA",
    "f16k4f2k2f1k1_g3, VANILLA",
    "td_f16k4f2k2f1k1_g9_x_f1k1, ENDPOINT",
    "f1k1_x_g9_f1k1f2k2f16k4_td, INVERTED",
    "f1k1_x_f16k4f2k2f1k1_g3, FORWARD_START",
    "framepack, INVERTED",
    "framepack-f1, FORWARD_START",
  })
  void the_name_implies_the_order(String name, Order order) {
    assertEquals(order, PackSpec.parse(name).order());
  }

  @Test
  void the_released_inverted_layout_has_the_levels_of_the_checkpoint() {
    PackSpec spec = PackSpec.parse("framepack");
    assertEquals("f1k1_x_g9_f1k1f2k2f16k4_td", spec.toString());
    assertEquals(19, spec.historyFrames());
    assertEquals(1, spec.startFrames());
    assertEquals(9, spec.generated());
    assertEquals(List.of("f16k4", "f2k2", "f1k1", "f1k1"), levelNames(spec));
    assertEquals(Optional.of(Tail.DELETE), spec.tail());
  }

  @Test
  void the_released_forward_layout_has_the_same_token_order() {
    PackSpec spec = PackSpec.parse("framepack-f1");
    assertEquals("f1k1_x_td_f16k4f2k2f1k1_g9", spec.toString());
    assertEquals(levelNames(PackSpec.FRAMEPACK), levelNames(spec));
  }

  @ParameterizedTest
  @CsvSource({
    "td_f16k4f4k2f1k1_g9, 21, 1.75",
    "td_f16k4f2k2f1k1_g9, 19, 1.5",
    "td_f8k8f4k4f2k2f1k1_g9, 15, 1.328125",
    "f1k1_x_g9_f1k1f2k2f16k4_td, 19, 1.5",
  })
  void T3_history_costs_its_ideal_share_of_a_frame(String name, int frames, double ideal) {
    PackSpec spec = PackSpec.parse(name);
    assertEquals(frames, spec.historyFrames());
    assertEquals(ideal, spec.idealHistory());
  }

  @Test
  void T3_with_the_start_frame_the_released_layouts_cost_two_and_a_half_frames() {
    assertEquals(2.5, PackSpec.FRAMEPACK.idealContext());
    assertEquals(2.5, PackSpec.FRAMEPACK_F1.idealContext());
  }

  @Test
  void spatial_levels_compress_in_space_only() {
    PackSpec spec = PackSpec.parse("f1k1f4s2f1s1f16k4f2k2f1k1_g20");
    assertEquals(new PatchKernel(1, 4, 4), spec.history().get(1).kernel());
    assertEquals(PatchKernel.BASE, spec.history().get(2).kernel());
    assertEquals(25, spec.historyFrames());
    assertNotEquals(spec.history().get(2), spec.history().get(5), "s1 is another slot than k1");
  }

  @Test
  void the_long_form_names_the_same_kernel_as_the_short_one() {
    PackSpec longForm = PackSpec.parse("td_f16k4h8w8f2k2f1k1h2w2_g9");
    PackSpec shortForm = PackSpec.parse("td_f16k4f2k2f1k1_g9");
    assertEquals(shortForm, longForm.canonical());
    assertNotEquals(shortForm, longForm);
    assertEquals(shortForm.tokens(60, 104).total(), longForm.tokens(60, 104).total());
  }

  @Test
  void names_without_a_tail_delete_it_but_stay_without() {
    PackSpec spec = PackSpec.parse("f16k4f2k2f1k1_g3");
    assertTrue(spec.tail().isEmpty());
    assertEquals(Tail.DELETE, spec.tailRule());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "td_f16q4_g9 | column 7: expected 'k' or 's' after the frame count, found 'q'",
        "td_f16k4_g9_ | column 13: expected 'f<N>k<K>', 'g<N>', 'x' or a tail",
        "td_fk4_g9 | column 5: expected a frame count after 'f' (1..1000000), found 'k'",
        "td_f0k4_g9 | column 5: expected a frame count after 'f' (1..1000000), found '0'",
        "td_f01k4_g9 | column 5: expected a frame count after 'f'",
        "td_f99999999999999999999k4_g9 | column 5: expected a frame count after 'f'",
        "td_f1k_g9 | column 7: expected a kernel size after 'k' (1..4096), found '_'",
        "td_f1k4000_g9 | column 7: expected a kernel size of at most 2048, found '4'",
        "td_f1k0_g9 | column 7: expected a kernel size after 'k'",
        "td_f1s_g9 | column 7: expected a kernel size after 's'",
        "td_f1k1h2_g9 | column 10: expected 'w' after the kernel height, found '_'",
        "td_f1k1h2w_g9 | column 11: expected a kernel width after 'w'",
        "td_f1k1 | column 8: expected 'g<N>' (frames per section), found the end",
        "td_g9 | column 4: expected a history 'f<N>k<K>...' after the tail, found 'g9'",
        "g9 | column 1: expected a history 'f<N>k<K>...', found 'g9'",
        "g9_f1k1_td | column 1: expected a history 'f<N>k<K>...', found 'g9'",
        "f1k1_x_g9 | column 10: expected a history 'f<N>k<K>...' after 'g<N>' of an inverted name,",
        "f1k1_x | column 7: expected 'g<N>' (frames per section) or a history, found the end",
        "f1k1_g9_f1k1 | column 9: expected 'x' or the end, found 'f1k1'",
        "f1k1_g9_x | column 10: expected an endpoint 'f<N>k<K>' after 'x', found the end",
        "f1k1_g9_td | column 9: expected 'x' or the end, found 'td'",
        "td_f1k1_x_g9 | column 9: expected 'g<N>' (frames per section), found 'x'",
        "f1k1_x_g9_f1k1_td_x | column 19: expected the end, found 'x'",
        "f1k1_g9_x_f1k1_x | column 16: expected the end, found 'x'",
        "f1k1_g9+e | column 9: expected 'd' after '+', found 'e'",
        "f1k1_g | column 7: expected a frame count after 'g' (1..1000000), found the end",
        "tx_f1k1_g9 | column 2: expected 'd', 'a' or 'c' after 't', found 'x'",
        "f1k1g9 | column 5: expected 'f', '_' or the end, found 'g'",
        "f1k1_g9z | column 8: expected '_' or the end, found 'z'",
        "f1k1 _g9 | column 5: expected 'f', '_' or the end, found ' '",
        "F1k1_g9 | column 1: expected 'f<N>k<K>', 'g<N>', 'x' or a tail ('td', 'ta', 'tc'), found 'F'",
        "td | column 3: expected a history 'f<N>k<K>...' after the tail, found the end",
        "x | column 1: expected a history 'f<N>k<K>...', found 'x'",
        "f1k1_x_x_g9 | column 8: expected 'g<N>' (frames per section) or a history, found 'x'",
      })
  void a_malformed_name_is_refused_at_its_column(String name, String message) {
    PackSpecException error =
        assertThrows(PackSpecException.class, () -> PackSpec.parse(name), name);
    assertTrue(
        error.getMessage().startsWith("pack spec '" + name + "': " + message), error.getMessage());
    assertFalse(error.getMessage().contains("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "f1k1\u001b[2J_g9", "f1k1_g9\u0000", "f\u0663k1_g9"})
  void hostile_characters_never_reach_the_message(String name) {
    PackSpecException error = assertThrows(PackSpecException.class, () -> PackSpec.parse(name));
    assertTrue(error.getMessage().chars().allMatch(c -> c >= 0x20 && c < 0x7f));
  }

  @Test
  void an_endless_name_is_refused_in_a_short_line() {
    String name = "f1k1".repeat(100_000) + "_g9";
    PackSpecException error = assertThrows(PackSpecException.class, () -> PackSpec.parse(name));
    assertTrue(error.getMessage().length() < 250, error.getMessage());
  }

  private static List<String> levelNames(PackSpec spec) {
    return spec.levels().stream().map(level -> level.run().toString()).toList();
  }

  private static PackSpec randomSpec(Random random) {
    Side side = random.nextInt(3) == 0 ? Side.RIGHT : Side.LEFT;
    boolean inverted = side == Side.RIGHT;
    List<Run> start = inverted || random.nextInt(3) == 0 ? randomRuns(random) : List.of();
    List<Run> endpoint = !inverted && random.nextInt(3) == 0 ? randomRuns(random) : List.of();
    Optional<Tail> tail =
        random.nextInt(4) == 0
            ? Optional.empty()
            : Optional.of(Tail.values()[random.nextInt(Tail.values().length)]);
    return new PackSpec(
        start,
        randomRuns(random),
        side,
        1 + random.nextInt(40),
        random.nextBoolean(),
        endpoint,
        tail);
  }

  private static List<Run> randomRuns(Random random) {
    List<Run> runs = new ArrayList<>();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      int frames = 1 + random.nextInt(200);
      int size = 1 + random.nextInt(40);
      runs.add(
          switch (random.nextInt(4)) {
            case 0 -> new Run(frames, PatchKernel.spatial(size), Run.Notation.SPATIAL);
            case 1 -> new Run(frames, PatchKernel.cubic(size), Run.Notation.LONG);
            case 2 ->
                new Run(
                    frames, new PatchKernel(size, 1 + random.nextInt(40), 1 + random.nextInt(40)));
            default -> new Run(frames, PatchKernel.cubic(size));
          });
    }
    return runs;
  }
}
