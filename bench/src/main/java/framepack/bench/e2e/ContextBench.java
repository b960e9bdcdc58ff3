package framepack.bench.e2e;

import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.plan.Calibrator;
import framepack.plan.Machine;
import framepack.plan.Rates;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A forward pass through one block of each kind at the width of the 13B model, over 21 latent frames of history that are packed
/// or not: what packing saves. In the end it says what `framepack plan` predicts for the same pass on this device.
@BenchmarkMode(Mode.SingleShotTime)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
public class ContextBench extends WorkBench {
  private static final int HISTORY = 21;

  /// `td_f21k1_g9` is the full history of the other.
  @Param({"td_f16k4f4k2f1k1_g9", "td_f21k1_g9"})
  public String packing;

  /// Latent pixels of a frame, height first.
  @Param("30x52")
  public String size;

  private Backend backend;
  private Workspace home;
  private HunyuanVideoPacked network;
  private long nanos = Long.MAX_VALUE;

  @Setup
  public void prepare() {
    backend = Backends.open(device);
    home = Workspace.detached(backend);
    network = new HunyuanVideoPacked(Released.config(1, 1, 0), Params.create(home, 0));
  }

  @Benchmark
  public float forward() {
    try (Workspace _ = Workspace.open(backend)) {
      TransformerInput in = input();
      long began = System.nanoTime();
      Tensor out = network.forward(in);
      backend.finish();
      nanos = Math.min(nanos, System.nanoTime() - began);
      return out.slice(0, 0, 1).sum().item();
    }
  }

  private TransformerInput input() {
    Section section = new SectionPlan(PackSpec.parse(packing), 1, HISTORY).section(0);
    String[] sides = size.split("x");
    return Released.input(section, HISTORY, Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
  }

  @TearDown
  public void close() {
    home.close();
    Machine machine = Machine.here(device, "bench");
    Rates rates = new Calibrator(backend, (_, _) -> {}).measure(machine).rates();
    System.err.printf(
        "%n%s at %s: least %.2f s, predicted %.2f s%n",
        packing, size, nanos / 1e9, predicted(rates));
    backend.close();
  }

  private double predicted(Rates rates) {
    try (MetaBackend meta = new MetaBackend()) {
      Released.count(meta, Released.config(1, 1, 0), DType.F32, this::input);
      return rates.seconds(meta.calls());
    }
  }
}
