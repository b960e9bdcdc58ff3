package framepack.experiment.config;

/// A run's place in an experiment.
///
/// @param part the part of the experiment that asks for it
/// @param label what the file calls it; empty for runs that are called by their packing
/// @param address name of its directory, which follows from its settings
public record PlannedRun(String part, String label, RunConfig config, String address) {
  public PlannedRun(String part, String label, RunConfig config) {
    this(part, label, config, RunConfigJson.address(config));
  }

  /// What it is called: its label, else its packing.
  public String name() {
    return label.isEmpty() ? config.packing().toString() : label;
  }
}
