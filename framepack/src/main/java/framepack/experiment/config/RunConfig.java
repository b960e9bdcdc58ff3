package framepack.experiment.config;

import framepack.pack.PackSpec;

/// One run, resolved: nothing is left to a default, and equal runs are equal whatever file they came from.
///
/// @param packing its name implies the order of sections
/// @param seed of weights, data, noise and sampling
/// @param steps training steps
/// @param batch examples a step
/// @param learningRate peak learning rate
/// @param samplingSteps Euler steps
public record RunConfig(
    Task task,
    PackSpec packing,
    long seed,
    int steps,
    int batch,
    double learningRate,
    int samplingSteps) {

  /// The same run with another seed: runs that differ in nothing else are repetitions of one another.
  public RunConfig withSeed(long other) {
    return new RunConfig(task, packing, other, steps, batch, learningRate, samplingSteps);
  }
}
