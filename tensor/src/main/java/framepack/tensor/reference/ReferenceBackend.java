package framepack.tensor.reference;

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

/// The definition of every operation: plain loops, sums in double, one rounding at the end, no threads. Slow on purpose;
/// takes every operand type and layout, and computes F64 as well as F32.
public final class ReferenceBackend implements Backend {
  private final Arena arena = Arena.ofShared();
  private final Slabs slabs = new Slabs(this::allocate);

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "reference: plain loops in double, one thread";
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
    switch (op) {
      case Accumulate o -> AccumulateReference.run(o, in);
      case AdamW o -> AdamWReference.run(o, in);
      case Affine o -> AffineReference.run(o, in, out);
      case ArgMax o -> ArgMaxReference.run(o, in, out);
      case Attention o -> AttentionReference.run(o, in, out);
      case AttentionBackward o -> AttentionBackwardReference.run(o, in, out);
      case AvgPool3d o -> AvgPool3dReference.run(o, in, out);
      case Binary o -> BinaryReference.run(o, in, out);
      case Concat o -> ConcatReference.run(o, in, out);
      case Conv3d o -> Conv3dReference.run(o, in, out);
      case Conv3dBackward o -> Conv3dBackwardReference.run(o, in, out);
      case Copy o -> CopyReference.run(o, in, out);
      case Fill o -> FillReference.run(o, out);
      case GatedResidual o -> GatedResidualReference.run(o, in, out);
      case GatedResidualBackward o -> GatedResidualBackwardReference.run(o, in, out);
      case Gather o -> GatherReference.run(o, in, out);
      case GatherBackward o -> GatherBackwardReference.run(o, in, out);
      case GroupNorm o -> GroupNormReference.run(o, in, out);
      case GroupNormBackward o -> GroupNormBackwardReference.run(o, in, out);
      case LayerNorm o -> LayerNormReference.run(o, in, out);
      case LayerNormBackward o -> LayerNormBackwardReference.run(o, in, out);
      case Lerp o -> LerpReference.run(o, in);
      case Linear o -> LinearReference.run(o, in, out);
      case MatMul o -> MatMulReference.run(o, in, out);
      case ModulatedLayerNorm o -> ModulatedLayerNormReference.run(o, in, out);
      case ModulatedLayerNormBackward o -> ModulatedLayerNormBackwardReference.run(o, in, out);
      case Pad o -> PadReference.run(o, in, out);
      case PadBackward o -> PadBackwardReference.run(o, in, out);
      case PatchEmbed o -> PatchEmbedReference.run(o, in, out);
      case Patches o -> PatchesReference.run(o, in, out);
      case PatchesBackward o -> PatchesBackwardReference.run(o, in, out);
      case Reduce o -> ReduceReference.run(o, in, out);
      case ResizeBilinear o -> ResizeBilinearReference.run(o, in, out);
      case RmsNorm o -> RmsNormReference.run(o, in, out);
      case RmsNormBackward o -> RmsNormBackwardReference.run(o, in, out);
      case RmsNormRope o -> RmsNormRopeReference.run(o, in, out);
      case Rope o -> RopeReference.run(o, in, out);
      case Softmax o -> SoftmaxReference.run(o, in, out);
      case SoftmaxBackward o -> SoftmaxBackwardReference.run(o, in, out);
      case TimestepEmbedding o -> TimestepEmbeddingReference.run(o, in, out);
      case Unary o -> UnaryReference.run(o, in, out);
      case UnaryBackward o -> UnaryBackwardReference.run(o, in, out);
      case UpsampleNearest o -> UpsampleNearestReference.run(o, in, out);
      case ViewOp o ->
          throw new IllegalArgumentException(o.name() + " has no kernel: apply it to the layout");
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
