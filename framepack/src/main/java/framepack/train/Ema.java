package framepack.train;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.op.Lerp;
import java.util.LinkedHashMap;
import java.util.Map;

/// Exponential moving average of named weights, `average = decay * average + (1 - decay) * weight` after every step.
public final class Ema {
  private final double decay;
  private final Workspace home;
  private final Map<String, Tensor> weights;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();

  /// Starts at the weights' current values; averages live in `home`.
  public Ema(double decay, Map<String, Tensor> weights, Workspace home) {
    this.decay = decay;
    this.home = home;
    this.weights = weights;
    weights.forEach((name, weight) -> averages.put(name, weight.keepIn(home)));
  }

  /// The averages by name.
  public Map<String, Tensor> averages() {
    return averages;
  }

  /// Follows the weights one step.
  public void update() {
    averages.forEach((name, average) -> Tensor.apply(new Lerp(decay), average, weights.get(name)));
  }

  /// Exchanges weights and averages, to sample with the averages and to train on afterwards.
  public void swap() {
    try (Workspace scratch = Workspace.open(home.backend())) {
      averages.forEach((name, average) -> {
        Tensor weight = weights.get(name);
        Tensor before = weight.keepIn(scratch);
        weight.copyFromInPlace(average);
        average.copyFromInPlace(before);
      });
    }
  }
}
