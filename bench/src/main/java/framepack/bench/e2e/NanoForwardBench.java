package framepack.bench.e2e;

import framepack.experiment.NanoModel;
import framepack.experiment.SectionBatch;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.TransformerInput;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.random.Philox;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// One forward pass of the laboratory's model for one video, packing included: a step of sampling.
public class NanoForwardBench extends WorkBench {
  private static final int PIXELS = CHANNELS * SIDE * SIDE;

  private Backend backend;
  private NanoModel model;
  private Section section;
  private Frames video;
  private float[] noise;

  @Setup
  public void prepare() {
    int history = PACKING.historyFrames();
    section = new SectionPlan(PACKING, 1, history).section(0);
    int frames = history + PACKING.generated();
    float[] pixels = new Philox(0, 1, 0).normal(PIXELS * frames);
    video = new Frames(CHANNELS, frames, SIDE, SIDE, pixels);
    noise = new Philox(0, 2, 0).normal(PIXELS * PACKING.generated());
    backend = Backends.open(device);
    model = create(backend);
    try (Backend reference = Backends.open("reference");
        NanoModel judge = create(reference)) {
      check(velocity(judge), velocity(model));
    }
  }

  /// The head starts at zero; a model that answers nothing would prove nothing.
  private static NanoModel create(Backend backend) {
    NanoModel model = NanoModel.create(PACKING, CHANNELS, 1, Position.SPACE, 0, backend);
    Tensor out = model.weights().get("proj_out.weight");
    out.writeInPlace(new Philox(0, 3, 0).normal((int) out.shape().elements()));
    return model;
  }

  private static void check(float[] expected, float[] got) {
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(got[i] - expected[i]));
    }
    if (!(worst <= 1e-4 * largest)) {
      throw new IllegalStateException(
          "forward pass: error %s of %s against the reference".formatted(worst, largest));
    }
  }

  @Benchmark
  public float[] forward() {
    return velocity(model);
  }

  private float[] velocity(NanoModel of) {
    try (Workspace _ = Workspace.open(of.backend())) {
      List<SectionBatch.Item> items = List.of(new SectionBatch.Item(section, video, 0));
      SectionBatch batch = SectionBatch.of(items, false, HistoryTreatment.NONE);
      Tensor noisy = Tensor.of(noise, 1, CHANNELS, PACKING.generated(), SIDE, SIDE);
      Tensor time = Tensor.full(500, 1);
      return of.network()
          .forward(TransformerInput.ofVideo(noisy, batch.times(), batch.context(), time, null))
          .toFloats();
    }
  }

  @TearDown
  public void close() {
    model.close();
    backend.close();
  }
}
