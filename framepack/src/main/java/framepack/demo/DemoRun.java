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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/// The main job: models are trained side by side and measured on a real clip, for memory and for drift; then the cost of
/// a section is taken with the device to itself.
public final class DemoRun {
  /// Told what happens.
  public interface Watcher {
    /// A stage begins.
    ///
    /// @param steps training steps of all its models together
    /// @return hears every step, from any thread
    Trainer.Listener stage(String title, long steps);

    /// Something is finished; the results so far are worth writing down. One call at a time.
    void finished(String line, DemoResults results);
  }

  /// A model to train and to measure. What comes back is empty if it was stopped, else takes the outcome into the
  /// results and tells it in a line.
  private record Job(int steps, Function<Backend, Optional<Supplier<String>>> run) {
    static <T> Job of(int steps, Function<Backend, Optional<T>> run, Function<T, String> take) {
      return new Job(steps, backend -> run.apply(backend).map(o -> () -> take.apply(o)));
    }
  }

  private static final double HELD_OUT = 0.2;
  private static final int PROBES = 6;

  private final DemoPlan plan;
  private final Backend backend;
  private final Watcher watcher;
  private final BooleanSupplier stop;
  private final DemoResults results = new DemoResults();
  private final long began = System.nanoTime();
  private volatile Trainer.Listener steps = _ -> {};

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
    List<Job> jobs = new ArrayList<>(memory()); // the longest first, so that all end together
    jobs.addAll(drift());
    jobs.addAll(clip(name, clip));
    boolean done = train(jobs) && cost();
    if (done) {
      results.finish();
    }
    report(done ? "all done" : "stopped; what is finished is kept");
    return results;
  }

  private boolean train(List<Job> jobs) {
    long all = jobs.stream().mapToLong(Job::steps).sum();
    steps = watcher.stage("training %d models".formatted(jobs.size()), all);
    List<Function<Backend, Optional<Supplier<String>>>> runs = jobs.stream().map(Job::run).toList();
    AtomicBoolean whole = new AtomicBoolean(true);
    try (SideBySide parts = new SideBySide(backend)) {
      parts.run(
          runs,
          outcome -> outcome.ifPresentOrElse(take -> report(take.get()), () -> whole.set(false)));
    }
    return whole.get();
  }

  private void report(String line) {
    results.seconds((System.nanoTime() - began) / 1e9);
    watcher.finished(line, results);
  }

  private TrainingWatch watch() {
    return TrainingWatch.of(progress -> steps.stepped(progress), stop);
  }

  private List<Job> clip(String name, Clip clip) {
    Frames pixels =
        new Frames(3, clip.frames(), clip.height(), clip.width(), clip.toPlanar(PlaneOrder.CTHW));
    ClipDataset dataset =
        ClipDataset.of(name, pixels, new ClipDataset.Cut(1, HELD_OUT, 16, plan.seed()));
    results.clip(dataset);
    NanoTraining training = new NanoTraining(plan.clipSteps(), plan.clipBatch(), 6e-3, plan.seed());
    ClipExperiment experiment = new ClipExperiment(dataset, training, plan.samplingSteps(), PROBES);
    List<Job> jobs = new ArrayList<>();
    for (PackSpec spec : plan.clipPackings()) {
      int place = jobs.size();
      jobs.add(
          Job.of(
              plan.clipSteps(),
              on -> experiment.run(spec, on, watch()),
              outcome -> {
                results.clip(place, outcome);
                return "clip, %s: held-out PSNR %.1f dB, repeating the last frame %.1f dB"
                    .formatted(spec, outcome.heldOut().ours(), outcome.heldOut().repeat());
              }));
    }
    return jobs;
  }

  private List<Job> memory() {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < plan.memorySeeds(); i++) {
      long seed = plan.seed() + i;
      StripBank bank = StripBank.memory(seed, plan.memoryPeriods());
      NanoTraining training = NanoTraining.of(plan.memorySteps(), seed);
      MemoryExperiment experiment = new MemoryExperiment(bank, training, plan.samplingSteps());
      for (PackSpec spec : plan.memoryPackings()) {
        int place = jobs.size();
        jobs.add(
            Job.of(
                plan.memorySteps(),
                on -> experiment.run(spec, on, watch()),
                outcome -> {
                  results.memory(place, outcome);
                  return "memory, " + spec + ": hidden part by lag " + rounded(outcome);
                }));
      }
    }
    return jobs;
  }

  private static String rounded(MemoryExperiment.Outcome outcome) {
    StringBuilder text = new StringBuilder();
    outcome.hidden().forEach((lag, psnr) -> text.append("%d: %.1f dB  ".formatted(lag, psnr)));
    return text.toString().strip();
  }

  private List<Job> drift() {
    StripBank bank = StripBank.drift(plan.seed());
    results.carousel(bank);
    DriftExperiment experiment =
        new DriftExperiment(bank, plan.driftSections(), plan.driftVideos(), plan.samplingSteps());
    List<Job> jobs = new ArrayList<>();
    for (DriftExperiment.Variant variant : plan.driftVariants()) {
      int place = jobs.size();
      jobs.add(
          Job.of(
              variant.training().steps(),
              on -> experiment.run(variant, on, watch()),
              outcome -> {
                results.drift(place, outcome);
                return "drift, %s: first section %.1f dB, last %.1f dB, drift %.1f dB"
                    .formatted(
                        variant.title(),
                        outcome.psnr()[0],
                        outcome.psnr()[outcome.psnr().length - 1],
                        outcome.drift());
              }));
    }
    return jobs;
  }

  private boolean cost() {
    watcher.stage("cost of a section, " + plan.costSections() + " sections", 0);
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
}
