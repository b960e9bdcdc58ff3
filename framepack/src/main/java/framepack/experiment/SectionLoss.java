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
/// @param shift time shift of the noise levels; content is decided at high levels, so 3 trains and 1 does not
public record SectionLoss(
    NanoModel model, ExampleDraws examples, int batch, TimeShift shift, long seed) implements Loss {
  private static final long NOISE = 1;
  private static final long LEVEL = 2;

  /// What one part of a step is computed on.
  ///
  /// @param x0 true frames, as `noise` [batch, channels, frames, rows, columns]
  /// @param sigma level of every item [batch]
  public record Drawn(SectionBatch sections, Tensor x0, Tensor noise, Tensor sigma) {
    /// The noised frames with their context.
    public TransformerInput input() {
      return sections.input(VelocityLoss.noised(x0, noise, sigma), sigma);
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
    boolean classes = model.network().config().lab().classes() > 0;
    SectionBatch sections = SectionBatch.of(items, classes, examples.history());
    return new Drawn(sections, x0, noise, sigmas(step, part));
  }

  /// One level per item, spread evenly over the batch before the shift.
  private Tensor sigmas(long step, int part) {
    Philox random = new Philox(seed, LEVEL + 4L * part, step);
    float[] sigma = new float[batch];
    for (int i = 0; i < batch; i++) {
      sigma[i] = (float) shift.sigma((i + random.nextDouble()) / batch);
    }
    return Tensor.of(sigma, batch);
  }
}
