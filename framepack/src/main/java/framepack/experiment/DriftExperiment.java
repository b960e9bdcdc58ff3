package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.Strip;
import framepack.experiment.dataset.StripBank;
import framepack.experiment.metric.Contrast;
import framepack.experiment.metric.Loop;
import framepack.experiment.metric.Psnr;
import framepack.experiment.metric.SectionPsnr;
import framepack.experiment.metric.Sharpness;
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

/// How long videos decay: one true frame of a carousel, then 20 sections generated from what was generated before.
///
/// @param bank the carousel
/// @param sections sections per video
/// @param videos test videos
/// @param samplingSteps Euler steps
public record DriftExperiment(StripBank bank, int sections, int videos, int samplingSteps) {
  private static final double TRUNCATED = 0.5;
  private static final double EDGES = 0.3;
  private static final List<Integer> INVERTED_LENGTHS = List.of(4, 8, 12);

  /// One way of making long videos.
  ///
  /// @param spec the packing; its name implies the order
  /// @param training steps, batch, learning rate, seed
  /// @param history what is done to the history; a codebook is fitted if the name has `+d` and there is none
  /// @param method how it attends, what it is shown, how it is noised
  public record Variant(
      String title, PackSpec spec, NanoTraining training, HistoryTreatment history, Method method) {
    /// FramePack as it is.
    public Variant(String title, PackSpec spec, NanoTraining training, HistoryTreatment history) {
      this(title, spec, training, history, Method.FRAMEPACK);
    }
  }

  /// Result of one variant with one seed.
  ///
  /// @param psnr mean PSNR in dB of each section, over video time, at the phase that suits each best
  /// @param exact PSNR in dB of each section at its exact time, all videos pooled
  /// @param drift mean over videos of `|first 15 % - last 15 %|` of the sections' PSNR
  /// @param signed last minus first 15 %, of the mean curve
  /// @param sharpness of the last 15 %, relative to the truth
  /// @param contrast of the last 15 %, relative to the truth
  /// @param looks how the first videos look along time, against the truth at the phase that suits each section best
  /// @param loop PSNR in dB of every frame against the one a period before it, first videos pooled
  /// @param seconds wall seconds of each section in the order of generation, all videos together
  /// @param example the first video's frames as z, the given one first
  public record Outcome(
      Variant variant,
      TokenCount tokens,
      NanoTraining.Outcome training,
      double[] psnr,
      double[] exact,
      double drift,
      double signed,
      double sharpness,
      double contrast,
      Looks looks,
      double loop,
      double[] seconds,
      Frames example) {}

  /// Trains and measures one variant; empty if it was stopped before the end.
  public Optional<Outcome> run(Variant variant, Backend backend, TrainingWatch watch) {
    int channels = bank.norm().channels();
    long seed = variant.training().seed();
    Method method = variant.method();
    try (NanoModel model =
        NanoModel.create(
            variant.spec(),
            channels,
            bank.labels(),
            Position.SPACE_TIME,
            method.network(),
            seed,
            backend)) {
      HistoryTreatment stated = variant.history().with(method.history().guidance());
      Optional<HistoryTreatment> history =
          method.codebook(seed).complete(stated, model, bank, watch::stop);
      if (history.isEmpty()) {
        return Optional.empty();
      }
      TrainingDraws sections = method.reaching(draws(variant.spec()));
      ExampleDraws examples = new ExampleDraws(bank, sections, history.get(), method.choice(seed));
      NanoTraining.Outcome training =
          variant.training().with(method.trainingNoise()).run(model, examples, watch);
      return training.finished()
          ? Optional.of(measure(model, variant, history.get(), training))
          : Optional.empty();
    }
  }

  private TrainingDraws draws(PackSpec spec) {
    boolean far = spec.order() == PackSpec.Order.FORWARD_START;
    List<Integer> lengths = far ? List.of(sections) : INVERTED_LENGTHS;
    return new TrainingDraws(spec, lengths, TRUNCATED, EDGES);
  }

