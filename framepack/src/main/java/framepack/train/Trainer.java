package framepack.train;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/// Trains named weights in place. A steady-state step allocates no new memory: one workspace is reset and refilled.
public final class Trainer implements AutoCloseable {
  /// What a step reports.
  ///
  /// @param step counted from 0
  /// @param loss mean over the accumulated batches
  /// @param gradientNorm before clipping
  public record Progress(long step, double loss, double gradientNorm, double learningRate) {}

  /// Told after every step.
  @FunctionalInterface
  public interface Listener {
    void stepped(Progress progress);
  }

  private final TrainConfig config;
  private final Map<String, Tensor> weights;
  private final Loss loss;
  private final Workspace home;
  private final Workspace scratch;
  private final Optimizer optimizer;
  private final Ema ema;
  private long step;

  /// @param weights trained in place; all f32, and no read-only memory such as that of a mapped file
  public Trainer(TrainConfig config, Map<String, Tensor> weights, Loss loss, Backend backend) {
    this(config, weights, loss, backend, Optimizer.EQUAL_RATES);
  }

  /// @param rates learning rate of a weight by its name, relative to the config's
  public Trainer(
      TrainConfig config,
      Map<String, Tensor> weights,
      Loss loss,
      Backend backend,
      ToDoubleFunction<String> rates) {
    weights.forEach(Trainer::requireTrainable);
    this.config = config;
    this.weights = weights;
    this.loss = loss;
    this.home = Workspace.detached(backend);
    this.scratch = Workspace.open(backend);
    this.optimizer = new Optimizer(config, weights, home, rates);
    this.ema = config.emaDecay() > 0 ? new Ema(config.emaDecay(), weights, home) : null;
  }

  private static void requireTrainable(String name, Tensor weight) {
    boolean mapped =
        weight.view().storage() instanceof HostStorage host && host.segment().isReadOnly();
    if (weight.dtype() != DType.F32 || mapped) {
      throw new IllegalArgumentException(
          "training: weight '%s' is %s memory of type %s; load it as trainable f32"
              .formatted(name, mapped ? "read-only" : "writable", weight.dtype()));
    }
  }

  /// Steps done so far.
  public long step() {
    return step;
  }

  /// The moving average of the weights; null if the config keeps none.
  public Ema ema() {
    return ema;
  }

  /// Bytes of the optimiser's state and of the moving average.
  public long stateBytes() {
    return home.usedBytes();
  }

  /// Bytes that one step needs beyond the weights and the optimiser's state.
  public long peakBytes() {
    return scratch.peakBytes();
  }

  /// Trains to the last step, or until `stop` says so between two steps.
  ///
  /// @return true if all steps are done
  public boolean run(Listener listener, BooleanSupplier stop) {
    while (step < config.steps()) {
      if (stop.getAsBoolean()) {
        return false;
      }
      listener.stepped(advance());
    }
    return true;
  }

  /// One step. On a backend without values loss and norm are not numbers, and the step costs what a real one does.
  public Progress advance() {
    scratch.reset();
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    double sum = 0;
    for (int part = 0; part < config.accumulation(); part++) {
      sum += accumulate(part, gradients);
    }
    double mean = sum / config.accumulation();
    double norm = Optimizer.norm(gradients.values());
    boolean finite = Double.isFinite(mean) && Double.isFinite(norm);
    if (!finite && home.backend().hasValues()) {
      throw new TrainingDiverged(step, mean, norm); // before any weight is touched
    }
    optimizer.update(gradients, norm, step);
    if (ema != null) {
      ema.update();
    }
    Progress progress = new Progress(step, mean, norm, config.learningRateAt(step));
    step++;
    return progress;
  }

  /// Adds the gradients of one batch; a single batch is used as it is.
  private double accumulate(int part, Map<String, Tensor> gradients) {
    if (config.accumulation() == 1) {
      return gradientsOf(part, gradients::put);
    }
    try (Workspace _ = Workspace.open(home.backend())) {
      return gradientsOf(part, (name, g) -> add(gradients, name, g));
    }
  }

  private void add(Map<String, Tensor> sums, String name, Tensor gradient) {
    Tensor sum = sums.get(name);
    if (sum == null) {
      try (Workspace _ = Workspace.open(home.backend())) {
        sum = Tensor.zeros(gradient.shape().toArray()).keepIn(scratch);
      }
      sums.put(name, sum);
    }
    sum.addInPlace(gradient, 1.0 / config.accumulation());
  }

  private double gradientsOf(int part, BiConsumer<String, Tensor> to) {
    try (Tape tape = Tape.watching(weights.values())) {
      Tensor value = loss.of(step, part);
      tape.backward(value);
      weights.forEach((name, weight) -> {
        Tensor gradient = tape.gradient(weight);
        if (gradient != null) {
          to.accept(name, gradient);
        }
      });
      return home.backend().hasValues() ? value.item() : Double.NaN;
    }
  }

  /// Writes weights, moments, averages and the step atomically.
  public void save(Path file) {
    TrainingState.write(file, step, weights, optimizer, ema);
  }

  /// Continues from a file written by [#save]: the rest of the run is bit-identical to an uninterrupted one.
  public void resume(Path file) {
    step = TrainingState.read(file, weights, optimizer, ema);
  }

  @Override
  public void close() {
    scratch.close();
    home.close();
  }
}
