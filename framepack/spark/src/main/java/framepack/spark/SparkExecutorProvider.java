package framepack.spark;

import framepack.experiment.run.SweepExecutor;
import framepack.experiment.run.SweepExecutorProvider;

/// Found by the core on the class path.
public final class SparkExecutorProvider implements SweepExecutorProvider {
  /// Of the class path loader.
  public SparkExecutorProvider() {}

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public SweepExecutor open(SweepExecutor.Setting setting, String master) {
    return new SparkExecutor(setting, master);
  }
}
