package framepack.train;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.op.AdamW;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// AdamW over named weights (torch `torch.optim.AdamW`), updating them in place.
public final class Optimizer {
  /// Moving averages of a weight's gradient and of its square.
  record Moments(Tensor first, Tensor second) {}

  /// Every weight learns at the config's rate.
  public static final ToDoubleFunction<String> EQUAL_RATES = _ -> 1;

  private final TrainConfig config;
  private final Map<String, Tensor> weights;
  private final ToDoubleFunction<String> rates;
  private final Map<String, Moments> moments = new LinkedHashMap<>();

  /// Moments start at zero and live in `home`.
  public Optimizer(TrainConfig config, Map<String, Tensor> weights, Workspace home) {
    this(config, weights, home, EQUAL_RATES);
  }

  /// @param rates learning rate of a weight by its name, relative to the config's
  public Optimizer(
      TrainConfig config,
      Map<String, Tensor> weights,
      Workspace home,
      ToDoubleFunction<String> rates) {
    this.config = config;
    this.weights = weights;
    this.rates = rates;
    weights.forEach(
        (name, weight) -> moments.put(name, new Moments(zeros(weight, home), zeros(weight, home))));
  }

  private static Tensor zeros(Tensor like, Workspace home) {
    try (Workspace _ = Workspace.open(home.backend())) {
      return Tensor.zeros(like.shape().toArray()).keepIn(home);
    }
  }

  Map<String, Moments> moments() {
    return moments;
  }

  /// One update with these gradients by name; a weight without one keeps its value, as in torch.
  ///
  /// @param step counted from 0
  /// @return the global norm of the gradients before clipping
  public double step(Map<String, Tensor> gradients, long step) {
    double norm = norm(gradients.values());
    update(gradients, norm, step);
    return norm;
  }

  /// As [#step], for gradients whose global norm is known.
  void update(Map<String, Tensor> gradients, double norm, long step) {
    double scale = config.clip() > 0 && norm > config.clip() ? config.clip() / (norm + 1e-6) : 1;
    for (Map.Entry<String, Tensor> entry : gradients.entrySet()) {
      Moments m = moments.get(entry.getKey());
      Tensor weight = weights.get(entry.getKey());
      double rate = config.learningRateAt(step) * rates.applyAsDouble(entry.getKey());
      AdamW update =
          new AdamW(
              rate,
              config.beta1(),
              config.beta2(),
              config.eps(),
              config.weightDecay(),
              step + 1,
              scale);
      Tensor.apply(update, weight, entry.getValue().contiguous(), m.first(), m.second());
    }
  }

  /// `sqrt(Σ g²)` over all gradients, summed in their order; not a number where tensors have no values.
  static double norm(Iterable<Tensor> gradients) {
    List<Tensor> squares = new ArrayList<>();
    for (Tensor gradient : gradients) {
      squares.add(gradient.sumOfSquares().reshape(1));
    }
    Tensor all = Tensor.concat(0, squares.toArray(Tensor[]::new));
    if (!all.backend().hasValues()) {
      return Double.NaN;
    }
    double sum = 0;
    for (float square : all.toFloats()) {
      sum += square;
    }
    return Math.sqrt(sum);
  }
}
