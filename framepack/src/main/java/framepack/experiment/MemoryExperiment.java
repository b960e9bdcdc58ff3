package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.StripBank;
import framepack.experiment.metric.HiddenPart;
import framepack.experiment.metric.MsSsim;
import framepack.experiment.metric.Psnr;
import framepack.experiment.metric.SquaredError;
import framepack.experiment.metric.Ssim;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.SectionPlan;
import framepack.order.TrainingDraws;
import framepack.pack.PackSpec;
import framepack.pack.TokenCount;
import framepack.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a packing remembers: a camera pans over a periodic world, 19 true frames are history, the next 3 are to be made.
/// Half of them show places that the newest frame does not; how well they come back, against the time since they were
/// last seen, is the memory of the packing.
///
/// @param bank the revisit world
/// @param training steps, batch, learning rate, seed
/// @param samplingSteps Euler steps
public record MemoryExperiment(StripBank bank, NanoTraining training, int samplingSteps) {
  private static final int HISTORY = 19;

  /// Result of one packing with one seed.
  ///
  /// @param tokens exact token counts
  /// @param weights number of weights
  /// @param hidden PSNR in dB of the hidden part, by lag in frames since it was last seen
  /// @param similarity SSIM of the hidden part, by lag
  /// @param scales MS-SSIM of whole frames, by lag
  /// @param visible PSNR in dB of the part that the newest frame shows, pooled over the periods
  public record Outcome(
      PackSpec spec,
      long seed,
      TokenCount tokens,
      long weights,
      NanoTraining.Outcome training,
      SortedMap<Integer, Double> hidden,
      SortedMap<Integer, Double> similarity,
      SortedMap<Integer, Double> scales,
      double visible) {}

  /// Trains and measures one packing; empty if it was stopped before the end.
  public Optional<Outcome> run(PackSpec spec, Backend backend, TrainingWatch watch) {
    return run(spec, Method.FRAMEPACK, backend, watch);
  }

  /// Trains and measures one packing with a method of its own.
  public Optional<Outcome> run(PackSpec spec, Method method, Backend backend, TrainingWatch watch) {
    int channels = bank.norm().channels();
    long seed = training.seed();
    try (NanoModel model =
        NanoModel.create(
            spec, channels, bank.labels(), Position.SPACE, method.network(), seed, backend)) {
      TrainingDraws sections = new TrainingDraws(spec, List.of(1 + tailSections(spec)), 0, 0);
      HistoryTreatment plain = HistoryTreatment.NONE.with(method.history().guidance());
      Optional<HistoryTreatment> history =
          method.codebook(seed).complete(plain, model, bank, watch::stop);
      if (history.isEmpty()) {
        return Optional.empty();
      }
      ExampleDraws examples =
          new ExampleDraws(bank, method.reaching(sections), history.get(), method.choice(seed));
      NanoTraining.Outcome trained =
          training.with(method.trainingNoise()).run(model, examples, watch);
      return trained.finished()
          ? Optional.of(measure(model, method, history.get(), trained))
          : Optional.empty();
    }
  }

  /// Sections that hold the frames which the test's history has beyond the packed one.
  private static int tailSections(PackSpec spec) {
    return Math.ceilDiv(Math.max(0, HISTORY - spec.historyFrames()), spec.generated());
  }

  private Outcome measure(
      NanoModel model, Method method, HistoryTreatment history, NanoTraining.Outcome trained) {
    PackSpec spec = model.spec();
    int generated = spec.generated();
    SortedMap<Integer, Double> hidden = new TreeMap<>();
    SortedMap<Integer, Double> similarity = new TreeMap<>();
    SortedMap<Integer, Double> scales = new TreeMap<>();
    List<SquaredError> visible = new ArrayList<>();
    for (int period : bank.periods()) {
      List<Frames> made = rollout(model, method, history, period);
      boolean[][] columns = HiddenPart.columns(period, generated, bank.side());
      boolean[][] seen = HiddenPart.visibleColumns(period, generated, bank.side());
      boolean[][] pixelColumns = HiddenPart.pixels(columns);
      List<SquaredError> unseen = new ArrayList<>();
      double ssim = 0;
      double msSsim = 0;
      for (int i = 0; i < made.size(); i++) {
        Frames truth = bank.test(period).get(i).window(i % period + HISTORY, generated);
        Frames latents = bank.norm().invert(made.get(i).slice(HISTORY, generated));
        unseen.add(SquaredError.ofLatents(truth, latents, columns));
        visible.add(SquaredError.ofLatents(truth, latents, seen));
        Frames of = bank.codec().decode(truth);
        Frames pixels = bank.codec().decode(latents);
        ssim += Ssim.of(of, pixels, pixelColumns) / made.size();
        msSsim += MsSsim.of(of, pixels) / made.size();
      }
      int lag = HiddenPart.lag(period);
      if (lag > 0) {
        hidden.put(lag, Psnr.pooled(unseen));
        similarity.put(lag, ssim);
        scales.put(lag, msSsim);
      }
    }
    return new Outcome(
        spec,
        training.seed(),
        toBeMade(spec).tokens(bank.side(), bank.side()),
        model.size(),
        trained,
        hidden,
        similarity,
        scales,
        Psnr.pooled(visible));
  }

  /// All test strips of a period, strip `i` from phase `i`.
  private List<Frames> rollout(
      NanoModel model, Method method, HistoryTreatment history, int period) {
    List<Rollout.Start> starts = new ArrayList<>();
    for (int i = 0; i < bank.test(period).size(); i++) {
      Frames known = bank.window(bank.test(period).get(i), i % period, HISTORY);
      starts.add(new Rollout.Start(known, bank.label(period)));
    }
    return method
        .sampler(model, samplingSteps, history, training.seed(), training.seed() + period)
        .run(toBeMade(model.spec()), starts, Rollout.Listener.NONE);
  }

  private static SectionPlan toBeMade(PackSpec spec) {
    return new SectionPlan(spec, 1, HISTORY);
  }
}
