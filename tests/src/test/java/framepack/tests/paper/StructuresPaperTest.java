package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.pack.ContextLength;
import framepack.pack.PackCatalogue;
import framepack.pack.PackSpec;
import framepack.pack.Run;
import framepack.pack.Structures;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The five kernel structures of paper §3.1, and packings of any wanted length (T3).
class StructuresPaperTest {
  private static final List<PackCatalogue.Entry> CATALOGUE = PackCatalogue.ENTRIES;

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8, 16})
  void a_geometric_progression_costs_what_equation_2_says(int lambda) {
    PackSpec spec = parsedBack(Structures.geometric(lambda, 5, 9));
    double cost = 1;
    for (Run run : spec.history().reversed()) {
      assertEquals(1, run.frames());
      assertEquals(cost, run.ideal());
      cost /= lambda;
    }
    assertEquals(ContextLength.packed(0, 1, lambda, 5), spec.idealHistory(), 1e-12);
  }

  @Test
  void every_structure_has_the_name_that_the_paper_would_give_it() {
    assertEquals(
        "td_f1k1h8w8f1k1h4w8f1k1h4w4f1k1h2w4f1k1_g9",
        parsedBack(Structures.geometric(2, 5, 9)).toString());
    assertEquals(
        "td_f2k1h8w8f2k1h4w4f1k1_g9", parsedBack(Structures.duplicated(9, 1, 2, 2)).toString());
    assertEquals("td_f16k4f2k2f1k1_g9", parsedBack(Structures.temporal(9, 1, 2, 16)).toString());
    assertEquals(PackSpec.FRAMEPACK_F1, Structures.importantStart(1, 9, 1, 2, 16));
    assertEquals(
        "td_f1k1f2k2f16k4f2k2f1k1_g9", parsedBack(Structures.symmetric(9, 1, 2, 16)).toString());
  }

  @Test
  void the_released_layouts_are_mirror_images() {
    assertEquals(PackSpec.FRAMEPACK, PackSpec.FRAMEPACK_F1.mirrored());
    assertEquals(PackSpec.FRAMEPACK_F1, PackSpec.FRAMEPACK.mirrored());
    PackSpec vanilla = PackSpec.parse("td_f1k1_g9");
    assertThrows(IllegalArgumentException.class, vanilla::mirrored);
  }

  @ParameterizedTest
  @CsvSource({"4, 4, td_f8k8f4k4f2k2f1k1_g9", "2, 3, td_f16k4f4k2f1k1_g9", "2, 1, td_f1k1_g9"})
  void temporal_levels_of_a_lambda_are_the_names_of_the_paper(
      double lambda, int levels, String name) {
    PackSpec spec = Structures.temporal(lambda, levels, 9);
    assertEquals(name, spec.toString());
    for (int i = 0; i < levels; i++) {
      assertEquals(Math.pow(lambda, -i), spec.history().reversed().get(i).ideal());
    }
  }

  @Test
  void T3_a_length_of_2_625_duplicates_a_half_and_an_eighth() {
    PackSpec spec = parsedBack(Structures.ofLength(2.625, 3, 9));
    assertEquals("td_f3k1h4w8f1k1h4w4f2k1h2w4f1k1_g9", spec.toString());
    assertEquals(2.625, spec.idealHistory());
  }

  @Test
  void every_length_below_four_with_few_digits_can_be_had_exactly() {
    for (int bits = 1; bits <= 8; bits++) {
      for (int i = 1; i < 4 << bits; i++) {
        double length = i / (double) (1 << bits);
        assertEquals(length, Structures.ofLength(length, bits, 9).idealHistory());
      }
    }
  }

  @Test
  void impossible_structures_are_refused() {
    for (Executable bad :
        List.<Executable>of(
            () -> Structures.geometric(3, 4, 9),
            () -> Structures.geometric(1, 4, 9),
            () -> Structures.geometric(2, 0, 9),
            () -> Structures.geometric(2, 13, 9),
            () -> Structures.geometric(1 << 30, 12, 9),
            () -> Structures.temporal(9),
            () -> Structures.temporal(9, 1, 0),
            () -> Structures.temporal(9, 1, -2),
            () -> Structures.temporal(0, 1),
            () -> Structures.temporal(8.0, 3, 9),
            () -> Structures.temporal(2.0, 12, 9),
            () -> Structures.duplicated(9, new int[13]),
            () -> Structures.importantStart(0, 9, 1),
            () -> Structures.symmetric(9),
            () -> Structures.ofLength(4, 3, 9),
            () -> Structures.ofLength(2.3, 3, 9),
            () -> Structures.ofLength(2, 0, 9))) {
      var e = assertThrows(IllegalArgumentException.class, bad);
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }
  }

  @ParameterizedTest
  @FieldSource("CATALOGUE")
  void every_name_of_the_catalogue_is_a_packing_with_a_meaning(PackCatalogue.Entry entry) {
    PackSpec spec = entry.spec();
    assertEquals(spec, PackSpec.parse(spec.toString()));
    assertTrue(spec.tokens(60, 104).context() > 0);
    assertFalse(entry.meaning().isBlank() || entry.source().isBlank());
    assertEquals(1, CATALOGUE.stream().filter(other -> other.name().equals(entry.name())).count());
  }

  private static PackSpec parsedBack(PackSpec spec) {
    assertEquals(spec, PackSpec.parse(spec.toString()));
    return spec;
  }
}
