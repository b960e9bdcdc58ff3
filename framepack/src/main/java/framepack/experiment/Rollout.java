package framepack.experiment;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.guidance.Cfg;
import framepack.guidance.GuidedDenoiser;
import framepack.guidance.Precision;
import framepack.history.HistoryTreatment;
import framepack.history.NoisedVideo;
import framepack.noise.TimeShift;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.sampler.Sampler;
import framepack.sampler.StepListener;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/// Generates whole videos section by section with a nano model, several videos at once.
///
/// @param history what is done to the history, as trained
/// @param seed noise of section `n` of video `i` depends on (seed, n, i) only
/// @param choice which frames the history shows, as trained
public record Rollout(
    NanoModel model,
    Sampler sampler,
    TimeShift shift,
    int steps,
    HistoryTreatment history,
    long seed,
    HistoryChoice choice)
    implements VideoSampler {

  public Rollout {
    history.requireStatedBy(model.spec());
  }

  /// A rollout whose history shows the nearest frames.
  public Rollout(
      NanoModel model,
      Sampler sampler,
      TimeShift shift,
      int steps,
      HistoryTreatment history,
      long seed) {
    this(model, sampler, shift, steps, history, seed, HistoryChoice.NEAREST);
  }

  /// Told after every section.
  @FunctionalInterface
  public interface Listener {
    Listener NONE = (_, _) -> {};

    /// @param nanos wall time of the section
    void done(Section section, long nanos);
  }

  /// A video to continue.
  ///
  /// @param known its first frames z [C, known, h, w]
  /// @param anchors frames given elsewhere z [C, anchors, h, w], in the order of `SectionPlan.anchors`
  /// @param label its class
  public record Start(Frames known, Frames anchors, int label) {
    /// A video without anchors.
    public Start(Frames known, int label) {
      this(known, known.slice(0, 0), label);
    }
  }

  @Override
  public List<Frames> run(SectionPlan plan, List<Start> starts, Listener listener) {
    List<Frames> videos = starts.stream().map(start -> blank(plan, start)).toList();
    List<TailMeans> means = fresh(videos);
    for (int step = 0; step < plan.sections(); step++) {
      Section section = plan.section(step);
      long began = System.nanoTime();
      generate(plan, section, starts, videos, means, plan.known());
      listener.done(section, System.nanoTime() - began);
    }
    return videos.stream().map(video -> video.slice(0, plan.latents())).toList();
  }

  /// A video that holds what is given, and zeros.
  private static Frames blank(SectionPlan plan, Start start) {
    Frames known = start.known();
    List<Integer> anchors = plan.anchors().frames();
    if (known.frames() != plan.known() || start.anchors().frames() != anchors.size()) {
      throw new DatasetError(
          "rollout: the plan knows %d frames and %d anchors, a video brings %d and %d"
              .formatted(plan.known(), anchors.size(), known.frames(), start.anchors().frames()));
    }
    Frames video =
        Frames.zeros(known.channels(), plan.stored(), known.rows(), known.columns()).with(0, known);
    for (int i = 0; i < anchors.size(); i++) {
      video = video.with(anchors.get(i), start.anchors().slice(i, 1));
    }
    return video;
  }

  /// One section of a video z [C, T, h, w] whose context frames are all there: its frames [C, section, h, w].
  public Frames section(SectionPlan plan, Section section, Frames video, int label) {
    List<Frames> own = List.of(video.slice(0, video.frames()));
    List<Start> starts = List.of(new Start(video.slice(0, 0), label));
    generate(plan, section, starts, own, fresh(own), video.frames());
    return own.getFirst().pick(section.frames());
  }

  /// @param means of the tails of earlier sections
  /// @param given frames at the front of every video that were not generated
  private void generate(
      SectionPlan plan,
      Section section,
      List<Start> starts,
      List<Frames> videos,
      List<TailMeans> means,
      int given) {
    try (Workspace _ = Workspace.open(model.backend())) {
      ShownSection shown = shown(plan, section, starts, videos, means, given);
      Tensor made = sample(shown, noise(section, videos));
      scatter(made.toFloats(), plan, section, videos);
    }
  }

  /// As many fresh means of tails.
  static List<TailMeans> fresh(List<Frames> videos) {
    return videos.stream().map(video -> new TailMeans(video.channels())).toList();
  }

  /// What the model sees of these videos, in the current workspace.
  ///
  /// @param means of the tails of earlier sections
  ShownSection shown(
      SectionPlan plan,
      Section section,
      List<Start> starts,
      List<Frames> videos,
      List<TailMeans> means,
      int given) {
    Cfg guidance = new Cfg(history.guidance().scale(), 0);
    List<NoisedVideo> seen = new ArrayList<>();
    List<TailMeans> seenMeans = new ArrayList<>();
    List<NoisedVideo> unseen = new ArrayList<>();
    for (int i = 0; i < videos.size(); i++) {
      Frames video = videos.get(i);
      NoisedVideo noised = history.sampling(video, given, draws(section, i));
      boolean plain = noised.frames() == video;
      Frames anchored =
          plain ? video : noised.frames().withFramesOf(video, plan.anchors().frames());
      seen.add(new NoisedVideo(anchored, noised.level()));
      seenMeans.add(plain ? means.get(i) : new TailMeans(video.channels()));
      if (guidance.needsNegative()) {
        unseen.add(history.without(video, draws(section, i)));
      }
    }
    List<Section> sections =
        choice.sections(plan, section, seen.stream().map(NoisedVideo::frames).toList());
    SectionBatch with = batch(sections, starts, seen, seenMeans);
    SectionBatch without =
        guidance.needsNegative() ? batch(sections, starts, unseen, fresh(videos)) : null;
    return new ShownSection(model, guidance, with, without);
  }

  private Philox draws(Section section, int video) {
    return Philox.of(seed, section.index(), video);
  }

  private SectionBatch batch(
      List<Section> sections, List<Start> starts, List<NoisedVideo> seen, List<TailMeans> means) {
    List<SectionBatch.Item> items = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      Frames video = seen.get(i).frames();
      int label = starts.get(i).label();
      items.add(new SectionBatch.Item(sections.get(i), video, label, means.get(i)));
    }
    boolean classes = model.network().config().lab().classes() > 0;
    return ShownSection.told(model, SectionBatch.of(items, classes, history), seen);
  }

  private Tensor sample(ShownSection shown, Tensor start) {
    GuidedDenoiser denoiser =
        new GuidedDenoiser(shown::seeing, shown::blind, shown.guidance(), Precision.F32);
    return sampler.sample(denoiser, start, shift.sigmas(steps), StepListener.NONE);
  }

  private Tensor noise(Section section, List<Frames> videos) {
    Frames first = videos.getFirst();
    int size = first.channels() * section.count() * first.rows() * first.columns();
    float[] all = new float[videos.size() * size];
    for (int i = 0; i < videos.size(); i++) {
      float[] own = new Philox(seed, i, section.index()).normal(size);
      System.arraycopy(own, 0, all, i * size, size);
    }
    return Tensor.of(
        all, videos.size(), first.channels(), section.count(), first.rows(), first.columns());
  }

  /// Writes the sections into their videos in place, anchors excepted: these runs belong to the rollout.
  private static void scatter(
      float[] made, SectionPlan plan, Section section, List<Frames> videos) {
    int size = made.length / videos.size();
    for (int i = 0; i < videos.size(); i++) {
      Frames video = videos.get(i);
      int plane = video.rows() * video.columns();
      for (int c = 0; c < video.channels(); c++) {
        for (int t = 0; t < section.count(); t++) {
          int frame = section.frames().get(t);
          if (!plan.anchors().contains(frame)) {
            int from = i * size + (c * section.count() + t) * plane;
            int to = video.index(c, frame, 0, 0);
            System.arraycopy(made, from, video.values(), to, plane);
          }
        }
      }
    }
  }
}
