package framepack.experiment.run;

import framepack.experiment.TrainingWatch;
import framepack.train.Trainer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Keeps a training's state and metrics in its directory, so that it can go on after a kill.
final class RunWatch implements TrainingWatch, AutoCloseable {
  /// Told of every step.
  interface Listener {
    void stepped(Trainer.Progress progress);
  }

  private final RunDirectory run;
  private final Claim claim;
  private final Provenance provenance;
  private final long pauseNanos;
  private final Listener listener;
  private final BooleanSupplier stop;
  private final List<Double> stepMillis = new ArrayList<>();

  private MetricsLog metrics;
  private EventFile events;
  private Cost earlier = Cost.NONE;
  private long saved;
  private long last;

  RunWatch(
      RunDirectory run,
      Claim claim,
      Provenance provenance,
      Duration pause,
      Listener listener,
      BooleanSupplier stop) {
    this.run = run;
    this.claim = claim;
    this.provenance = provenance;
    this.pauseNanos = pause.toNanos();
    this.listener = listener;
    this.stop = stop;
  }

  @Override
  public void begins(Trainer trainer) {
    if (Files.exists(run.checkpoint())) {
      trainer.resume(run.checkpoint());
      earlier = Cost.read(run.cost());
    }
    metrics = MetricsLog.open(run.metrics(), trainer.step());
    events = EventFile.create(run.path(), trainer.step());
    provenance.write(run.provenance(), trainer.step());
    saved = System.nanoTime();
    last = saved;
  }

  @Override
  public void stepped(Trainer trainer, Trainer.Progress progress) {
    long now = System.nanoTime();
    stepMillis.add((now - last) / 1e6);
    metrics.append(progress);
    events.add(
        progress.step(),
        Map.of(
            "train/loss", progress.loss(),
            "train/gradient_norm", progress.gradientNorm(),
            "train/learning_rate", progress.learningRate()));
    claim.touch();
    listener.stepped(progress);
    if (now - saved >= pauseNanos) {
      save(trainer);
    }
    last = System.nanoTime(); // what we do between steps is not the step's
  }

  /// First the lines that the checkpoint counts on, then the checkpoint.
  private void save(Trainer trainer) {
    metrics.force();
    events.flush();
    cost(trainer.peakBytes()).write(run.cost());
    trainer.save(run.checkpoint());
    saved = System.nanoTime();
  }

  @Override
  public boolean stop() {
    return stop.getAsBoolean();
  }

  @Override
  public void ends(Trainer trainer) {
    save(trainer);
  }

  /// Training's cost so far, earlier sessions included.
  private Cost cost(long peakBytes) {
    double seconds = stepMillis.stream().mapToDouble(Double::doubleValue).sum() / 1e3;
    return new Cost(
        0,
        0,
        0,
        earlier.trainingSeconds() + seconds,
        stepMillis.isEmpty()
            ? earlier.stepMillis()
            : Cost.median(stepMillis.stream().mapToDouble(Double::doubleValue).toArray()),
        0,
        Math.max(earlier.peakBytes(), peakBytes));
  }

  /// Tells others that this process is still at it.
  void alive() {
    claim.touch();
  }

  @Override
  public void close() {
    try (MetricsLog _ = metrics;
        EventFile _ = events) {
      metrics = null;
      events = null;
    }
  }
}
