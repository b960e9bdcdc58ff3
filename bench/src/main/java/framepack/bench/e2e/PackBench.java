package framepack.bench.e2e;

import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.pack.Packer.Packed;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// Packing one section of 480 x 832 video at the width of the 13B model: patches, projections and phases of 16,796 tokens,
/// everything before the first block. The history lies in a mapped file, as long videos do; how much of it the packing
/// drops must not matter. In the end it says how much memory a pack took and what share of a transformer step its time is:
/// the step's flops from the model on the meta backend, at the rate of this machine's products.
public class PackBench extends WorkBench {
  private static final PackSpec PACKING = PackSpec.parse("td_f16k4f4k2f1k1_g9");
  private static final int HEIGHT = 60;
  private static final int WIDTH = 104;

  /// Frames that exist before the section; the packing sees 21 of them.
  @Param({"21", "10000"})
  public int history;

  private Backend backend;
  private Workspace home;
  private Arena arena;
  private HunyuanVideoPacked network;
  private Section section;
  private Tensor video;
  private Tensor noisy;
  private long peak;
  private long nanos = Long.MAX_VALUE;

  @Setup
  public void prepare() throws IOException {
    backend = Backends.open(device);
    home = Workspace.detached(backend);
    arena = Arena.ofShared();
    network = new HunyuanVideoPacked(Released.config(0, 0, 0), Params.create(home, 0));
    section = new SectionPlan(PACKING, 1, history).section(0);
    video = home.adopt(mapped(Shape.of(1, CHANNELS, history, HEIGHT, WIDTH)));
    noisy = home.allocate(Spec.f32(1, CHANNELS, 9, HEIGHT, WIDTH));
    noisy.writeInPlace(new float[CHANNELS * 9 * HEIGHT * WIDTH]);
    if (pack() != PACKING.tokens(HEIGHT, WIDTH).total()) {
      throw new IllegalStateException(PACKING + ": packed to " + pack() + " tokens");
    }
  }

  /// A file of zeros of which only the parts that are read take memory.
  private View mapped(Shape shape) throws IOException {
    Path file = Files.createTempFile("history", ".f32");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      long bytes = shape.elements() * Float.BYTES;
      var segment = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      return new View(DType.F32, Layout.dense(shape, 0), new HostStorage(segment));
    }
  }

  @Benchmark
  public long pack() {
    long began = System.nanoTime();
    try (Workspace own = Workspace.open(backend)) {
      Packed packed =
          network
              .packer()
              .pack(
                  Released.context(section, video),
                  noisy,
                  Released.times(section.noisy().toArray()));
      peak = own.peakBytes();
      nanos = Math.min(nanos, System.nanoTime() - began);
      return packed.hidden().extent(1);
    }
  }

  @TearDown
  public void close() {
    double step = stepFlops();
    double rate = productRate();
    System.err.printf(
        "%npack of %d frames: %d MiB, least %.1f ms; a 13B step: %.3g flops at %.1f GFLOP/s = %.0f s;"
            + " share %.4f %%%n",
        history,
        peak >> 20,
        nanos / 1e6,
        step,
        rate / 1e9,
        step / rate,
        100 * nanos / 1e9 * rate / step);
    home.close();
    backend.close();
    arena.close();
  }

  /// Flops of one forward pass of the released model at this section, with 729 image and 100 text tokens.
  private double stepFlops() {
    try (MetaBackend meta = new MetaBackend()) {
      Released.count(
          meta,
          Released.config(20, 40, 2),
          DType.BF16,
          () -> Released.input(section, history, HEIGHT, WIDTH));
      return meta.total().flops();
    }
  }

  /// Flops a second of the feed-forward product of one frame's tokens, the best of three.
  private double productRate() {
    double best = 0;
    try (Workspace _ = Workspace.open(backend)) {
      Tensor x = Tensor.full(0.5, 1560, 3072);
      Tensor weight = Tensor.full(0.5, 4 * 3072, 3072);
      for (int i = 0; i < 3; i++) {
        long began = System.nanoTime();
        x.linear(weight, null, Activation.NONE);
        best = Math.max(best, 2.0 * 1560 * 3072 * 4 * 3072 * 1e9 / (System.nanoTime() - began));
      }
    }
    return best;
  }
}
