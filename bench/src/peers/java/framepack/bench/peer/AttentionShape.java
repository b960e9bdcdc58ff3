package framepack.bench.peer;

import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.KernelCase.Check;
import framepack.bench.kernel.Model;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import java.util.List;

/// Attention over all tokens of a model, or over as many as a shape's name ends in.
record AttentionShape(long batch, long tokens, long heads, long headDim) {
  private static final int WHOLE = Check.WHOLE;

  static AttentionShape of(String shape) {
    Model m = Model.of(shape);
    String part = Model.part(shape);
    return switch (part) {
      case "" -> new AttentionShape(m.batch(), m.tokens(), m.heads(), m.headDim());
      case "tokens4096" -> new AttentionShape(1, 4096, m.heads(), m.headDim());
      case "tokens8192" -> new AttentionShape(1, 8192, m.heads() / 3, m.headDim());
      default -> throw Model.unknown(shape);
    };
  }

  private Spec operand() {
    return Spec.f32(batch, tokens, heads, headDim);
  }

  private double scale() {
    return 1 / Math.sqrt(headDim);
  }

  /// q, k, v.
  KernelCase forward() {
    Attention op = new Attention(scale(), false, false, false);
    return KernelCase.of(op, operand(), operand(), operand())
        .checking(new Check(List.of(1, WHOLE, WHOLE), List.of(1, 2), 2));
  }

  /// q, k, v, out, lse, gradient of out.
  KernelCase backward() {
    Spec q = operand();
    AttentionBackward op = new AttentionBackward(scale(), false, false, false, false);
    return KernelCase.of(op, q, q, q, q, Spec.f32(batch, heads, tokens), q)
        .checking(new Check(List.of(1, WHOLE, WHOLE, 1, 2, 1), List.of(1, Check.SKIP, Check.SKIP), 2));
  }
}
