package framepack.experiment.config;

/// A run's place in an experiment.
///
/// @param part the part of the experiment that asks for it
/// @param address name of its directory, which follows from its settings
public record PlannedRun(String part, RunConfig config, String address) {
  public PlannedRun(String part, RunConfig config) {
    this(part, config, RunConfigJson.address(config));
  }
}
