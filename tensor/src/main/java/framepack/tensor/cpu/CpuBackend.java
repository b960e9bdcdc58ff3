package framepack.tensor.cpu;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Slabs;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Accumulate;
import framepack.tensor.op.AdamW;
import framepack.tensor.op.Affine;
import framepack.tensor.op.ArgMax;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import framepack.tensor.op.AvgPool3d;
import framepack.tensor.op.Binary;
import framepack.tensor.op.Concat;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Conv3dBackward;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Fill;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.GatedResidualBackward;
import framepack.tensor.op.Gather;
import framepack.tensor.op.GatherBackward;
import framepack.tensor.op.GroupNorm;
import framepack.tensor.op.GroupNormBackward;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.LayerNormBackward;
import framepack.tensor.op.Lerp;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.ModulatedLayerNorm;
import framepack.tensor.op.ModulatedLayerNormBackward;
import framepack.tensor.op.Op;
import framepack.tensor.op.Pad;
import framepack.tensor.op.PadBackward;
import framepack.tensor.op.PatchEmbed;
import framepack.tensor.op.Patches;
import framepack.tensor.op.PatchesBackward;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.ResizeBilinear;
import framepack.tensor.op.RmsNorm;
import framepack.tensor.op.RmsNormBackward;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Rope;
import framepack.tensor.op.Softmax;
import framepack.tensor.op.SoftmaxBackward;
import framepack.tensor.op.TimestepEmbedding;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UpsampleNearest;
import framepack.tensor.op.ViewOp;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;

/// This machine's processor through the Vector API, in F32 (weights also BF16 and F16, those of layers Q8_0 and Q4_0). The width of the vectors is the
/// machine's, the number of threads the caller's choice; results depend on neither the second nor on time.
public final class CpuBackend implements Backend {
  private final Arena arena = Arena.ofShared();
  private final Slabs slabs = new Slabs(this::allocate);
  private final Threads threads;
  private final String name;

  /// As many threads as the JVM sees processors.
  public CpuBackend() {
    threads = new Threads();
    name = "cpu";
  }

  /// `count` threads, the caller's included.
  public CpuBackend(int count) {
    threads = new Threads(count);
    name = "cpu:" + count;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "%s: Vector API, %d bit (%d floats), %d thread%s"
        .formatted(
            name, Lanes.bits(), Lanes.WIDTH, threads.count(), threads.count() == 1 ? "" : "s");
  }

  /// One backend of one thread for each thread of this one.
  @Override
  public List<Backend> divided() {
    return Stream.<Backend>generate(() -> new CpuBackend(1)).limit(threads.count()).toList();
  }

  @Override
  public Slabs slabs() {
    return slabs;
  }

  @Override
  public Storage allocate(long bytes) {
    return new HostStorage(arena.allocate(bytes, 64));
  }

  @Override
  public void run(Op op, List<View> in, List<View> out) {
    try (Call call = new Call(op, in, out, threads, slabs)) {
      run(op, in, out, call);
    }
  }

  private void run(Op op, List<View> in, List<View> out, Call call) {
    switch (op) {
      case Accumulate o -> AccumulateCpu.run(o, call.floats());
      case AdamW o -> AdamWCpu.run(o, call.floats());
      case Affine o -> AffineCpu.run(o, call.floats());
      case ArgMax _ -> ArgMaxCpu.run(call);
      case Attention o -> AttentionCpu.run(threads, o, in, out);
      case AttentionBackward o -> AttentionBackwardCpu.run(threads, o, in, out);
      case AvgPool3d o -> AvgPool3dCpu.run(o, call.floats());
      case Binary o -> BinaryCpu.run(o, call.floats());
      case Concat o -> ConcatCpu.run(o, call);
      case Conv3d o -> Conv3dCpu.run(threads, o, in, out);
      case Conv3dBackward o -> Conv3dBackwardCpu.run(threads, o, in, out);
      case Copy _ -> CopyCpu.run(call);
      case Fill o -> FillCpu.run(o, call);
      case GatedResidual _ -> GatedResidualCpu.run(call.floats());
      case GatedResidualBackward _ -> GatedResidualBackwardCpu.run(call.floats());
      case Gather _ -> GatherCpu.run(call);
      case GatherBackward o -> GatherBackwardCpu.run(o, call);
      case GroupNorm o -> GroupNormCpu.run(o, call.floats());
      case GroupNormBackward o -> GroupNormBackwardCpu.run(o, call.floats());
      case LayerNorm o -> LayerNormCpu.run(o, call.floats());
      case LayerNormBackward o -> LayerNormBackwardCpu.run(o, call.floats());
      case Lerp o -> LerpCpu.run(o, call.floats());
      case Linear o -> LinearCpu.run(threads, o, in, out);
      case MatMul o -> MatMulCpu.run(threads, o, in, out);
      case ModulatedLayerNorm o -> ModulatedLayerNormCpu.run(o, call.floats());
      case ModulatedLayerNormBackward o -> ModulatedLayerNormBackwardCpu.run(o, call.floats());
      case Pad o -> PadCpu.run(o, call);
      case PadBackward o -> PadBackwardCpu.run(o, call.floats());
      case PatchEmbed o -> PatchEmbedCpu.run(threads, o, in, out);
      case Patches o -> PatchesCpu.run(o, call.floats());
      case PatchesBackward o -> PatchesBackwardCpu.run(o, call.floats());
      case Reduce o -> ReduceCpu.run(o, call.floats());
      case ResizeBilinear o -> ResizeBilinearCpu.run(o, call.floats());
      case RmsNorm o -> RmsNormCpu.run(o, call.floats());
      case RmsNormBackward o -> RmsNormBackwardCpu.run(o, call.floats());
      case RmsNormRope o -> RmsNormRopeCpu.run(o, call.floats());
      case Rope o -> RopeCpu.run(o, call.floats());
      case Softmax _ -> SoftmaxCpu.run(call.floats());
      case SoftmaxBackward _ -> SoftmaxBackwardCpu.run(call.floats());
      case TimestepEmbedding o -> TimestepEmbeddingCpu.run(o, call.floats());
      case Unary o -> UnaryCpu.run(o, call.floats());
      case UnaryBackward o -> UnaryBackwardCpu.run(o, call.floats());
      case UpsampleNearest o -> UpsampleNearestCpu.run(o, call.floats());
      case ViewOp o ->
          throw new IllegalArgumentException(o.name() + " has no kernel: apply it to the layout");
    }
  }

  @Override
  public void close() {
    threads.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
