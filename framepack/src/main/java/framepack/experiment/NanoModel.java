package framepack.experiment;

import framepack.history.Codebook;
import framepack.history.HistoryDiscretizer;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Laboratory;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.pack.LatentEmbedders;
import framepack.pack.Level;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.nn.Params;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// A small packed transformer for one packing, with the settings that train within a minute: four blocks of 96 channels
/// in 4 heads, no text, open gates, one bias for queries and keys, absolute positions on noisy tokens.
public final class NanoModel implements AutoCloseable {
  private final PackSpec spec;
  private final HunyuanVideoPacked network;
  private final Params params;
  private final Workspace home;

  private NanoModel(PackSpec spec, HunyuanVideoPacked network, Params params, Workspace home) {
    this.spec = spec;
    this.network = network;
    this.params = params;
    this.home = home;
  }

  /// The shape of a model for latents of `channels` and videos of `labels` classes (below 2: no label embedding).
  public static HunyuanConfig config(PackSpec spec, int channels, int labels, Position position) {
    return config(spec, channels, labels, position, Method.Network.PLAIN);
  }

  private static HunyuanConfig config(
      PackSpec spec, int channels, int labels, Position position, Method.Network network) {
    List<PatchKernel> kernels =
        spec.levels().stream()
            .map(Level::run)
            .map(run -> run.kernel().layer())
            .distinct()
            .sorted(Comparator.comparingDouble(PatchKernel::rate))
            .toList();
    return new HunyuanConfig(
        channels,
        channels,
        4,
        24,
        4,
        0,
        0,
        3,
        PatchKernel.BASE,
        network.toldNoise(), // the guidance embedder: nano models have no guidance scale to embed
        0,
        0,
        256,
        List.of(4, 10, 10),
        0,
        kernels,
        new Laboratory(
            64,
            1000,
            labels > 1 ? labels : 0,
            position,
            true,
            true,
            true,
            network.attention(),
            network.sharedPatches()));
  }

  /// A fresh model of such a [#config].
  public static NanoModel create(
      PackSpec spec, int channels, int labels, Position position, long seed, Backend backend) {
    return create(spec, channels, labels, position, Method.Network.PLAIN, seed, backend);
  }

  /// A fresh model that attends and embeds as `network` says.
  public static NanoModel create(
      PackSpec spec,
      int channels,
      int labels,
      Position position,
      Method.Network network,
      long seed,
      Backend backend) {
    HunyuanConfig config = config(spec, channels, labels, position, network);
    Workspace home = Workspace.detached(backend);
    Params params = Params.create(home, seed);
    return new NanoModel(spec, new HunyuanVideoPacked(config, params), params, home);
  }

  public PackSpec spec() {
    return spec;
  }

  public HunyuanVideoPacked network() {
    return network;
  }

  /// A discretizer of this model's history; it lives as long as the model.
  ///
  /// @param start whether a given start frame is discretised too
  public HistoryDiscretizer discretizer(Codebook codebook, boolean start) {
    return new HistoryDiscretizer(codebook, start, home);
  }

  /// Weights by name.
  public Map<String, Tensor> weights() {
    return params.named();
  }

  /// Learning rate of a weight, relative to the others: a projection that sees k³ times the base kernel's inputs moves its
  /// tokens more by the same step, so it learns 1/k² as fast.
  public double learningRate(String weight) {
    for (PatchKernel kernel : network.config().historyKernels()) {
      if (weight.startsWith(LatentEmbedders.weightName(kernel) + ".")) {
        return 1.0 / (kernel.t() * kernel.t());
      }
    }
    return 1;
  }

  /// Number of weights.
  public long size() {
    return weights().values().stream().mapToLong(w -> w.shape().elements()).sum();
  }

  public Backend backend() {
    return home.backend();
  }

  @Override
  public void close() {
    home.close();
  }
}
