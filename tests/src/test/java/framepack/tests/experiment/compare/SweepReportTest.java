package framepack.tests.experiment.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.compare.RunsTable;
import framepack.experiment.compare.Sweep;
import framepack.experiment.compare.SweepComparison;
import framepack.experiment.compare.SweepReport;
import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.Archive;
import framepack.experiment.run.RunDirectory;
import framepack.media.Clip;
import framepack.media.FrameRate;
import framepack.media.Y4m;
import framepack.tests.report.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class SweepReportTest {
  private static final String MEMORY =
      """
      name: mine
      about: Which <packing> remembers?
      expected: The longer one.
      base: {task: memory, training: {steps: 3}}
      grid: {packing: [td_f1k1_g3, td_f16k4f2k2f1k1_g3]}
      seeds: 0..2
      """;

  private static final String DRIFT =
      """
      name: long
      base: {task: drift, packing: td_f1k1_g3, training: {steps: 3}}
      grid: {order: [vanilla, inverted]}
      seeds: 0..1
      """;

  @TempDir Path root;
  private Archive archive;

  @BeforeEach
  void place() {
    archive = new Archive(root);
  }

  private Experiment planned(String yaml, String... sets) {
    return ExperimentFile.parse("test", yaml, List.of(sets));
  }

  private void finish(PlannedRun run, String values, String curves) throws IOException {
    RunDirectory directory = archive.run(run);
    Files.createDirectories(directory.path());
    Files.writeString(
        directory.results(), "{\"values\": {%s}, \"curves\": {%s}}".formatted(values, curves));
    Files.writeString(
        directory.cost(),
        """
        {"contextTokens": 16, "tokens": 64, "weights": 1000, "trainingSeconds": 3.0,
         "stepMillis": 12.5, "sectionMillis": 0.0, "peakBytes": 1048576}
        """);
    StringBuilder metrics = new StringBuilder();
    for (int step = 0; step < 3; step++) {
      metrics.append(
          "{\"step\":%d,\"loss\":1.5,\"gradient_norm\":1,\"learning_rate\":0.1}\n".formatted(step));
    }
    Files.writeString(directory.metrics(), metrics);
  }

  private void finishMemory(Experiment experiment, ToDoubleFunction<PlannedRun> hidden)
      throws IOException {
    for (PlannedRun run : experiment.runs()) {
      double psnr = hidden.applyAsDouble(run);
      finish(
          run,
          "\"hidden.lag09\": %s, \"hidden.lag13\": %s, \"visible\": 40.0".formatted(psnr, psnr - 1),
          "");
    }
  }

  private static double hidden(PlannedRun run) {
    boolean packed = run.config().packing().historyFrames() > 1;
    return (packed ? 19 : 15) + run.config().seed() * (packed ? 1.5 : 1.0);
  }

  private static List<List<String>> rows(Element table) {
    List<List<String>> rows = new ArrayList<>();
    var lines = table.getElementsByTagName("tr");
    for (int i = 0; i < lines.getLength(); i++) {
      List<String> cells = new ArrayList<>();
      var children = lines.item(i).getChildNodes();
      for (int j = 0; j < children.getLength(); j++) {
        cells.add(children.item(j).getTextContent());
      }
      rows.add(cells);
    }
    return rows;
  }

  @Test
  void a_page_has_a_row_a_variant_with_intervals_tests_curves_and_its_command() throws IOException {
    Experiment experiment = planned(MEMORY);
    finishMemory(experiment, SweepReportTest::hidden);
    String html = new SweepReport(archive, Sweep.read(archive, experiment)).page().html();
    Document page = Page.parse(html);
    List<Element> tables = Page.all(page, "table");
    List<List<String>> costs = rows(tables.get(0));
    assertEquals(
        List.of(
            "variant",
            "seeds",
            "history tokens",
            "tokens",
            "step (ms)",
            "memory (MiB)",
            "hidden, lag 13 (dB)",
            "Elo"),
        costs.get(0));
    assertEquals(
        List.of("td_f1k1_g3", "3", "16", "64", "12.5", "1", "15.0 [14.0, 16.0]"),
        costs.get(1).subList(0, 7));
    assertEquals("19.5 [18.0, 21.0]", costs.get(2).get(6));
    assertTrue(
        Integer.parseInt(costs.get(1).get(7))
            < Integer.parseInt(costs.get(2).get(7).replace("\u2009", "")),
        costs.toString());
    assertEquals("40.0 [40.0, 40.0]", rows(tables.get(1)).get(1).get(3));
    // Differences 4, 4.5, 5: mean 4.5, deviation 0.5, Hedges' factor 1 - 3/7, t = 4.5 / (0.5 / √3).
    List<String> test = rows(tables.get(2)).get(1);
    assertEquals(
        List.of(
            "td_f16k4f2k2f1k1_g3", "td_f1k1_g3", "3", "4.5 [4.0, 5.0]", "5.1", "0.004", "0.250"),
        test);
    assertTrue(html.contains("Which &lt;packing&gt; remembers?"));
    assertTrue(html.contains("Expected, written down before it was run: The longer one."));
    assertTrue(html.contains("6 of 6 runs are finished."));
    assertTrue(html.contains("Forgetting against lag."));
    assertTrue(html.contains("Cost against quality."));
    assertFalse(html.contains("src=\"http"), "asks the network for something");
  }

  @Test
  void the_command_of_a_row_plans_exactly_its_runs() throws IOException {
    Experiment experiment = planned(MEMORY);
    finishMemory(experiment, SweepReportTest::hidden);
    String html = new SweepReport(archive, Sweep.read(archive, experiment)).page().html();
    List<String> commands = Page.texts(Page.all(Page.parse(html), "pre"));
    List<String> lines = commands.getFirst().lines().toList();
    assertEquals(2, lines.size());
    List<String> addresses = new ArrayList<>();
    for (String line : lines) {
      List<String> sets = new ArrayList<>();
      String start = "framepack experiment run one";
      assertTrue(line.startsWith(start), line);
      for (String set : line.substring(start.length()).split(" --set ")) {
        if (!set.isBlank()) sets.add(set.replace("'", ""));
      }
      ExperimentFile.read("one", sets).runs().forEach(run -> addresses.add(run.address()));
    }
    assertEquals(experiment.runs().stream().map(PlannedRun::address).toList(), addresses);
  }

  @Test
  void what_is_not_finished_or_failed_is_said() throws IOException {
    Experiment experiment = planned(MEMORY);
    PlannedRun first = experiment.runs().getFirst();
    finish(first, "\"hidden.lag09\": 15.0, \"hidden.lag13\": 15.0, \"visible\": 30.0", "");
    RunDirectory failed = archive.run(experiment.runs().get(1));
    Files.createDirectories(failed.path());
    Files.writeString(failed.failure(), "java.lang.Error");
    String html = new SweepReport(archive, Sweep.read(archive, experiment)).page().html();
    assertTrue(html.contains("1 of 6 runs are finished. Failed: td_f1k1_g3 #1."), html);
    List<List<String>> costs = rows(Page.all(Page.parse(html), "table").getFirst());
    assertEquals(2, costs.size());
    assertEquals("15.0", costs.get(1).get(6), "one seed has no interval");
  }

  @Test
  void drift_is_shown_along_the_video_and_along_the_order_of_generation_with_videos()
      throws IOException {
    Experiment experiment = planned(DRIFT);
    for (PlannedRun run : experiment.runs()) {
      finish(
          run,
          "\"first\": 30, \"last\": 20, \"drift\": 10, \"signed\": -10, \"signed.generation\": 10,"
              + " \"sharpness\": 1.0, \"contrast\": 1.0",
          "\"psnr\": [30, 25, 20], \"psnr.generation\": [20, 25, 30], \"psnr.exact\": [1, 1, 1]");
      Clip clip = Clip.of(16, 16, FrameRate.of(8), List.of(new byte[768], new byte[768]));
      Y4m.write(archive.run(run).generated(), clip);
      Y4m.write(archive.run(run).truth(), clip);
    }
    String html = new SweepReport(archive, Sweep.read(archive, experiment)).page().html();
    Document page = Page.parse(html);
    assertEquals(3, Page.all(page, "video").size(), "the truth and two variants");
    assertTrue(html.contains("section in video time"));
    assertTrue(html.contains("section in order of generation"));
    List<String> names =
        rows(Page.all(page, "table").getFirst()).stream().map(List::getFirst).toList();
    assertEquals(List.of("variant", "td_f1k1_g3", "f1k1_x_g3_f1k1_td"), names);
  }

  @Test
  void finished_runs_are_a_table_and_can_be_handed_on_without_their_metrics() throws IOException {
    Experiment experiment =
        planned(
            """
            name: x
            parts:
              memory: {base: {task: memory, packing: td_f1k1_g3}, zip: {label: ['one, "the" first']}}
              drift: {base: {task: drift, packing: td_f3k1_g3}}
            """);
    PlannedRun memory = experiment.runs().getFirst();
    PlannedRun drift = experiment.runs().getLast();
    finish(memory, "\"visible\": 30.5, \"hidden.lag09\": 15.25", "");
    finish(drift, "\"first\": 30, \"last\": 20, \"drift\": 10", "");
    Files.delete(archive.run(memory).metrics());
    Files.delete(archive.run(drift).metrics());
    Path table = root.resolve("runs.csv");
    new RunsTable(Sweep.read(archive, experiment)).writeTo(table);
    assertEquals(
        List.of(
            "part,variant,packing,seed,run,steps,context_tokens,tokens,weights,training_seconds,step_ms,"
                + "hidden.lag09,visible,first,last,drift",
            "memory,\"one, \"\"the\"\" first\",td_f1k1_g3,0,%s,1500,16,64,1000,3.0,12.5,15.25,30.5,,,"
                .formatted(memory.address()),
            "drift,td_f3k1_g3,td_f3k1_g3,0,%s,1500,16,64,1000,3.0,12.5,,,30.0,20.0,10.0"
                .formatted(drift.address())),
        Files.readAllLines(table));
    String html = new SweepReport(archive, Sweep.read(archive, experiment)).page().html();
    assertTrue(html.contains("2 of 2 runs are finished."), html);
  }

  @Test
  void variants_of_one_packing_are_told_apart_by_what_differs() {
    Experiment experiment =
        planned(
            """
            name: x
            base: {task: memory, packing: td_f1k1_g3}
            grid: {training.steps: [1, 2]}
            """);
    assertEquals(
        List.of("td_f1k1_g3, training.steps 1", "td_f1k1_g3, training.steps 2"),
        Sweep.read(archive, experiment).parts().get("memory").stream().map(v -> v.name()).toList());
  }

  @Test
  void two_sweeps_are_compared_variant_by_variant_and_seed_by_seed() throws IOException {
    Experiment before = planned(MEMORY);
    finishMemory(before, SweepReportTest::hidden);
    Experiment after = planned(MEMORY, "name=more", "training.steps=6", "seeds=1..2");
    finishMemory(after, run -> hidden(run) + 2);
    String html =
        new SweepComparison(Sweep.read(archive, before), Sweep.read(archive, after)).page().html();
    List<List<String>> rows = rows(Page.all(Page.parse(html), "table").getFirst());
    assertEquals(3, rows.size());
    assertEquals(
        List.of("td_f1k1_g3", "16.5", "18.5", "2", "2.0 [2.0, 2.0]", "\u221e", "0.000", "0.500"),
        rows.get(1));
    Experiment other = planned(DRIFT);
    String nothing =
        new SweepComparison(Sweep.read(archive, before), Sweep.read(archive, other)).page().html();
    assertTrue(nothing.contains("Nothing is finished in both."), nothing);
  }
}
