package framepack.experiment;

import framepack.model.hunyuan.TransformerInput;
import framepack.noise.TimeShift;
import framepack.tensor.Tensor;
import framepack.tensor.random.Philox;
import framepack.train.Loss;
import framepack.train.VelocityLoss;
import java.util.ArrayList;
import java.util.List;

/// The velocity loss of a nano model on drawn sections. Example, noise and level of item `i` of step `n` depend on
/// (seed, n, i) only.
///
/// @param levels noise levels of the frames
public record SectionLoss(
    NanoModel model, ExampleDraws examples, int batch, SectionNoise levels, long seed)
    implements Loss {
  private static final long NOISE = 1;
  private static final long LEVEL = 2;

  /// All frames of a section at one level.
  public SectionLoss(
      NanoModel model, ExampleDraws examples, int batch, TimeShift shift, long seed) {
    this(model, examples, batch, new SectionNoise.Equal(shift), seed);
  }

  /// What one part of a step is computed on.
  ///
  /// @param x0 true frames, as `noise` [batch, channels, frames, rows, columns]
  /// @param sigma level of every item [batch], or of every frame [batch, 1, frames, 1, 1]
  /// @param told what the model is told of it, [batch]
  public record Drawn(SectionBatch sections, Tensor x0, Tensor noise, Tensor sigma, Tensor told) {
    /// The noised frames with their context.
    public TransformerInput input() {
      return sections.input(VelocityLoss.noised(x0, noise, sigma), told);
    }
  }

  @Override
  public Tensor of(long step, int part) {
    return of(draw(step, part));
  }

  /// The loss on what was drawn.
  public Tensor of(Drawn drawn) {
    return VelocityLoss.of(model.network().forward(drawn.input()), drawn.x0(), drawn.noise());
  }

  /// Examples, noise and levels of a step, in the current workspace.
  public Drawn draw(long step, int part) {
    List<SectionBatch.Item> items = new ArrayList<>(batch);
    List<HistoryExample> drawn = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      HistoryExample example = examples.next(Philox.of(seed, step, part, i));
      drawn.add(example);
      items.add(new SectionBatch.Item(example.section(), example.context(), example.label()));
    }
    Tensor x0 = SectionBatch.stacked(batch, i -> drawn.get(i).target());
    Tensor noise =
        Tensor.of(
            new Philox(seed, NOISE + 4L * part, step).normal((int) x0.shape().elements()),
            x0.shape().toArray());
    double[] times = times(step, part, Math.toIntExact(x0.extent(2)));
    boolean classes = model.network().config().lab().classes() > 0;
    SectionBatch sections =
        ShownSection.told(
            model,
            SectionBatch.of(items, classes, examples.history()),
            drawn.stream().map(HistoryExample::shown).toList());
    Tensor told = told(times);
    Tensor sigma =
        switch (levels) {
          case SectionNoise.Equal _ -> told;
          case SectionNoise.Rolling rolling -> perFrame(rolling, times, x0);
        };
    return new Drawn(sections, x0, noise, sigma, told);
  }

  /// One time per item, spread evenly over the batch.
  private double[] times(long step, int part, int frames) {
    Philox random = new Philox(seed, LEVEL + 4L * part, step);
    double[] times = new double[batch];
    for (int i = 0; i < batch; i++) {
      times[i] = levels.time((i + random.nextDouble()) / batch, frames);
    }
    return times;
  }

  private Tensor told(double[] times) {
    float[] told = new float[batch];
    for (int i = 0; i < batch; i++) {
      told[i] = (float) levels.told(times[i]);
    }
    return Tensor.of(told, batch);
  }

  /// The level of every frame, [batch, 1, frames, 1, 1].
  private Tensor perFrame(SectionNoise.Rolling rolling, double[] times, Tensor x0) {
    int frames = Math.toIntExact(x0.extent(2));
    float[] sigma = new float[batch * frames];
    for (int i = 0; i < batch; i++) {
      double[] of = rolling.levels(times[i], frames);
      for (int j = 0; j < frames; j++) {
        sigma[i * frames + j] = (float) of[j];
      }
    }
    return Tensor.of(sigma, batch, 1, frames, 1, 1);
  }
}
