package framepack.plan;

import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Conv3dBackward;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.Op;
import framepack.tensor.op.PatchEmbed;

/// What limits an operation: the rate of matrix products, of attention, or of passes over memory.
public enum OpKind {
  MATMUL,
  ATTENTION,
  OTHER;

  public static OpKind of(Op op) {
    if (op instanceof Attention || op instanceof AttentionBackward) {
      return ATTENTION;
    }
    boolean product =
        op instanceof Linear
            || op instanceof MatMul
            || op instanceof Conv3d
            || op instanceof Conv3dBackward
            || op instanceof PatchEmbed;
    return product ? MATMUL : OTHER;
  }
}
