package framepack.tests.experiment.run;

import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.Results;
import framepack.experiment.run.SweepListener;
import framepack.train.Trainer;

/// Hears nothing.
final class SilentListener implements SweepListener {
  @Override
  public void skipped(PlannedRun run, Skipped reason) {}

  @Override
  public void begins(PlannedRun run) {}

  @Override
  public void stepped(PlannedRun run, Trainer.Progress progress) {}

  @Override
  public void finished(PlannedRun run, Results results) {}

  @Override
  public void failed(PlannedRun run, Throwable error) {}
}
