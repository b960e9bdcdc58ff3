package framepack.tests.experiment.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import framepack.experiment.config.Library;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.config.RunConfigJson;
import framepack.experiment.config.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExperimentFileTest {
  private static final String SMALL =
      """
      name: small
      base:
        task: memory
        packing: td_f1k1_g3
        training: {steps: 10}
      """;

  private static Experiment parse(String yaml, String... sets) {
    return ExperimentFile.parse("small.yaml", yaml, List.of(sets));
  }

  private static List<String> names(Experiment experiment) {
    return names(experiment.runs());
  }

  private static List<String> names(List<PlannedRun> runs) {
    return runs.stream()
        .map(
            run -> run.config().packing() + " " + run.config().steps() + " #" + run.config().seed())
        .toList();
  }

  private static String refused(String yaml, String... sets) {
    return assertThrows(IllegalArgumentException.class, () -> parse(yaml, sets)).getMessage();
  }

  @Test
  void a_file_without_lists_is_one_run_with_the_defaults_filled_in() {
    Experiment small = parse(SMALL);
    assertEquals(1, small.runs().size());
    assertEquals(
        "{\"task\":\"memory\",\"packing\":\"td_f1k1_g3\",\"seed\":0,"
            + "\"training\":{\"steps\":10,\"batch\":8,\"learning-rate\":0.006},"
            + "\"sampling\":{\"steps\":8},"
            + "\"memory\":{\"periods\":[4,12,16],\"strips\":700,\"test-strips\":64}}",
        RunConfigJson.write(small.runs().getFirst().config()));
  }

  @Test
  void a_grid_tries_all_combinations_a_zip_goes_in_step_and_seeds_are_innermost() {
    Experiment wide =
        parse(
            SMALL
                + """
                grid:
                  packing: [td_f1k1_g3, td_f3k1_g3]
                zip:
                  training.steps: [5, 6]
                  training.batch: [1, 2]
                seeds: 3..4
                """);
    assertEquals(
        List.of(
            "td_f1k1_g3 5 #3",
            "td_f1k1_g3 5 #4",
            "td_f3k1_g3 5 #3",
            "td_f3k1_g3 5 #4",
            "td_f1k1_g3 6 #3",
            "td_f1k1_g3 6 #4",
            "td_f3k1_g3 6 #3",
            "td_f3k1_g3 6 #4"),
        names(wide));
    assertEquals(1, wide.runs().get(0).config().batch());
    assertEquals(2, wide.runs().get(4).config().batch());
    assertEquals(
        List.of(
            "td_f1k1_g3 5 #3",
            "td_f3k1_g3 5 #3",
            "td_f1k1_g3 6 #3",
            "td_f3k1_g3 6 #3",
            "td_f1k1_g3 5 #4",
            "td_f3k1_g3 5 #4",
            "td_f1k1_g3 6 #4",
            "td_f3k1_g3 6 #4"),
        names(wide.seedBySeed()));
  }

  @Test
  void parts_have_their_own_base_and_seeds_over_the_common_ones() {
    Experiment parts =
        parse(
            SMALL
                + """
                seeds: [7]
                parts:
                  one: {}
                  two:
                    base: {task: drift, training: {batch: 3}}
                    seeds: 1
                """);
    assertEquals(List.of("td_f1k1_g3 10 #7", "td_f1k1_g3 10 #1"), names(parts));
    assertEquals("one", parts.runs().getFirst().part());
    assertTrue(parts.runs().getLast().config().task() instanceof Task.Drift);
    assertEquals(3, parts.runs().getLast().config().batch());
  }

  @Test
  void what_is_set_on_the_command_line_lies_on_top_of_every_part() {
    String yaml = SMALL + "parts: {one: {base: {training: {steps: 20}}}}\n";
    Experiment set = parse(yaml, "training.steps=3", "seeds=0..1", "memory.periods=[4, 6]");
    assertEquals(List.of("td_f1k1_g3 3 #0", "td_f1k1_g3 3 #1"), names(set));
    assertEquals(List.of(4, 6), ((Task.Memory) set.runs().getFirst().config().task()).periods());
  }

  @ParameterizedTest
  @CsvSource({
    "vanilla, td_f2k2f1k1_g3",
    "forward-start, f1k1_x_td_f2k2f1k1_g3",
    "inverted, f1k1_x_g3_f1k1f2k2_td",
    "endpoint, td_f2k2f1k1_g3_x_f1k1"
  })
  void an_order_rearranges_the_history_of_a_packing(String order, String packing) {
    String given = "packing=td_f2k2f1k1_g3";
    assertEquals(
        packing, parse(SMALL, given, "order=" + order).runs().getFirst().config().packing() + "");
    assertEquals(
        "td_f2k2f1k1_g3",
        parse(SMALL, "packing=" + packing, "order=vanilla").runs().getFirst().config().packing()
            + "");
  }

  @Test
  void equal_runs_are_planned_once() {
    assertEquals(1, parse(SMALL + "grid: {order: [vanilla, vanilla]}\n").runs().size());
  }

  @Test
  void files_include_others_and_lie_on_top_of_them(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("common.yaml"), SMALL);
    Path file = folder.resolve("mine.yaml");
    Files.writeString(file, "defaults: common.yaml\nname: mine\nbase: {training: {batch: 2}}\n");
    Experiment mine = ExperimentFile.read(file.toString(), List.of());
    assertEquals("mine", mine.name());
    assertEquals(List.of("td_f1k1_g3 10 #0"), names(mine));
    assertEquals(2, mine.runs().getFirst().config().batch());
    Files.writeString(folder.resolve("common.yaml"), "defaults: mine.yaml\n");
    String said =
        assertThrows(
                IllegalArgumentException.class, () -> ExperimentFile.read(file + "", List.of()))
            .getMessage();
    assertTrue(said.contains("includes itself"), said);
  }

  @Test
  void the_address_follows_from_the_settings_alone() {
    String address = parse(SMALL).runs().getFirst().address();
    String reordered =
        """
        base: {training: {steps: 10, batch: 8}, seed: 0, packing: td_f1k1_g3, task: memory}
        name: other
        about: another text
        """;
    assertEquals("128b65ef2844", address, "results of earlier versions are found by it");
    assertEquals(address, parse(reordered).runs().getFirst().address());
    assertEquals(address, parse(SMALL, "drift.videos=3").runs().getFirst().address());
    assertEquals(address, parse(SMALL, "packing=td_f1k1h2w2_g3").runs().getFirst().address());
    for (String other :
        List.of(
            "seed=1",
            "training.batch=4",
            "training.learning-rate=0.001",
            "sampling.steps=4",
            "memory.strips=10",
            "memory.periods=[12]",
            "model.attention=causal",
            "model.patches=shared",
            "model.told-noise=true",
            "history.choice=random",
            "history.guidance.scale=2",
            "training.shift=2",
            "training.levels=rolling",
            "sampling.shift=2",
            "task=drift",
            "order=forward-start")) {
      assertNotEquals(address, parse(SMALL, other).runs().getFirst().address(), other);
    }
  }

  @Test
  void settings_without_effect_on_a_run_do_not_change_its_address() {
    String address = parse(SMALL).runs().getFirst().address();
    for (String idle : List.of("history.codes=64", "history.lambda-time=3", "sampling.shift=3")) {
      assertEquals(address, parse(SMALL, idle).runs().getFirst().address(), idle);
    }
    String discrete = "packing=td_f1k1_g3+d";
    assertNotEquals(
        parse(SMALL, discrete).runs().getFirst().address(),
        parse(SMALL, discrete, "history.codes=64").runs().getFirst().address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "task=drift",
        "drift.noise.trained=[0, 0.3]",
        "drift={world: photograph, side: 128}",
        "drift.side=192",
        "drift.noise={form: add, trained: 0.1, sampled: 0.2}",
        "model={attention: causal, patches: shared, told-noise: true}",
        "history={choice: hybrid, lambda-time: 0.5, guidance: {scale: 2, dropout: 0.1}}",
        "training={shift: 2, levels: rolling}",
        "sampling={shift: 5, steps: 4}"
      })
  void settings_survive_being_written_and_read(String set) {
    PlannedRun run = parse(SMALL, "task=drift", set).runs().getFirst();
    String json = RunConfigJson.write(run.config());
    assertEquals(run.config(), RunConfigJson.read("again", json));
  }

  @Test
  void a_misspelt_key_is_named_with_its_line_and_the_nearest_known_one() {
    assertEquals(
        "small.yaml:6: unknown key 'grids'; the nearest known name is 'grid'",
        refused(SMALL + "grids: {}\n"));
    assertEquals(
        "small.yaml:5: unknown key 'step' in 'training'; the nearest known name is 'steps'",
        refused(SMALL.replace("steps:", "step:")));
    assertEquals(
        "--set traning.steps=1: unknown key 'traning'; the nearest known name is 'training'",
        refused(SMALL, "traning.steps=1"));
  }

  @Test
  void a_value_of_the_wrong_kind_is_named_with_what_was_expected() {
    assertEquals(
        "small.yaml:5: training.steps: expected a whole number of at least 1, got '0'",
        refused(SMALL.replace("10", "0")));
    assertEquals(
        "small.yaml:3: task: expected one of memory, drift, continue; the nearest known name is"
            + " 'memory', got 'memry'",
        refused(SMALL.replace("memory", "memry")));
    assertTrue(
        refused(SMALL, "order=inverted", "model.attention=causal").contains("a forward order"));
    assertTrue(refused(SMALL, "history.guidance.dropout=1").contains("0.9999"));
    assertTrue(refused(SMALL, "history.choice=nearst").contains("'nearest'"));
    assertTrue(refused(SMALL, "packing=td_f1q1_g3").contains("packing: pack spec"));
    assertTrue(refused(SMALL, "memory.periods=[5]").contains("even numbers from 4"));
    assertTrue(refused(SMALL, "drift.noise.trained=[0.5, 0.1]").contains("[lowest, highest]"));
    assertTrue(refused(SMALL, "training=3").contains("expected keys and values"));
    assertTrue(refused(SMALL, "training.steps=").contains("is empty"));
    assertTrue(refused(SMALL, "steps").contains("expected key=value"));
    assertTrue(refused(SMALL + "seeds: 4..0\n").contains("a range such as 0..4"));
    assertTrue(refused(SMALL + "grid: {seed: 3}\n").contains("expected a list of values"));
    assertTrue(
        refused(SMALL + "zip: {seed: [1, 2], training.steps: [1]}\n").contains("they go in step"));
    assertTrue(refused(SMALL + "grid: {seed: [1, 2]}\n", "seed=3").contains("is what varies"));
    assertTrue(refused(SMALL + "seeds: 0..1\n", "seed=3").contains("remove one of them"));
    assertTrue(refused(SMALL + "parts: {a: {}}\ngrid: {}\n").contains("move it into one"));
    assertTrue(refused(SMALL.replace("small", "../up")).contains("letters, digits"));
    assertTrue(refused("name: x\nbase: {packing: td_f1k1_g3}\n").contains("task is missing"));
    assertTrue(refused("name: x\nbase: {task: memory}\n").contains("packing is missing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: [", "a: 1\na: 2\n", "- 1\n", "", "a:\n", "--- {}\n--- {}\n"})
  void what_is_not_a_mapping_is_refused_in_one_line(String yaml) {
    String said = refused(yaml);
    assertTrue(said.startsWith("small.yaml"), said);
    assertFalse(said.contains("\n"), said);
  }

  @Test
  void an_unknown_experiment_is_answered_with_the_nearest_ready_one() {
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> ExperimentFile.read("packing-ablaton", List.of()))
            .getMessage();
    assertTrue(said.endsWith("the nearest known name is 'packing-ablation'"), said);
  }

  static Stream<String> ready() {
    return Library.names().stream();
  }

  @ParameterizedTest
  @MethodSource("ready")
  void a_ready_experiment_says_what_it_expects_and_has_two_seeds_or_more(String name) {
    Experiment ready = ExperimentFile.read(name, List.of());
    assertEquals(name, ready.name());
    assertFalse(ready.about().isEmpty());
    assertFalse(ready.expected().isEmpty());
    assertTrue(ready.runs().stream().map(run -> run.config().seed()).distinct().count() >= 2);
  }
}
