package framepack.experiment;

import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;

/// Generates videos frame by frame from a window whose noise rises along it (rolling diffusion): the window's first frame
/// becomes clean, the window moves on by a frame, and pure noise comes in at its end.
///
/// The window is a section of the packing. It needs a forward order. A frame takes `steps / window` model calls, rounded, so
/// that a video costs what it costs section by section.
///
/// @param basis model, steps, history and seed; its shift is not used
/// @param noise levels along the window, as trained
public record RollingRollout(Rollout basis, SectionNoise noise) implements VideoSampler {
  private static final long FRAMES = 0x2011;

  public RollingRollout {
    PackSpec.Order order = basis.model().spec().order();
    if (order != PackSpec.Order.VANILLA && order != PackSpec.Order.FORWARD_START) {
      throw new IllegalArgumentException(
          "rolling diffusion needs a forward order; %s is %s"
              .formatted(basis.model().spec(), order));
    }
  }

  @Override
  public List<Frames> run(SectionPlan plan, List<Rollout.Start> starts, Rollout.Listener listener) {
    if (!plan.anchors().frames().isEmpty()) {
      throw new DatasetError("rolling diffusion: frames given elsewhere have no place in a window");
    }
    int window = plan.spec().generated();
    int calls = Math.max(1, Math.round((float) basis.steps() / window));
    int known = plan.known();
    List<Frames> videos = new ArrayList<>();
    List<Frames> windows = new ArrayList<>();
    for (int i = 0; i < starts.size(); i++) {
      Frames given = starts.get(i).known();
      videos.add(
          Frames.zeros(given.channels(), plan.latents(), given.rows(), given.columns())
              .with(0, given));
      List<Frames> first = new ArrayList<>();
      for (int j = 0; j < window; j++) {
        first.add(noise(given, i, known + j));
      }
      windows.add(Frames.concat(first));
    }
    long began = System.nanoTime();
    double rolling = 1.0 / window;
    for (int frame = known; frame < plan.latents(); frame++) {
      if (frame == known && window > 1) {
        denoise(plan, frame, starts, videos, windows, 1, rolling, calls * (window - 1));
      }
      denoise(plan, frame, starts, videos, windows, rolling, 0, calls);
      for (int i = 0; i < videos.size(); i++) {
        Frames made = windows.get(i);
        videos.set(i, videos.get(i).with(frame, made.slice(0, 1)));
        Frames next = noise(made, i, frame + window);
        windows.set(i, Frames.concat(List.of(made.slice(1, window - 1), next)));
      }
      if ((frame - known + 1) % window == 0) {
        listener.done(plan.section((frame - known) / window), System.nanoTime() - began);
        began = System.nanoTime();
      }
    }
    return videos;
  }

  private Frames noise(Frames like, int video, int frame) {
    int size = like.channels() * like.rows() * like.columns();
    float[] values = Philox.of(basis.seed(), FRAMES, video, frame).normal(size);
    return new Frames(like.channels(), 1, like.rows(), like.columns(), values);
  }

  /// Takes all windows, which begin at `frame`, from one time to a lower one.
  private void denoise(
      SectionPlan whole,
      int frame,
      List<Rollout.Start> starts,
      List<Frames> videos,
      List<Frames> windows,
      double from,
      double to,
      int calls) {
    SectionPlan plan = new SectionPlan(whole.spec(), 1, frame);
    Section section = plan.section(0);
    try (Workspace home = Workspace.open(basis.model().backend())) {
      List<Frames> ahead = new ArrayList<>();
      for (Frames video : videos) {
        ahead.add(
            Frames.zeros(video.channels(), plan.latents(), video.rows(), video.columns())
                .with(0, video.slice(0, frame)));
      }
      ShownSection shown =
          basis.shown(plan, section, starts, ahead, Rollout.fresh(ahead), whole.known());
      Tensor x = SectionBatch.stacked(windows.size(), windows::get);
      for (int call = 0; call < calls; call++) {
        double time = from + (to - from) * call / calls;
        double next = call + 1 == calls ? to : from + (to - from) * (call + 1) / calls;
        try (Workspace _ = Workspace.open(home.backend())) {
          Tensor velocity = shown.guided(x, 1000 * noise.told(time));
          x.copyFromInPlace(x.add(velocity.mul(steps(time, next, section.count()))));
        }
      }
      float[] made = x.toFloats();
      int size = made.length / windows.size();
      for (int i = 0; i < windows.size(); i++) {
        Frames w = windows.get(i);
        float[] own = java.util.Arrays.copyOfRange(made, i * size, (i + 1) * size);
        windows.set(i, new Frames(w.channels(), w.frames(), w.rows(), w.columns(), own));
      }
    }
  }

  /// How far Euler's method goes for each frame of the window, [1, 1, window, 1, 1].
  private Tensor steps(double time, double next, int window) {
    double[] at = noise.levels(time, window);
    double[] to = noise.levels(next, window);
    float[] steps = new float[window];
    for (int j = 0; j < window; j++) {
      steps[j] = (float) (to[j] - at[j]);
    }
    return Tensor.of(steps, 1, 1, window, 1, 1);
  }
}
