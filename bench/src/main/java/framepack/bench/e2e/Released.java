package framepack.bench.e2e;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Laboratory;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TextStates;
import framepack.model.hunyuan.TransformerInput;
import framepack.order.Section;
import framepack.order.Source;
import framepack.pack.ContextLevel;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.DType;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// The released 13B model at its width, with as many blocks as a benchmark has time for, and what goes into it.
final class Released {
  private static final int CHANNELS = WorkBench.CHANNELS;
  private static final int TEXT = 4096;
  private static final int POOLED = 768;
  private static final int IMAGE = 1152;

  private Released() {}

  /// So many blocks of each kind; without any it has no text either.
  static HunyuanConfig config(int doubles, int singles, int refiners) {
    boolean whole = doubles + singles > 0;
    return new HunyuanConfig(
        CHANNELS,
        CHANNELS,
        24,
        128,
        doubles,
        singles,
        refiners,
        4,
        PatchKernel.BASE,
        whole,
        whole ? TEXT : 0,
        whole ? POOLED : 0,
        256,
        List.of(16, 56, 56),
        whole ? IMAGE : 0,
        HunyuanConfig.RELEASED_KERNELS,
        Laboratory.OFF);
  }

  /// Latents of a section, `history` frames before it, 729 image and 100 text tokens: zeros.
  static TransformerInput input(Section section, int history, int height, int width) {
    return new TransformerInput(
        Tensor.zeros(1, CHANNELS, section.noisy().count(), height, width),
        times(section.noisy().toArray()),
        context(section, Tensor.zeros(1, CHANNELS, history, height, width)),
        Tensor.full(1000, 1),
        Tensor.full(10_000, 1),
        new TextStates(Tensor.zeros(1, 512, TEXT), new int[] {100}),
        Tensor.zeros(1, POOLED),
        Tensor.zeros(1, 729, IMAGE),
        null);
  }

  /// Has `meta` count one forward pass, without the making of weights and input.
  static void count(
      MetaBackend meta, HunyuanConfig config, DType weights, Supplier<TransformerInput> input) {
    try (Workspace home = Workspace.detached(meta);
        Workspace _ = Workspace.open(meta)) {
      var model = new HunyuanVideoPacked(config, Params.blank(home, weights));
      TransformerInput in = input.get();
      meta.reset();
      model.forward(in);
    }
  }

  /// The levels that a section sees of these frames.
  static List<ContextLevel> context(Section section, Tensor frames) {
    List<ContextLevel> levels = new ArrayList<>();
    for (Source source : section.sources()) {
      int from = source.frames().getFirst();
      levels.add(
          new ContextLevel(
              source.level().run().kernel(),
              frames.slice(2, from, from + source.frames().size()),
              times(source.times().toArray())));
    }
    return levels;
  }

  static long[][] times(int[] frames) {
    return new long[][] {Arrays.stream(frames).asLongStream().toArray()};
  }
}
