package framepack.bench.kernel;

import framepack.bench.kernel.KernelCase.Check;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// Attention over all tokens of a model, forward and backward.
public class AttentionBench extends KernelBench {
  @Param({"hunyuan480p", "hunyuan480p.backward", "nano", "nano.backward"})
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    Spec q = Spec.f32(m.batch(), m.tokens(), m.heads(), m.headDim());
    double scale = 1 / Math.sqrt(m.headDim());
    if (Model.part(shape).equals("backward")) {
      Spec lse = Spec.f32(m.batch(), m.heads(), m.tokens());
      AttentionBackward op = new AttentionBackward(scale, false, false, false, false);
      return KernelCase.of(op, q, q, q, q, lse, q).checking(QUERIES, KEYS);
    }
    Attention op = new Attention(scale, false, false, false);
    return KernelCase.of(op, q, q, q)
        .checking(new Check(List.of(1, WHOLE, WHOLE), List.of(1, 2), 2));
  }

  private static final int WHOLE = Check.WHOLE;

  /// Some queries see all keys: their own gradient is whole.
  private static final Check QUERIES =
      new Check(List.of(1, WHOLE, WHOLE, 1, 2, 1), List.of(1, Check.SKIP, Check.SKIP), 2);

  /// Some keys are seen by all queries.
  private static final Check KEYS =
      new Check(List.of(WHOLE, 1, 1, WHOLE, WHOLE, WHOLE), List.of(Check.SKIP, 1, 1), 2);
}
