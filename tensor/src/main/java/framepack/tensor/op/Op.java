package framepack.tensor.op;

import framepack.tensor.core.Spec;
import java.util.List;

/// What is computed, never how: a record of parameters with its shape rule, cost and error budget. The same record drives
/// dispatch, tape, gradient, parity test, benchmark and the `meta` backend. Every backend holds an exhaustive switch over
/// this interface, so an operation without a kernel does not compile.
public sealed interface Op
    permits ViewOp,
        Accumulate,
        AdamW,
        Affine,
        ArgMax,
        Attention,
        AttentionBackward,
        AvgPool3d,
        Binary,
        Concat,
        Conv3d,
        Conv3dBackward,
        Copy,
        Fill,
        GatedResidual,
        GatedResidualBackward,
        Gather,
        GatherBackward,
        GroupNorm,
        GroupNormBackward,
        LayerNorm,
        LayerNormBackward,
        Lerp,
        Linear,
        MatMul,
        ModulatedLayerNorm,
        ModulatedLayerNormBackward,
        Pad,
        PadBackward,
        PatchEmbed,
        Patches,
        PatchesBackward,
        Reduce,
        ResizeBilinear,
        RmsNorm,
        RmsNormBackward,
        RmsNormRope,
        Rope,
        Softmax,
        SoftmaxBackward,
        TimestepEmbedding,
        Unary,
        UnaryBackward,
        UpsampleNearest {

  /// The name used in messages and tables: the record's own.
  default String name() {
    return getClass().getSimpleName();
  }

  /// Types and shapes of the results. Throws [framepack.tensor.core.ShapeMismatch] where the operands do not fit.
  List<Spec> outputs(List<Spec> inputs);

  /// Floating-point operations; a multiply-add counts 2.
  double flops(List<Spec> inputs);

  /// Bytes that must move at least: every operand read and every result written once.
  default double bytes(List<Spec> inputs) {
    double sum = 0;
    for (Spec spec : inputs) {
      sum += spec.bytes();
    }
    for (Spec spec : outputs(inputs)) {
      sum += spec.bytes();
    }
    return sum;
  }

  /// Largest allowed `max|y - reference| / max|reference|` of an f32 kernel on operands of order 1.
  default double budget() {
    return 2e-6;
  }

  /// Whether this input may be stored in blocks ([DType#isBlocks]), whole and dense.
  default boolean takesBlocks(int input) {
    return false;
  }

  /// Which inputs are written in place; empty for all but optimiser updates.
  default List<Integer> mutates() {
    return List.of();
  }
}
