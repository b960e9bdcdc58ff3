package framepack.experiment.compare;

import framepack.experiment.compare.Variant.Finished;
import framepack.experiment.config.Experiment;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.config.RunConfigJson;
import framepack.experiment.report.Report;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Provenance;
import framepack.experiment.run.RunDirectory.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A sweep as one self-contained page: for each part what the variants cost and what they are worth, curves, videos, tests;
/// for each row the command that makes it again. What is not finished yet is said, not hidden.
public final class SweepReport {
  private final Archive archive;
  private final Sweep sweep;

  public SweepReport(Archive archive, Sweep sweep) {
    this.archive = archive;
    this.sweep = sweep;
  }

  public Report page() {
    Experiment experiment = sweep.experiment();
    Report report = new Report("Experiment " + experiment.name(), experiment.about());
    if (!experiment.expected().isEmpty()) {
      report.text("Expected, written down before it was run: " + experiment.expected());
    }
    report.text(progress());
    sweep
        .parts()
        .forEach((part, variants) -> {
          List<Variant> done = variants.stream().filter(v -> !v.finished().isEmpty()).toList();
          if (!done.isEmpty()) {
            report.section(part);
            new PartReport(done).appendTo(report);
          }
        });
    howToRead(report);
    commands(report);
    provenance(report);
    return report;
  }

  private String progress() {
    List<PlannedRun> runs = sweep.experiment().runs();
    long finished = runs.stream().filter(run -> archive.run(run).state() == State.FINISHED).count();
    List<String> failed =
        runs.stream()
            .filter(run -> archive.run(run).state() == State.FAILED)
            .map(run -> run.name() + " #" + run.config().seed())
            .toList();
    String text = "%d of %d runs are finished.".formatted(finished, runs.size());
    return failed.isEmpty() ? text : text + " Failed: " + String.join(", ", failed) + ".";
  }

  private static void howToRead(Report report) {
    report.section("How to read this");
    report.list(
        List.of(
            "Numbers are means over seeds; brackets and bands are 95 % percentile bootstrap intervals over seeds,"
                + " which are too narrow with fewer than ten seeds (about 83 % coverage with five). One seed has none.",
            "Variants are compared seed by seed: the same seed means the same world, test videos and noise."
                + " p: paired t-test (Commons Math), corrected by Holm over all pairs of one measure;"
                + " exact: sign-flip test, uncorrected, which cannot fall below 0.0625 with five seeds."
                + " d: mean difference over its deviation, with Hedges' correction.",
            "Elo (K = 32) counts a win for every seed and measure in which one variant is better than another,"
                + " averaged over 200 orders of the matches.",
            "Step times are medians of wall time under whatever load the machine had; tokens are exact."
                + " Memory is what training needs: weights, AdamW's moments, and the peak of one step.",
            "Hidden: PSNR of places that the newest frame does not show, by frames since they were last seen."
                + " Drift: mean over videos of |first 15 % - last 15 %| of the sections' PSNR; signed values are"
                + " last minus first, once along the video and once along the order in which sections were made.",
            "\u0394 is the same contrast |M(start) - M(end)| of a quality M that needs no truth, frame by frame, of the"
                + " first 8 videos. Loop: PSNR of frames against those a period before; dynamics: motion relative"
                + " to the truth's. A video that stands still drifts in nothing, so read both together."));
  }

  private void commands(Report report) {
    report.section("Make a row again");
    report.text(
        "Finished runs are found by their settings and not repeated; use another --out to run them anew.");
    sweep
        .parts()
        .forEach((part, variants) ->
            report.folded(
                part + ": commands",
                inner ->
                    inner.code(
                        variants.stream()
                            .map(SweepReport::command)
                            .collect(Collectors.joining("\n")))));
  }

  /// Runs exactly the runs of one variant.
  static String command(Variant variant) {
    StringBuilder command = new StringBuilder("framepack experiment run one");
    RunConfigJson.flat(variant.example().config())
        .forEach((key, value) -> {
          if (!key.equals("seed")) {
            String quote = value.contains("[") ? "'" : "";
            command
                .append(" --set ")
                .append(quote)
                .append(key)
                .append('=')
                .append(value)
                .append(quote);
          }
        });
    String seeds =
        variant.planned().stream()
            .map(run -> Long.toString(run.config().seed()))
            .collect(Collectors.joining(",", "[", "]"));
    return command.append(" --set 'seeds=").append(seeds).append("'").toString();
  }

  private void provenance(Report report) {
    List<Finished> finished = new ArrayList<>();
    sweep
        .parts()
        .values()
        .forEach(variants -> variants.forEach(v -> finished.addAll(v.finished())));
    if (finished.isEmpty()) {
      return;
    }
    report.section("How this was made");
    Map<String, String> facts = Provenance.last(finished.getLast().directory().provenance());
    facts.remove("step");
    double hours = finished.stream().mapToDouble(run -> run.cost().trainingSeconds()).sum() / 3600;
    facts.put("training", "%.2f hours of wall time, all runs together".formatted(hours));
    report.text("The last run's record; every run has its own in provenance.json.");
    report.definitions(facts);
  }
}
