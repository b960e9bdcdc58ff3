package framepack.tests.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.verify.CaseException;
import framepack.verify.CaseResult;
import framepack.verify.Verdict;
import framepack.verify.Verdict.Outcome;
import framepack.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifierTest {
  private static final float NAN = Float.NaN;
  private static final float INFINITY = Float.POSITIVE_INFINITY;

  @TempDir Path root;

  @Test
  void the_error_is_relative_to_the_largest_reference_value() throws IOException {
    Verdict verdict = only(spoiled().floats("in.x", 1, 1.4f).floats("out.x", 1, -1000));
    assertEquals(1001.4 / 1000, verdict.error(), 1e-6);
    assertEquals(Outcome.MISS, verdict.outcome());
    verdict = only(spoiled().floats("in.x", 0.4f, 1000).floats("out.x", 0, 1000));
    assertEquals(0.4e-3, verdict.error(), 1e-9);
    assertEquals(Outcome.PASS, verdict.outcome());
  }

  @Test
  void without_any_tolerance_the_strictest_one_holds() throws IOException {
    Verdict verdict =
        only(
            spoiled()
                .description("{\"kind\": \"echo\"}")
                .floats("in.x", 1.00001f)
                .floats("out.x", 1));
    assertEquals(2e-6, verdict.tolerance());
    assertEquals(Outcome.MISS, verdict.outcome());
  }

  @Test
  void integers_must_be_equal_whatever_the_tolerance() throws IOException {
    long large = 1L << 60; // a double cannot tell the two apart
    assertFalse(run(spoiled().longs("in.x", large + 1).longs("out.x", large)).passed());
    assertTrue(run(spoiled().longs("in.x", large, 7).longs("out.x", large, 7)).passed());
  }

  @Test
  void agreeing_with_the_float64_run_is_right_too() throws IOException {
    Verdict verdict =
        only(spoiled().floats("in.x", 2).floats("out.x", 1).doubles("out64.x", 2.0000001));
    assertEquals(Outcome.PASS, verdict.outcome());
    assertEquals("against float64", verdict.note());
  }

  @Test
  void special_values_must_stand_at_the_same_places() throws IOException {
    assertTrue(run(spoiled().floats("in.x", NAN, 1).floats("out.x", NAN, 1)).passed());
    float[][] wrong = {{NAN, 1}, {1, NAN}, {INFINITY, 1}, {-INFINITY, NAN}};
    for (float[] ours : wrong) {
      for (float[] theirs : new float[][] {{1, 1}, {NAN, NAN}, {INFINITY, NAN}}) {
        assertFalse(run(spoiled().floats("in.x", ours).floats("out.x", theirs)).passed());
      }
    }
    assertFalse(run(spoiled().floats("in.x", NAN).floats("out.x", 1)).passed());
  }

  @Test
  void an_output_that_is_not_produced_is_a_miss_but_an_intermediate_value_is_not()
      throws IOException {
    CaseResult result = run(spoiled().floats("in.x", 1).floats("out.x", 1).floats("tap.mid", 1));
    assertTrue(result.passed());
    assertEquals(1, result.count(Outcome.NOT_PRODUCED));
    assertFalse(run(spoiled().floats("in.x", 1).floats("out.y", 1)).passed());
  }

  @Test
  void an_intermediate_value_that_is_wrong_is_a_miss() throws IOException {
    assertFalse(run(spoiled().floats("in.x", 1).floats("out.x", 1).floats("tap.x", 2)).passed());
  }

  @Test
  void another_shape_is_a_miss_that_names_both() throws IOException {
    Verdict verdict = only(spoiled().floats("in.x", 1, 2, 3).floats("out.x", 1, 2));
    assertEquals("shape [3], expected [2]", verdict.note());
  }

  @Test
  void a_case_without_outputs_proves_nothing_and_misses() throws IOException {
    CaseResult result = run(spoiled().floats("in.x", 1));
    assertFalse(result.passed());
    assertTrue(result.problem().contains("names no output"), result.problem());
  }

  @Test
  void a_kind_that_fails_keeps_what_it_had_and_says_why_in_one_line() throws IOException {
    CaseResult result = run(spoiled().floats("in.a", 1).floats("in.bomb", 1).floats("out.a", 1));
    assertFalse(result.passed());
    assertEquals(1, result.count(Outcome.PASS));
    assertTrue(result.problem().endsWith("first line; second line"), result.problem());
  }

  @Test
  void an_unknown_kind_is_named() throws IOException {
    CaseResult result = run(spoiled().description("{\"kind\": \"new_thing\"}").floats("out.x", 1));
    assertFalse(result.passed());
    assertTrue(result.problem().contains("unknown kind 'new_thing'"), result.problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{}", "{\"kind\": 3}", "{\"kind\": \"a\", \"kind\": \"b\"}"})
  void an_unreadable_description_is_a_miss_of_one_line(String json) throws IOException {
    CaseResult result = run(spoiled().description(json).floats("out.x", 1));
    assertFalse(result.passed());
    assertEquals(1, result.problem().lines().count(), result.problem());
    assertTrue(result.problem().contains("case.json"), result.problem());
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "io.safetensors"})
  void a_missing_or_broken_file_is_a_miss_that_names_it(String file) throws IOException {
    Path folder = spoiled().floats("in.x", 1).floats("out.x", 1).write();
    Files.writeString(folder.resolve(file), "x");
    assertTrue(run(folder).problem().contains(file));
    Files.delete(folder.resolve(file));
    assertTrue(run(folder).problem().contains(file));
  }

  @Test
  void tolerances_of_single_tensors_come_before_that_of_the_case() throws IOException {
    Path folder =
        spoiled()
            .floats("in.x", 1.01f)
            .floats("out.x", 1)
            .floats("in.y", 1.01f)
            .floats("out.y", 1)
            .write();
    Files.writeString(
        folder.resolve("tolerance.json"), "{\"out.x\": {\"tolerance_max_abs_over_max\": 0.02}}");
    CaseResult result = run(folder);
    assertEquals(
        List.of(Outcome.PASS, Outcome.MISS),
        result.verdicts().stream().map(Verdict::outcome).toList());
  }

  @Test
  void cases_are_found_in_a_folder_or_are_one_and_anything_else_is_refused() throws IOException {
    Path one = new SpoiledCase(root.resolve("a")).floats("out.x", 1).write();
    Path two = new SpoiledCase(root.resolve("b")).floats("out.x", 1).write();
    Path none = Files.createDirectories(root.resolve("c"));
    assertEquals(List.of(one, two), Verifier.find(List.of(root)));
    assertEquals(List.of(two), Verifier.find(List.of(two)));
    assertThrows(CaseException.class, () -> Verifier.find(List.of(none)));
    assertThrows(CaseException.class, () -> Verifier.find(List.of(root.resolve("absent"))));
    assertThrows(CaseException.class, () -> Verifier.find(List.of(one.resolve("case.json"))));
  }

  private SpoiledCase spoiled() {
    return new SpoiledCase(root.resolve("any name at all"));
  }

  private static Verdict only(SpoiledCase spoiled) throws IOException {
    CaseResult result = run(spoiled);
    assertEquals(1, result.verdicts().size(), result.problem());
    return result.verdicts().getFirst();
  }

  private static CaseResult run(SpoiledCase spoiled) throws IOException {
    return run(spoiled.write());
  }

  private static CaseResult run(Path folder) {
    try (Backend backend = Backends.open("reference")) {
      return new Verifier(List.of(SpoiledCase.ECHO), backend).run(folder);
    }
  }
}
