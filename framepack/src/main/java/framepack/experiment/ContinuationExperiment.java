package framepack.experiment;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.VideoBank;
import framepack.experiment.metric.Psnr;
import framepack.experiment.metric.SectionPsnr;
import framepack.experiment.metric.SquaredError;
import framepack.experiment.metric.StartEndContrast;
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
import java.util.stream.IntStream;

/// How well videos are continued: some true frames, then sections made one from the other, against what really came next.
///
/// @param bank videos to train on and to test with
/// @param training steps, batch, learning rate, seed
/// @param samplingSteps Euler steps
/// @param known true frames given
/// @param sections sections made
/// @param videos at most so many test videos
public record ContinuationExperiment(
    VideoBank bank, NanoTraining training, int samplingSteps, int known, int sections, int videos) {

  /// Result of one packing with one seed. Everything at exact time.
  ///
  /// @param psnr PSNR in dB of each section on decoded pixels, mean of the videos' dB
  /// @param drift mean over videos of `|first 15 % - last 15 %|` of the sections' PSNR
  /// @param remembered PSNR in dB of what only memory brings back, all videos pooled; not a number if that is not known
  /// @param gain PSNR in dB over that of the last known frame shown for ever, all videos pooled: what stands still for a while has
  ///     no error and infinite PSNR
  /// @param looks how the first videos look along time
  /// @param videos test videos
  /// @param seconds wall seconds of each section in the order of generation, all videos together
  /// @param example the first video's frames as z, the given ones first
  /// @param truth the same as latents, as they should be
  public record Outcome(
      TokenCount tokens,
      NanoTraining.Outcome training,
      double[] psnr,
      double drift,
      double remembered,
      double gain,
      Looks looks,
      int videos,
      double[] seconds,
      Frames example,
      Frames truth) {}

  /// Trains and measures one packing; empty if it was stopped before the end.
  public Optional<Outcome> run(PackSpec spec, Method method, Backend backend, TrainingWatch watch) {
    long seed = training.seed();
    int channels = bank.norm().channels();
    List<VideoBank.Test> tests = tests(spec);
    try (NanoModel model =
        NanoModel.create(spec, channels, 1, Position.SPACE_TIME, method.network(), seed, backend)) {
      HistoryTreatment plain = HistoryTreatment.NONE.with(method.history().guidance());
      Optional<HistoryTreatment> history =
          method.codebook(seed).complete(plain, model, bank, watch::stop);
      if (history.isEmpty()) {
        return Optional.empty();
      }
      ExampleDraws examples =
          new ExampleDraws(bank, method.reaching(draws(spec)), history.get(), method.choice(seed));
      NanoTraining.Outcome trained =
          training.with(method.trainingNoise()).run(model, examples, watch);
      return trained.finished()
          ? Optional.of(measure(model, method, history.get(), trained, tests))
          : Optional.empty();
    }
  }

  /// Test videos that are long enough.
  private List<VideoBank.Test> tests(PackSpec spec) {
    int frames = known + sections * spec.generated();
    List<VideoBank.Test> fit =
        bank.test().stream().filter(test -> test.latents().frames() >= frames).toList();
    if (fit.isEmpty()) {
      throw new DatasetError(
          "%s: no test video has the %d frames that %d known ones and %d sections need"
              .formatted(bank.title(), frames, known, sections));
    }
    return fit.subList(0, Math.min(videos, fit.size()));
  }

  /// Sections as far into a video as tests go, or as training videos allow.
  private TrainingDraws draws(PackSpec spec) {
    int given = spec.startFrames() > 0 ? spec.startFrames() : spec.historyFrames();
    int most = Math.ceilDiv(known + sections * spec.generated() - given, spec.generated());
    int fit = (bank.longest() - given) / spec.generated();
    List<Integer> lengths =
        IntStream.rangeClosed(1, Math.max(1, Math.min(most, fit))).boxed().toList();
    return new TrainingDraws(spec, lengths, 0, 0);
  }

  private Outcome measure(
      NanoModel model,
      Method method,
      HistoryTreatment history,
      NanoTraining.Outcome trained,
      List<VideoBank.Test> tests) {
    PackSpec spec = model.spec();
    SectionPlan plan = new SectionPlan(spec, sections, known);
    int made = sections * spec.generated();
    List<Rollout.Start> starts = new ArrayList<>();
    for (VideoBank.Test test : tests) {
      starts.add(new Rollout.Start(bank.norm().apply(test.latents().slice(0, known)), 0));
    }
    double[] seconds = new double[sections];
    List<Frames> videos =
        method
            .sampler(model, samplingSteps, history, training.seed(), training.seed())
            .run(plan, starts, (section, nanos) -> seconds[section.index()] = nanos / 1e9);
    List<double[]> curves = new ArrayList<>();
    List<SquaredError> remembered = new ArrayList<>();
    List<Frames> pixels = new ArrayList<>();
    List<Frames> truths = new ArrayList<>();
    List<SquaredError> errors = new ArrayList<>();
    List<SquaredError> stills = new ArrayList<>();
    for (int i = 0; i < videos.size(); i++) {
      VideoBank.Test test = tests.get(i);
      Frames own = bank.decode(videos.get(i).slice(known, made));
      Frames truth = bank.codec().decode(test.latents().slice(known, made));
      Frames last = bank.codec().decode(test.latents().slice(known - 1, 1));
      curves.add(psnr(truth, own, spec.generated()));
      errors.add(SquaredError.ofPixels(truth, own));
      stills.add(SquaredError.ofPixels(truth, last.lastRepeated(made)));
      if (test.remembered().length > 0) {
        remembered.add(SquaredError.ofPixels(truth, own, test.remembered()));
      }
      if (i < Looks.VIDEOS) {
        pixels.add(own);
        truths.add(truth);
      }
    }
    double[] psnr = SectionPsnr.mean(curves);
    Frames shown = tests.getFirst().latents();
    return new Outcome(
        plan.tokens(shown.rows(), shown.columns()),
        trained,
        psnr,
        StartEndContrast.meanAbsolute(curves),
        remembered.isEmpty() ? Double.NaN : Psnr.pooled(remembered),
        Psnr.pooled(errors) - Psnr.pooled(stills),
        Looks.of(pixels, truths, truths, spec.generated()),
        videos.size(),
        seconds,
        videos.getFirst(),
        tests.getFirst().latents().slice(0, known + made));
  }

  private static double[] psnr(Frames truth, Frames made, int section) {
    double[] psnr = new double[made.frames() / section];
    for (int s = 0; s < psnr.length; s++) {
      psnr[s] =
          SquaredError.ofPixels(truth.slice(s * section, section), made.slice(s * section, section))
              .psnr();
    }
    return psnr;
  }
}
