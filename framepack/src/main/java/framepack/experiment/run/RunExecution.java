package framepack.experiment.run;

import framepack.experiment.ContinuationExperiment;
import framepack.experiment.DriftExperiment;
import framepack.experiment.DriftExperiment.Variant;
import framepack.experiment.Looks;
import framepack.experiment.MemoryExperiment;
import framepack.experiment.NanoTraining;
import framepack.experiment.config.Judge;
import framepack.experiment.config.RunConfig;
import framepack.experiment.config.RunConfigJson;
import framepack.experiment.config.Task;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.StripBank;
import framepack.experiment.dataset.VideoBank;
import framepack.experiment.metric.FrameNetwork;
import framepack.experiment.metric.QualityDrift;
import framepack.experiment.metric.StartEndContrast;
import framepack.history.HistoryTreatment;
import framepack.media.Clip;
import framepack.media.FrameRate;
import framepack.media.PlaneOrder;
import framepack.media.Y4m;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.pack.TokenCount;
import framepack.tensor.backend.Backend;
import framepack.tensor.io.AtomicFile;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Trains and measures one run and fills its directory. Whatever executes a sweep, this is what it does for each run; it
/// needs nothing but the settings and a place.
final class RunExecution {
  private static final FrameRate RATE = FrameRate.of(8);
  private static final String OPTIMISER = "adamw.";

  private final RunConfig config;
  private final RunDirectory run;
  private final Worlds worlds;

  RunExecution(RunConfig config, RunDirectory run, Worlds worlds) {
    this.config = config;
    this.run = run;
    this.worlds = worlds;
  }

  /// Empty if it was stopped; then what is done is kept for the next time.
  Optional<Results> execute(Backend backend, RunWatch watch) {
    AtomicFile.write(run.config(), RunConfigJson.pretty(config) + "\n");
    watch.alive();
    Judges.check(Stream.of(config), backend);
    NanoTraining training =
        new NanoTraining(config.steps(), config.batch(), config.learningRate(), config.seed());
    Optional<Results> results =
        switch (config.task()) {
          case Task.Memory task ->
              new MemoryExperiment(worlds.of(task, config.seed()), training, config.samplingSteps())
                  .run(config.packing(), config.method(), backend, watch)
                  .map(this::memory);
          case Task.Continue further -> {
            VideoBank bank = worlds.of(further, config.packing().generated(), config.seed());
            yield new ContinuationExperiment(
                    bank,
                    training,
                    config.samplingSteps(),
                    further.known(),
                    further.sections(),
                    further.videos())
                .run(config.packing(), config.method(), backend, watch)
                .map(outcome -> continued(outcome, further, bank, backend));
          }
          case Task.Drift drift -> {
            StripBank bank = worlds.of(drift, config.seed());
            Variant variant =
                new Variant(
                    config.packing().toString(),
                    config.packing(),
                    training,
                    HistoryTreatment.noise(drift.trained(), drift.sampled()),
                    config.method());
            yield new DriftExperiment(
                    bank, drift.sections(), drift.videos(), config.samplingSteps())
                .run(variant, backend, watch)
                .map(outcome -> drift(outcome, drift, bank, backend));
          }
        };
    results.ifPresent(this::finish);
    return results;
  }

  private Results memory(MemoryExperiment.Outcome outcome) {
    Results results = new Results().with("visible", outcome.visible());
    outcome.hidden().forEach((lag, psnr) -> results.with(Measure.hidden(lag), psnr));
    outcome.similarity().forEach((lag, ssim) -> results.with(Measure.similarity(lag), ssim));
    outcome.scales().forEach((lag, ssim) -> results.with(Measure.scales(lag), ssim));
    cost(outcome.tokens(), 0);
    return results;
  }

  private Results drift(
      DriftExperiment.Outcome outcome, Task.Drift drift, StripBank bank, Backend backend) {
    double[] generation = inOrderOfGeneration(outcome.psnr(), 1, config.packing());
    StartEndContrast contrast = StartEndContrast.of(outcome.psnr());
    cost(outcome.tokens(), 1e3 * Cost.median(outcome.seconds()) / drift.videos());
    Frames made = outcome.example();
    video(run.generated(), bank.decode(made));
    var strip = bank.test(bank.periods().getFirst()).getFirst();
    video(run.truth(), bank.decode(bank.window(strip, 0, made.frames())));
    Results results = new Results();
    looks(outcome.looks(), 1, backend, results);
    return results
        .with("loop", outcome.loop())
        .with("first", contrast.start())
        .with("last", contrast.end())
        .with("drift", outcome.drift())
        .with("signed", outcome.signed())
        .with("signed.generation", StartEndContrast.of(generation).signed())
        .with("sharpness", outcome.sharpness())
        .with("contrast", outcome.contrast())
        .with("psnr", outcome.psnr())
        .with("psnr.exact", outcome.exact())
        .with("psnr.generation", generation);
  }

