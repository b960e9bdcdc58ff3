package framepack.experiment;

import framepack.experiment.dataset.Draws;
import framepack.experiment.dataset.Frames;
import framepack.guidance.Cfg;
import framepack.guidance.GuidedDenoiser;
import framepack.guidance.Precision;
import framepack.history.HistoryTreatment;
import framepack.noise.TimeShift;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.sampler.Sampler;
import framepack.sampler.StepListener;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/// Generates whole videos section by section with a nano model, several videos at once.
///
/// @param history what is done to the history, as trained
/// @param seed noise of section `n` of video `i` depends on (seed, n, i) only
public record Rollout(
    NanoModel model,
    Sampler sampler,
    TimeShift shift,
    int steps,
    HistoryTreatment history,
    long seed) {

  public Rollout {
    history.requireStatedBy(model.spec());
  }

  /// Told after every section.
  @FunctionalInterface
  public interface Listener {
    Listener NONE = (_, _) -> {};

    /// @param nanos wall time of the section
    void done(Section section, long nanos);
  }

  /// A video to continue: its known frames z [C, known, h, w], and its class.
  public record Start(Frames known, int label) {}

  /// All frames of every video, known ones first, in order of video time.
  public List<Frames> run(SectionPlan plan, List<Start> starts, Listener listener) {
    List<Frames> videos = new ArrayList<>();
    for (Start start : starts) {
      Frames known = start.known();
      Frames blank = Frames.zeros(known.channels(), plan.latents(), known.rows(), known.columns());
      videos.add(blank.with(0, known));
    }
    for (Section section : plan.all()) {
      long began = System.nanoTime();
      generate(section, plan.known(), starts, videos);
      listener.done(section, System.nanoTime() - began);
    }
    return videos;
  }

  /// One section of a video z [C, T, h, w] whose context frames are all there: its frames [C, section, h, w].
  public Frames section(Section section, Frames video, int label) {
    List<Frames> own = new ArrayList<>(List.of(video.slice(0, video.frames())));
    List<Start> starts = List.of(new Start(video.slice(0, 0), label));
    generate(section, video.frames(), starts, own);
    return own.getFirst().slice(section.first(), section.count());
  }

  /// @param given frames at the front of every video that were not generated
  private void generate(Section section, int given, List<Start> starts, List<Frames> videos) {
    try (Workspace _ = Workspace.open(model.backend())) {
      SectionBatch with =
          batch(section, starts, i -> history.sampling(videos.get(i), given, draws(section, i)));
      SectionBatch without =
          guidance().needsNegative()
              ? batch(section, starts, i -> history.without(videos.get(i), draws(section, i)))
              : null;
      Tensor made = sample(with, without, noise(section, videos));
      scatter(made.toFloats(), section, videos);
    }
  }

  private Draws draws(Section section, int video) {
    return Draws.of(seed, section.index(), video);
  }

  private Cfg guidance() {
    return new Cfg(history.guidance().scale(), 0);
  }

  private SectionBatch batch(Section section, List<Start> starts, IntFunction<Frames> seen) {
    List<SectionBatch.Item> items = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      items.add(new SectionBatch.Item(section, seen.apply(i), starts.get(i).label()));
    }
    boolean classes = model.network().config().lab().classes() > 0;
    return SectionBatch.of(items, classes, history);
  }

  /// @param without the batch that knows no history; null where guidance needs none
  private Tensor sample(SectionBatch with, SectionBatch without, Tensor start) {
    GuidedDenoiser denoiser =
        new GuidedDenoiser(
            (x, timestep) -> velocity(with, x, timestep),
            (x, timestep) -> velocity(without, x, timestep),
            guidance(),
            Precision.F32);
    return sampler.sample(denoiser, start, shift.sigmas(steps), StepListener.NONE);
  }

  private Tensor velocity(SectionBatch batch, Tensor x, double timestep) {
    float[] sigma = new float[Math.toIntExact(x.extent(0))];
    Arrays.fill(sigma, (float) (timestep / 1000));
    return model.network().forward(batch.input(x, Tensor.of(sigma, sigma.length)));
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

  /// Writes the sections into their videos in place: these runs belong to the rollout.
  private static void scatter(float[] made, Section section, List<Frames> videos) {
    int size = made.length / videos.size();
    for (int i = 0; i < videos.size(); i++) {
      Frames video = videos.get(i);
      int run = section.count() * video.rows() * video.columns();
      for (int c = 0; c < video.channels(); c++) {
        int to = video.index(c, section.first(), 0, 0);
        System.arraycopy(made, i * size + c * run, video.values(), to, run);
      }
    }
  }
}
