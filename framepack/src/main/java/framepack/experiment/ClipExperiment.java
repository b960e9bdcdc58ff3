package framepack.experiment;

import framepack.experiment.dataset.ClipDataset;
import framepack.experiment.dataset.Frames;
import framepack.experiment.metric.SquaredError;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.TrainingDraws;
import framepack.pack.PackSpec;
import framepack.pack.TokenCount;
import framepack.sampler.Euler;
import framepack.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A real clip: a nano model learns its first part and continues it into the part held out.
///
/// @param clip the clip as latents
/// @param training steps, batch, learning rate, seed
/// @param samplingSteps Euler steps
/// @param probes training windows to reconstruct
public record ClipExperiment(
    ClipDataset clip, NanoTraining training, int samplingSteps, int probes) {
  /// PSNR in dB on decoded pixels of ours and of two forecasts that need no model.
  ///
  /// @param repeat the last known frame over and over
  /// @param mean the mean of the training frames
  public record Scores(double ours, double repeat, double mean) {
    /// The best of the three.
    public double best() {
      return Math.max(ours, Math.max(repeat, mean));
    }
  }

  /// Result of one order.
  ///
  /// @param reconstructed training windows, made from their true history
  /// @param heldOut the continuation against the frames held out
  /// @param continuation pixels: training frames, then generated ones [3, T, H, W]
  /// @param seconds wall seconds of each section in the order of generation
  public record Outcome(
      PackSpec spec,
      TokenCount tokens,
      long weights,
      NanoTraining.Outcome training,
      Scores reconstructed,
      Scores heldOut,
      Frames continuation,
      double[] seconds) {}

  /// Longest training window in sections, as far as the clip allows.
  private static final int MOST_SECTIONS = 6;

  /// Trains one packing on the clip and continues it; empty if it was stopped before the end.
  public Optional<Outcome> run(PackSpec spec, Backend backend, TrainingWatch watch) {
    int channels = clip.norm().channels();
    try (NanoModel model =
        NanoModel.create(spec, channels, 1, Position.SPACE_TIME, training.seed(), backend)) {
      Optional<HistoryTreatment> history =
          TrainingCodebook.of(training.seed())
              .complete(HistoryTreatment.NONE, model, clip, watch::stop);
      if (history.isEmpty()) {
        return Optional.empty();
      }
      ExampleDraws examples = new ExampleDraws(clip, draws(spec), history.get());
      NanoTraining.Outcome trained = training.run(model, examples, watch);
      return trained.finished()
          ? Optional.of(measure(model, history.get(), trained))
          : Optional.empty();
    }
  }

  private TrainingDraws draws(PackSpec spec) {
    List<Integer> lengths = IntStream.rangeClosed(1, mostSections(spec)).boxed().toList();
    return new TrainingDraws(spec, lengths, 0, 0);
  }

  /// Sections of the longest video that training draws.
  private int mostSections(PackSpec spec) {
    return Math.clamp((clip.longest() - known(spec)) / spec.generated(), 1, MOST_SECTIONS);
  }

  /// Known frames of a video that training draws.
  private static int known(PackSpec spec) {
    return spec.startFrames() > 0 ? spec.startFrames() : spec.historyFrames();
  }

  private Outcome measure(NanoModel model, HistoryTreatment history, NanoTraining.Outcome trained) {
    PackSpec spec = model.spec();
    int known = clip.trainingFrames();
    int held = clip.latents().frames() - known;
    int sections = Math.ceilDiv(held, spec.generated());
    double[] seconds = new double[sections];
    Frames made =
        rollout(model, history)
            .run(
                new SectionPlan(spec, sections, known),
                List.of(new Rollout.Start(clip.latents().slice(0, known), 0)),
                (section, nanos) -> seconds[section.index()] = nanos / 1e9)
            .getFirst();
    Frames pixels = clip.decode(made);
    return new Outcome(
        spec,
        spec.tokens(made.rows(), made.columns()),
        model.size(),
        trained,
        reconstructed(model, history),
        scores(pixels.slice(known, held), known),
        pixels,
        seconds);
  }

  private Rollout rollout(NanoModel model, HistoryTreatment history) {
    return new Rollout(
        model, new Euler(), NanoTraining.SHIFT, samplingSteps, history, training.seed() + 1);
  }

  /// Sections spread over the training frames, made from true frames; the same frames in every order.
  private Scores reconstructed(NanoModel model, HistoryTreatment history) {
    PackSpec spec = model.spec();
    int sections =
        switch (spec.order()) {
          case VANILLA -> 1;
          case FORWARD_START -> mostSections(spec);
          case INVERTED, ENDPOINT -> Math.min(2, mostSections(spec)); // one true section ahead
        };
    SectionPlan plan = new SectionPlan(spec, sections, known(spec));
    Section section = plan.section(sections - 1);
    int latest = clip.trainingFrames() - plan.latents();
    int first = spec.historyFrames();
    int span = Math.max(0, clip.trainingFrames() - 2 * spec.generated() - first);
    List<Scores> all = new ArrayList<>();
    for (int i = 0; i < probes; i++) {
      int target = first + (probes == 1 ? 0 : span * i / (probes - 1));
      int from = Math.clamp(target - section.first(), 0, latest);
      Frames video = clip.latents().slice(from, plan.latents());
      Frames made = rollout(model, history).section(plan, section, video, 0);
      all.add(scores(clip.decode(made), from + section.first()));
    }
    return new Scores(
        all.stream().mapToDouble(Scores::ours).average().orElse(Double.NaN),
        all.stream().mapToDouble(Scores::repeat).average().orElse(Double.NaN),
        all.stream().mapToDouble(Scores::mean).average().orElse(Double.NaN));
  }

  /// `made` pixels against the clip's own from frame `at`.
  private Scores scores(Frames made, int at) {
    int count = made.frames();
    Frames truth = clip.pixels().slice(at, count);
    Frames mean = clip.pixels().slice(0, clip.trainingFrames()).timeMean();
    return new Scores(
        SquaredError.ofPixels(truth, made).psnr(),
        SquaredError.ofPixels(truth, clip.pixels().slice(0, at).lastRepeated(count)).psnr(),
        SquaredError.ofPixels(truth, mean.lastRepeated(count)).psnr());
  }
}
