package framepack.cli;

import framepack.experiment.config.PlannedRun;
import framepack.experiment.dataset.LinearPatchCodec;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Measure;
import framepack.experiment.run.Results;
import framepack.experiment.run.SweepListener;
import framepack.train.Trainer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// A bar for the run at hand, with the time left for it and for the sweep, and a line for every run that ends.
final class SweepProgress implements SweepListener, AutoCloseable {
  private final List<PlannedRun> runs;
  private final Archive archive;
  private final Set<PlannedRun> ahead;
  private final long began = System.nanoTime();

  private double done; // work done by this process
  private long firstStep = -1;
  private Progress bar;

  SweepProgress(List<PlannedRun> runs, Archive archive) {
    this.runs = runs;
    this.archive = archive;
    this.ahead = new LinkedHashSet<>(runs);
  }

  /// Training steps, a token each: what a run takes, relative to others.
  private static double work(PlannedRun run, long steps) {
    int side = run.config().task().side() / LinearPatchCodec.PATCH;
    long tokens = run.config().packing().tokens(side, side).total();
    return (double) steps * run.config().batch() * tokens;
  }

  private String title(PlannedRun run) {
    return String.format(
        Locale.ROOT,
        "[%d/%d] %s %s #%d",
        runs.indexOf(run) + 1,
        runs.size(),
        run.part(),
        run.name(),
        run.config().seed());
  }

  @Override
  public void skipped(PlannedRun run, Skipped reason) {
    ahead.remove(run);
    String why =
        switch (reason) {
          case FINISHED -> "finished before";
          case FAILED -> "failed before, --retry tries again: " + archive.run(run).failure();
          case ELSEWHERE -> "another process is at it";
        };
    line(title(run) + ": " + why);
  }

  @Override
  public void begins(PlannedRun run) {
    ahead.remove(run);
    firstStep = -1;
    bar = Progress.of(title(run), run.config().steps());
  }

  @Override
  public void stepped(PlannedRun run, Trainer.Progress progress) {
    if (firstStep < 0) {
      firstStep = progress.step();
      bar.at(firstStep, "");
    }
    long step = progress.step() + 1;
    double now = done + work(run, step - firstStep);
    double left = work(run, run.config().steps() - step);
    for (PlannedRun other : ahead) {
      left += work(other, other.config().steps());
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    String sweep = Progress.time(left * seconds / now);
    bar.at(step, String.format(Locale.ROOT, "loss %.4f  sweep %s left", progress.loss(), sweep));
    if (step == run.config().steps()) {
      done = now;
      bar.close();
    }
  }

  @Override
  public void finished(PlannedRun run, Results results) {
    String values =
        Measure.of(results).stream()
            .filter(measure -> !measure.isQuality()) // a dozen more, for the report
            .map(measure -> measure.show(results.values().get(measure.key())))
            .collect(Collectors.joining(", "));
    line(title(run) + ": " + values);
  }

  @Override
  public void failed(PlannedRun run, Throwable error) {
    close();
    line(
        "%s: failed: %s (%s)"
            .formatted(title(run), Failure.oneLine(error.toString()), archive.run(run).failure()));
  }

  private static void line(String text) {
    System.err.println(text);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
