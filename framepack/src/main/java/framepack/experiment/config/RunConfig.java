package framepack.experiment.config;

import framepack.experiment.Method;
import framepack.pack.PackSpec;

/// One run, resolved: nothing is left to a default, and equal runs are equal whatever file they came from.
///
/// @param packing its name implies the order of sections
/// @param seed of weights, data, noise and sampling
/// @param steps training steps
/// @param batch examples a step
/// @param learningRate peak learning rate
/// @param samplingSteps Euler steps
/// @param method FramePack, or an alternative to it
/// @param judge of the videos that are made; none where a task makes none
public record RunConfig(
    Task task,
    PackSpec packing,
    long seed,
    int steps,
    int batch,
    double learningRate,
    int samplingSteps,
    Method method,
    Judge judge) {

  /// The same run with another seed: runs that differ in nothing else are repetitions of one another.
  public RunConfig withSeed(long other) {
    return new RunConfig(
        task, packing, other, steps, batch, learningRate, samplingSteps, method, judge);
  }
}
