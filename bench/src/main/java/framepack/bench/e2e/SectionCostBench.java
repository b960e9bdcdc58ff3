package framepack.bench.e2e;

import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.Rollout;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.SectionPlan;
import framepack.sampler.Euler;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// One section of a long video in 8 Euler steps, early and late: the context is packed to the same length, so the
/// hundredth must cost what the second costs.
public class SectionCostBench extends WorkBench {
  private static final int STEPS = 8;

  /// Which section of the video.
  @Param({"2", "100"})
  public int section;

  private Backend backend;
  private NanoModel model;
  private Rollout rollout;
  private SectionPlan plan;
  private List<Rollout.Start> starts;

  @Setup
  public void prepare() {
    int known = 1 + PACKING.generated() * (section - 1);
    backend = Backends.open(device);
    model = NanoModel.create(PACKING, CHANNELS, 1, Position.NONE, 0, backend);
    rollout = new Rollout(model, new Euler(), NanoTraining.SHIFT, STEPS, HistoryTreatment.NONE, 0);
    plan = new SectionPlan(PACKING, 1, known);
    starts = List.of(new Rollout.Start(Frames.zeros(CHANNELS, known, SIDE, SIDE), 0));
    int made = run().getFirst().frames();
    if (made != known + PACKING.generated()) {
      throw new IllegalStateException("section " + section + ": the video has " + made + " frames");
    }
  }

  @Benchmark
  public List<Frames> run() {
    return rollout.run(plan, starts, Rollout.Listener.NONE);
  }

  @TearDown
  public void close() {
    model.close();
    backend.close();
  }
}
