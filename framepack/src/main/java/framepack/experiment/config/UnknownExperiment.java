package framepack.experiment.config;

/// Neither a file nor an experiment of the jar.
final class UnknownExperiment extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnknownExperiment(String message) {
    super(message);
  }
}
