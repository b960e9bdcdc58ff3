package framepack.tests.model;

import framepack.model.wan.WanConfig;
import framepack.model.wan.WanInput;
import framepack.pack.ContextLevel;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.nn.Params;
import java.util.List;

/// A Wan transformer of a few thousand weights, and inputs for it.
public final class SmallWan {
  public static final int TEXT = 8;
  static final int IMAGE = 7;

  private SmallWan() {}

  /// History by k1, k2 and k4.
  public static WanConfig packed(int layers, boolean image) {
    return plain(layers, image)
        .withHistoryKernels(
            List.of(PatchKernel.cubic(1), PatchKernel.cubic(2), PatchKernel.cubic(4)));
  }

  static WanConfig plain(int layers, boolean image) {
    int channels = SmallModel.CHANNELS;
    return new WanConfig(
        PatchKernel.BASE,
        2,
        14,
        channels,
        channels,
        TEXT,
        32,
        40,
        layers,
        true,
        1e-6,
        image ? IMAGE : 0,
        List.of());
  }

  /// Gives the output layer, which starts at zero, random weights.
  public static void open(Params params) {
    params
        .named()
        .forEach((name, weight) -> {
          if (name.startsWith("proj_out")) {
            int count = Math.toIntExact(weight.shape().elements());
            weight.writeInPlace(SmallModel.random(name.hashCode(), 0.2, count));
          }
        });
  }

  /// Two noisy frames alone.
  static WanInput plainInput(int batch, boolean image) {
    return WanInput.plain(
        SmallModel.latents(1, batch, SmallModel.FRAMES),
        Tensor.full(700, batch),
        SmallModel.numbers(31, batch, 6, TEXT),
        image ? SmallModel.numbers(33, batch, 3, IMAGE) : null);
  }

  /// The same after three history levels.
  public static WanInput packedInput(int batch, boolean image) {
    WanInput plain = plainInput(batch, image);
    List<ContextLevel> context = SmallModel.input(batch).context();
    return new WanInput(
        plain.latents(),
        SmallModel.times(batch, 10, SmallModel.FRAMES),
        context,
        plain.timestep(),
        plain.text(),
        plain.image());
  }
}
