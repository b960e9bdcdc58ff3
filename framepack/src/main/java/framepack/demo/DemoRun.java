package framepack.demo;

import framepack.experiment.ClipExperiment;
import framepack.experiment.DriftExperiment;
import framepack.experiment.MemoryExperiment;
import framepack.experiment.NanoTraining;
import framepack.experiment.TrainingWatch;
import framepack.experiment.dataset.ClipDataset;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.StripBank;
import framepack.media.Clip;
import framepack.media.PlaneOrder;
import framepack.pack.PackSpec;
import framepack.tensor.backend.Backend;
import framepack.train.Trainer;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/// The main job, stage by stage: a real clip, memory, drift, and the cost of a section.
public final class DemoRun {
  /// Told what happens.
  public interface Watcher {
    /// A stage or a long step of it begins.
    void stage(String title);

    /// A training begins; the listener hears every step.
    Trainer.Listener training(String title, int steps);

    /// Something is finished; the results so far are worth writing down.
    void finished(String line, DemoResults results);
  }

  private static final double HELD_OUT = 0.2;
  private static final int PROBES = 6;

  private final DemoPlan plan;
  private final Backend backend;
  private final Watcher watcher;
  private final BooleanSupplier stop;
  private final DemoResults results = new DemoResults();
  private final long began = System.nanoTime();

  public DemoRun(DemoPlan plan, Backend backend, Watcher watcher, BooleanSupplier stop) {
    this.plan = plan;
    this.backend = backend;
    this.watcher = watcher;
    this.stop = stop;
  }

  /// Does everything planned, or as much of it as there is time for before `stop`.
  ///
  /// @param clip already scaled to the plan's size and frame rate
  public DemoResults run(String name, Clip clip) {
    boolean done = clip(name, clip) && memory() && drift() && cost();
    if (done) {
      results.finish();
    }
    report(done ? "all done" : "stopped; what is finished is kept");
    return results;
  }

  private void report(String line) {
    results.seconds((System.nanoTime() - began) / 1e9);
    watcher.finished(line, results);
  }

  private boolean clip(String name, Clip clip) {
    watcher.stage("real clip " + name);
    Frames pixels =
        new Frames(3, clip.frames(), clip.height(), clip.width(), clip.toPlanar(PlaneOrder.CTHW));
    ClipDataset dataset =
        ClipDataset.of(name, pixels, new ClipDataset.Cut(1, HELD_OUT, 16, plan.seed()));
    results.clip(dataset);
    report("latent codec keeps " + dataset.kept());
    NanoTraining training = new NanoTraining(plan.clipSteps(), plan.clipBatch(), 6e-3, plan.seed());
    ClipExperiment experiment = new ClipExperiment(dataset, training, plan.samplingSteps(), PROBES);
    for (PackSpec spec : plan.clipPackings()) {
      Trainer.Listener listener = watcher.training(spec.toString(), plan.clipSteps());
      boolean kept =
          keep(
              () -> experiment.run(spec, backend, listener, stop),
              outcome -> {
                results.clips().add(outcome);
                return "%s: held-out PSNR %.1f dB, repeating the last frame %.1f dB"
                    .formatted(spec, outcome.heldOut().ours(), outcome.heldOut().repeat());
              });
      if (!kept) {
        return false;
      }
    }
    return true;
  }

  private boolean memory() {
    watcher.stage("memory: the revisit world");
    for (int i = 0; i < plan.memorySeeds(); i++) {
      long seed = plan.seed() + i;
      StripBank bank = StripBank.memory(seed, plan.memoryPeriods());
      NanoTraining training = NanoTraining.of(plan.memorySteps(), seed);
      MemoryExperiment experiment = new MemoryExperiment(bank, training, plan.samplingSteps());
      for (PackSpec spec : plan.memoryPackings()) {
        Trainer.Listener listener = watcher.training(spec.toString(), plan.memorySteps());
        boolean kept =
            keep(
                () -> experiment.run(spec, backend, TrainingWatch.of(listener, stop)),
                outcome -> {
                  results.memories().add(outcome);
                  return spec + ": hidden part by lag " + rounded(outcome);
                });
        if (!kept) {
          return false;
        }
      }
    }
    return true;
  }

  private static String rounded(MemoryExperiment.Outcome outcome) {
    StringBuilder text = new StringBuilder();
    outcome.hidden().forEach((lag, psnr) -> text.append("%d: %.1f dB  ".formatted(lag, psnr)));
    return text.toString().strip();
  }

  private boolean drift() {
    watcher.stage("drift: the carousel, " + plan.driftSections() + " sections");
    StripBank bank = StripBank.drift(plan.seed());
    results.carousel(bank);
    DriftExperiment experiment =
        new DriftExperiment(bank, plan.driftSections(), plan.driftVideos(), plan.samplingSteps());
    for (DriftExperiment.Variant variant : plan.driftVariants()) {
      Trainer.Listener listener = watcher.training(variant.title(), variant.training().steps());
      boolean kept =
          keep(
              () -> experiment.run(variant, backend, TrainingWatch.of(listener, stop)),
              outcome -> {
                results.drifts().add(outcome);
                return "%s: first section %.1f dB, last %.1f dB, drift %.1f dB"
                    .formatted(
                        variant.title(),
                        outcome.psnr()[0],
                        outcome.psnr()[outcome.psnr().length - 1],
                        outcome.drift());
              });
      if (!kept) {
        return false;
      }
    }
    return true;
  }

  private boolean cost() {
    watcher.stage("cost of a section, " + plan.costSections() + " sections");
    PackSpec spec = plan.driftVariants().getFirst().spec();
    SectionCost cost =
        SectionCost.measure(spec, plan.costSections(), plan.samplingSteps(), backend);
    results.cost(cost);
    report(
        "section 2 takes %.1f ms, section %d %.1f ms, %d tokens each"
            .formatted(
                1e3 * cost.around(2),
                plan.costSections(),
                1e3 * cost.around(plan.costSections()),
                cost.tokens()));
    return true;
  }

  /// Runs one item and keeps its outcome; false if it was stopped.
  private <T> boolean keep(Supplier<Optional<T>> item, Function<T, String> take) {
    Optional<T> outcome = item.get();
    outcome.map(take).ifPresent(this::report);
    return outcome.isPresent();
  }
}
