package framepack.experiment;

import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.TransformerInput;
import framepack.order.Section;
import framepack.order.Source;
import framepack.order.TailSource;
import framepack.pack.ContextLevel;
import framepack.pack.ContextTail;
import framepack.pack.Level;
import framepack.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Sections of several videos as tensors of one batch. All have the same packing; their places in time may differ.
///
/// @param tail frames beyond the packed history; null if the packing deletes them or no item has one
/// @param context history levels in token order
/// @param times RoPE time indices of the frames to make, `[item][frame]`
/// @param labels class of each item, I32 [batch]; null for a model without classes
/// @param levels noise level of each item's history, [batch]; null for a model that is not told
public record SectionBatch(
    ContextTail tail, List<ContextLevel> context, long[][] times, Tensor labels, Tensor levels) {
  /// One video's part: the section, and where its context frames come from.
  ///
  /// @param means of its tail, of earlier sections too if these saw the same frames
  public record Item(Section section, Frames video, int label, TailMeans means) {
    /// A part on its own.
    public Item(Section section, Frames video, int label) {
      this(section, video, label, new TailMeans(video.channels()));
    }
  }

  /// Packs the context of these items in the current workspace.
  public static SectionBatch of(List<Item> items, boolean classes, HistoryTreatment history) {
    List<ContextLevel> context = new ArrayList<>();
    int levels = items.getFirst().section().sources().size();
    for (int level = 0; level < levels; level++) {
      context.add(level(items, level, history));
    }
    long[][] times = new long[items.size()][];
    int[] labels = new int[items.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] = widened(items.get(i).section().noisy().toArray());
      labels[i] = items.get(i).label();
    }
    Tensor classOf = classes ? Tensor.ofInts(labels, labels.length) : null;
    return new SectionBatch(tail(items, history), context, times, classOf, null);
  }

  /// The same for a model that is told how noisy the history of each item is.
  SectionBatch told(double[] noise) {
    float[] values = new float[noise.length];
    for (int i = 0; i < noise.length; i++) {
      values[i] = (float) noise[i];
    }
    return new SectionBatch(tail, context, times, labels, Tensor.of(values, values.length));
  }

  private static ContextTail tail(List<Item> items, HistoryTreatment history) {
    List<List<TailSource.Token>> tokens =
        items.stream().map(item -> item.section().tail().tokens()).toList();
    int most = tokens.stream().mapToInt(List::size).max().orElse(0);
    if (most == 0) {
      return null;
    }
    int channels = items.getFirst().video().channels();
    float[] pixels = new float[items.size() * channels * most];
    for (int i = 0; i < items.size(); i++) {
      for (int token = 0; token < tokens.get(i).size(); token++) {
        Frames video = items.get(i).video();
        float[] mean =
            items.get(i).means().of(tokens.get(i).get(token), video::pixelSum, video.pixels());
        for (int c = 0; c < channels; c++) {
          pixels[(i * channels + c) * most + token] = mean[c];
        }
      }
    }
    Tensor means = Tensor.of(pixels, items.size(), channels, most, 1, 1);
    return new ContextTail(
        items.getFirst().section().tail().kernel(),
        history.context(means, Level.Role.HISTORY).reshape(items.size(), channels, most),
        tokens.stream().map(item -> item.stream().map(TailSource.Token::times).toList()).toList());
  }

  private static ContextLevel level(List<Item> items, int level, HistoryTreatment history) {
    long[][] times = new long[items.size()][];
    for (int i = 0; i < times.length; i++) {
      times[i] = widened(source(items, i, level).times().toArray());
    }
    Tensor latents =
        stacked(items.size(), i -> items.get(i).video().pick(source(items, i, level).frames()));
    Level of = source(items, 0, level).level();
    return new ContextLevel(of.run().kernel(), history.context(latents, of.role()), times);
  }

  private static Source source(List<Item> items, int item, int level) {
    return items.get(item).section().sources().get(level);
  }

  private static long[] widened(int[] values) {
    long[] wide = new long[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /// Runs of one shape as a tensor [count, channels, frames, rows, columns].
  static Tensor stacked(int count, IntFunction<Frames> runs) {
    Frames first = runs.apply(0);
    int size = first.values().length;
    float[] all = new float[Math.multiplyExact(count, size)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(runs.apply(i).values(), 0, all, i * size, size);
    }
    return Tensor.of(all, count, first.channels(), first.frames(), first.rows(), first.columns());
  }

  /// What the network is given at `noisy` [batch, ...] and sigma [batch]. The history's noise goes in where released models
  /// take their guidance scale: a number that is embedded and added to the conditioning.
  TransformerInput input(Tensor noisy, Tensor sigma) {
    Tensor noise = levels == null ? null : levels.mul(1000);
    return new TransformerInput(
        noisy, times, tail, context, sigma.mul(1000), noise, null, null, null, labels);
  }
}