  private Outcome measure(
      NanoModel model, Variant variant, HistoryTreatment history, NanoTraining.Outcome training) {
    List<Strip> strips = bank.test(bank.periods().getFirst()).subList(0, videos);
    List<Rollout.Start> starts = new ArrayList<>();
    for (int i = 0; i < videos; i++) {
      starts.add(new Rollout.Start(bank.window(strips.get(i), 0, 1), 0));
    }
    double[] seconds = new double[sections];
    long seed = variant.training().seed();
    SectionPlan plan = plan(variant.spec());
    List<Frames> made =
        variant
            .method()
            .sampler(model, samplingSteps, history, seed, seed)
            .run(plan, starts, (section, nanos) -> seconds[section.index()] = nanos / 1e9);
    return summary(variant, training, strips, made, seconds);
  }

  /// One true frame, then as many sections as are asked for.
  private SectionPlan plan(PackSpec spec) {
    return new SectionPlan(spec, sections, 1);
  }

  private Outcome summary(
      Variant variant,
      NanoTraining.Outcome training,
      List<Strip> strips,
      List<Frames> made,
      double[] seconds) {
    int generated = variant.spec().generated();
    int last = StartEndContrast.count(sections) * generated;
    int from = sections * generated - last;
    List<double[]> curves = new ArrayList<>();
    List<SquaredError[]> exact = new ArrayList<>();
    double sharpness = 0;
    double contrast = 0;
    for (int i = 0; i < made.size(); i++) {
      Frames latents = bank.norm().invert(made.get(i).slice(1, sections * generated));
      curves.add(SectionPsnr.bestOverPhases(latents, strips.get(i), 1, generated));
      exact.add(SectionPsnr.atExactTime(latents, strips.get(i), 1, generated));
      Frames truth = strips.get(i).window(1 + from, last);
      Frames end = latents.slice(from, last);
      sharpness += Sharpness.ratio(truth, end) / made.size();
      contrast += Contrast.ratio(truth, end) / made.size();
    }
    double[] mean = SectionPsnr.mean(curves);
    return new Outcome(
        variant,
        plan(variant.spec()).tokens(bank.side(), bank.side()),
        training,
        mean,
        pooled(exact),
        StartEndContrast.meanAbsolute(curves),
        StartEndContrast.of(mean).signed(),
        sharpness,
        contrast,
        looks(strips, made, generated),
        loop(made),
        seconds,
        made.getFirst());
  }

  private Looks looks(List<Strip> strips, List<Frames> made, int section) {
    List<Frames> videos = new ArrayList<>();
    List<Frames> truths = new ArrayList<>();
    List<Frames> kinds = new ArrayList<>();
    for (int i = 0; i < Math.min(Looks.VIDEOS, made.size()); i++) {
      Strip strip = strips.get(i);
      Frames latents = latents(made.get(i));
      int[] phases = SectionPsnr.bestPhases(latents, strip, 1, section);
      List<Frames> matched = new ArrayList<>();
      for (int s = 0; s < phases.length; s++) {
        matched.add(strip.window(1 + (long) s * section + phases[s], section));
      }
      videos.add(bank.codec().decode(latents));
      truths.add(bank.codec().decode(Frames.concat(matched)));
      kinds.add(bank.codec().decode(strip.window(1, 2 * strip.period())));
    }
    return Looks.of(videos, truths, kinds, section);
  }

  private double loop(List<Frames> made) {
    int period = bank.periods().getFirst();
    List<SquaredError> errors = new ArrayList<>();
    for (Frames video : made.subList(0, Math.min(Looks.VIDEOS, made.size()))) {
      Frames latents = latents(video);
      if (latents.frames() > period) {
        errors.add(Loop.error(latents, period));
      }
    }
    return Psnr.pooled(errors);
  }

  /// Of the generated frames, not z.
  private Frames latents(Frames video) {
    return bank.norm().invert(video.slice(1, video.frames() - 1));
  }

  private double[] pooled(List<SquaredError[]> videos) {
    double[] psnr = new double[sections];
    for (int section = 0; section < sections; section++) {
      int at = section;
      psnr[section] = Psnr.pooled(videos.stream().map(video -> video[at]).toList());
    }
    return psnr;
  }
}
