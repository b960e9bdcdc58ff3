package framepack.tests.model;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Attention;
import framepack.model.hunyuan.HunyuanConfig.Laboratory;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.TextStates;
import framepack.model.hunyuan.TransformerInput;
import framepack.pack.ContextLevel;
import framepack.pack.ContextTail;
import framepack.pack.PatchKernel;
import framepack.pack.Span;
import framepack.tensor.Tensor;
import framepack.tensor.nn.Params;
import framepack.tensor.random.Philox;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A laboratory transformer of a few thousand weights, and inputs for it.
public final class SmallModel {
  public static final int CHANNELS = 3;
  public static final int FRAMES = 2;
  public static final int HEIGHT = 6;
  public static final int WIDTH = 10;

  private static final int TEXT = 8;
  private static final int POOLED = 5;
  private static final int IMAGE = 7;

  private SmallModel() {}

  /// No text, history by k1, k2 and k4.
  public static HunyuanConfig config(int doubleLayers, int singleLayers) {
    return new HunyuanConfig(
        CHANNELS,
        CHANNELS,
        2,
        12,
        doubleLayers,
        singleLayers,
        0,
        2,
        PatchKernel.BASE,
        false,
        0,
        0,
        256,
        List.of(4, 4, 4),
        0,
        HunyuanConfig.RELEASED_KERNELS,
        new Laboratory(32, 1000, 0, Position.NONE, false, true, false, Attention.FULL, false));
  }

  /// Everything the released models have, small.
  public static HunyuanConfig withText(int doubleLayers, int singleLayers) {
    return new HunyuanConfig(
        CHANNELS,
        CHANNELS,
        2,
        12,
        doubleLayers,
        singleLayers,
        1,
        2,
        PatchKernel.BASE,
        true,
        TEXT,
        POOLED,
        256,
        List.of(4, 4, 4),
        IMAGE,
        HunyuanConfig.RELEASED_KERNELS,
        Laboratory.OFF);
  }

  /// Gives the layers that start at zero random weights, without which a fresh model returns zeros.
  public static void open(Params params) {
    params
        .named()
        .forEach((name, weight) -> {
          if (name.contains("norm") || name.startsWith("proj_out")) {
            weight.writeInPlace(
                random(name.hashCode(), 0.2, Math.toIntExact(weight.shape().elements())));
          }
        });
  }

  /// Three history levels and two noisy frames.
  public static TransformerInput input(int batch) {
    List<ContextLevel> context =
        List.of(level(batch, 4, 4, 3), level(batch, 2, 2, 7), level(batch, 1, 1, 9));
    Tensor latents = latents(1, batch, FRAMES);
    return TransformerInput.ofVideo(
        latents, times(batch, 10, FRAMES), context, Tensor.full(700, batch), null);
  }

  /// The same with padded text, image, guidance; item `i` has `lengths[i]` valid tokens of six.
  public static TransformerInput inputWithText(int... lengths) {
    int batch = lengths.length;
    TransformerInput video = input(batch);
    return new TransformerInput(
        video.latents(),
        video.times(),
        video.context(),
        video.timestep(),
        Tensor.full(6, batch),
        new TextStates(numbers(31, batch, 6, TEXT), lengths),
        numbers(32, batch, POOLED),
        numbers(33, batch, 2, IMAGE),
        null);
  }

  /// The context of one item of a batch.
  static List<ContextLevel> item(List<ContextLevel> context, int i) {
    return context.stream()
        .map(level ->
            new ContextLevel(
                level.kernel(),
                level.latents().slice(0, i, i + 1),
                new long[][] {level.times()[i]}))
        .toList();
  }

  /// One item of a batch with text, without its tail.
  public static TransformerInput item(TransformerInput in, int i) {
    return new TransformerInput(
        in.latents().slice(0, i, i + 1),
        new long[][] {in.times()[i]},
        item(in.context(), i),
        in.timestep().slice(0, i, i + 1),
        in.guidance().slice(0, i, i + 1),
        new TextStates(in.text().states().slice(0, i, i + 1), new int[] {in.text().lengths()[i]}),
        in.pooled().slice(0, i, i + 1),
        in.image().slice(0, i, i + 1),
        null);
  }

  /// Random numbers of any shape.
  public static Tensor numbers(long seed, long... extents) {
    int count = Math.toIntExact(Arrays.stream(extents).reduce(1, (a, b) -> a * b));
    return Tensor.of(random(seed, 1, count), extents);
  }

  private static ContextLevel level(int batch, int k, int frames, int from) {
    return new ContextLevel(
        PatchKernel.cubic(k), latents(k + 10, batch, frames), times(batch, from, frames));
  }

  /// Random latents [batch, channels, frames, height, width].
  public static Tensor latents(long seed, int batch, int frames) {
    int count = batch * CHANNELS * frames * HEIGHT * WIDTH;
    return Tensor.of(random(seed, 1, count), batch, CHANNELS, frames, HEIGHT, WIDTH);
  }

  /// The chosen items of a batch whose tails have these lengths.
  public static ContextTail tail(int[] lengths, int... items) {
    int most = Arrays.stream(items).map(i -> lengths[i]).max().orElseThrow();
    Tensor[] pixels = new Tensor[items.length];
    for (int i = 0; i < items.length; i++) {
      Tensor own = numbers(40 + items[i], 1, CHANNELS, lengths[items[i]]);
      int missing = most - lengths[items[i]];
      pixels[i] = missing == 0 ? own : Tensor.concat(2, own, Tensor.full(9, 1, CHANNELS, missing));
    }
    return ContextTail.ofRuns(
        PatchKernel.cubic(1),
        Tensor.concat(0, pixels),
        Arrays.stream(items)
            .mapToObj(i -> IntStream.range(-lengths[i], 0).mapToObj(t -> new Span(t, 1)).toList())
            .toList());
  }

  public static long[][] times(int batch, int from, int frames) {
    long[] item = new long[frames];
    Arrays.setAll(item, i -> from + i);
    long[][] all = new long[batch][];
    Arrays.fill(all, item);
    return all;
  }

  public static float[] random(long seed, double scale, int count) {
    Philox random = new Philox(seed, 0, 0);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }
}