  private Results continued(
      ContinuationExperiment.Outcome outcome,
      Task.Continue further,
      VideoBank bank,
      Backend backend) {
    int known = further.known();
    double[] generation = inOrderOfGeneration(outcome.psnr(), known, config.packing());
    StartEndContrast contrast = StartEndContrast.of(outcome.psnr());
    cost(outcome.tokens(), 1e3 * Cost.median(outcome.seconds()) / outcome.videos());
    video(run.generated(), bank.decode(outcome.example()));
    video(run.truth(), bank.codec().decode(outcome.truth()));
    Results results = new Results();
    looks(outcome.looks(), known, backend, results);
    if (!Double.isNaN(outcome.remembered())) {
      results.with("remembered", outcome.remembered());
    }
    return results
        .with("first", contrast.start())
        .with("last", contrast.end())
        .with("drift", outcome.drift())
        .with("signed", contrast.signed())
        .with("signed.generation", StartEndContrast.of(generation).signed())
        .with("gain", outcome.gain())
        .with("psnr", outcome.psnr())
        .with("psnr.generation", generation);
  }

  /// @param known frames given
  private void looks(Looks looks, int known, Backend backend, Results results) {
    results
        .with("ssim", looks.similarity())
        .with("ms-ssim", looks.scales())
        .with("ssim.last", StartEndContrast.of(looks.similarity()).end())
        .with("ms-ssim.last", StartEndContrast.of(looks.scales()).end());
    if (Double.isFinite(looks.dynamics())) { // a truth that stands still has none
      results.with("dynamics", looks.dynamics());
    }
    looks.qualities().forEach((quality, drift) -> quality(quality.key(), drift, known, results));
    if (!config.judge().equals(Judge.NONE)) {
      try (FrameNetwork network = Judges.open(config.judge(), backend)) {
        QualityDrift drift = looks.to(network);
        quality(Measure.NETWORK, drift, known, results);
        results.with("network.last", StartEndContrast.of(drift.curve()).end());
      }
    }
  }

  private void quality(String key, QualityDrift drift, int known, Results results) {
    results
        .with("drift." + key, drift.drift())
        .with("signed." + key, drift.signed())
        .with("quality." + key, drift.curve())
        .with("truth." + key, new double[] {drift.truth()})
        .with(
            "quality." + key + ".generation",
            inOrderOfGeneration(drift.curve(), known, config.packing()));
  }

  /// A curve over video time, as it looks over the order in which the sections were made.
  private static double[] inOrderOfGeneration(double[] overTime, int known, PackSpec spec) {
    SectionPlan plan = new SectionPlan(spec, overTime.length, known);
    double[] made = new double[overTime.length];
    for (Section section : plan.all()) {
      made[section.index()] = overTime[(section.first() - known) / spec.generated()];
    }
    return made;
  }

  private static void video(Path file, Frames pixels) {
    Y4m.write(
        file,
        Clip.fromPlanar(
            pixels.values(),
            PlaneOrder.CTHW,
            pixels.frames(),
            pixels.rows(),
            pixels.columns(),
            RATE));
  }

  private void cost(TokenCount tokens, double sectionMillis) {
    Cost trained = Cost.read(run.cost());
    new Cost(
            tokens.context(),
            tokens.total(),
            weights(),
            trained.trainingSeconds(),
            trained.stepMillis(),
            sectionMillis,
            trained.peakBytes())
        .write(run.cost());
  }

  private long weights() {
    try (SafeTensors state = SafeTensors.open(run.checkpoint())) {
      return state.names().stream()
          .filter(name -> !name.startsWith(OPTIMISER))
          .mapToLong(name -> state.spec(name).shape().elements())
          .sum();
    }
  }

  /// Everything but the results first: their being there means that all is.
  private void finish(Results results) {
    MetricsLog.writeTable(run.metrics(), run.table());
    try (SafeTensors state = SafeTensors.open(run.checkpoint())) {
      SafeTensorsWriter writer = new SafeTensorsWriter();
      for (String name : state.names()) {
        if (!name.startsWith(OPTIMISER)) {
          writer.add(name, state.view(name));
        }
      }
      writer.write(run.model());
    }
    results.write(run.results());
    run.tidy();
  }
}
