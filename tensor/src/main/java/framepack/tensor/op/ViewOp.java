package framepack.tensor.op;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Spec;
import java.util.List;

/// Operations that only change the layout: no kernel, no bytes, no flops.
public sealed interface ViewOp extends Op permits Expand, Permute, Reshape, Slice {
  /// The layout of the result over the same storage, or null where the strides do not allow it ([Reshape] of a
  /// non-contiguous operand), in which case the caller copies first.
  Layout apply(Layout operand);

  @Override
  default double flops(List<Spec> inputs) {
    return 0;
  }

  @Override
  default double bytes(List<Spec> inputs) {
    return 0;
  }
}
