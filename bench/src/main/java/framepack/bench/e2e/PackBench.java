package framepack.bench.e2e;

import framepack.experiment.SectionBatch;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Laboratory;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.order.SectionPlan;
import framepack.pack.ContextLevel;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.Spec;
import framepack.tensor.nn.Params;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// Packing one section of 480 x 832 video at the width of the 13B model: patches, projections and phases of 16,796 tokens,
/// everything before the first block.
public class PackBench extends WorkBench {
  private static final PackSpec PACKING = PackSpec.parse("td_f16k4f4k2f1k1_g9");
  private static final int HEIGHT = 60;
  private static final int WIDTH = 104;

  private Backend backend;
  private Workspace home;
  private HunyuanVideoPacked network;
  private SectionBatch batch;
  private Tensor noisy;

  @Setup
  public void prepare() {
    backend = Backends.open(device);
    home = Workspace.detached(backend);
    network = new HunyuanVideoPacked(config(), Params.create(home, 0));
    SectionPlan plan = new SectionPlan(PACKING, 1, PACKING.historyFrames());
    Frames video = Frames.zeros(CHANNELS, plan.latents(), HEIGHT, WIDTH);
    List<SectionBatch.Item> items = List.of(new SectionBatch.Item(plan.section(0), video, 0));
    noisy = home.allocate(Spec.f32(1, CHANNELS, 9, HEIGHT, WIDTH));
    noisy.writeInPlace(new float[CHANNELS * 9 * HEIGHT * WIDTH]);
    try (Workspace _ = Workspace.open(backend)) {
      SectionBatch made = SectionBatch.of(items, false, HistoryTreatment.NONE);
      batch =
          new SectionBatch(
              null,
              made.context().stream()
                  .map(level ->
                      new ContextLevel(level.kernel(), level.latents().keepIn(home), level.times()))
                  .toList(),
              made.times(),
              null);
    }
    if (pack() != PACKING.tokens(HEIGHT, WIDTH).total()) {
      throw new IllegalStateException(PACKING + ": packed to " + pack() + " tokens");
    }
  }

  /// The released model without its blocks.
  private static HunyuanConfig config() {
    return new HunyuanConfig(
        CHANNELS,
        CHANNELS,
        24,
        128,
        0,
        0,
        0,
        4,
        PatchKernel.BASE,
        false,
        0,
        0,
        256,
        List.of(16, 56, 56),
        0,
        HunyuanConfig.RELEASED_KERNELS,
        Laboratory.OFF);
  }

  @Benchmark
  public long pack() {
    try (Workspace _ = Workspace.open(backend)) {
      return network.packer().pack(batch.context(), noisy, batch.times()).hidden().extent(1);
    }
  }

  @TearDown
  public void close() {
    home.close();
    backend.close();
  }
}
