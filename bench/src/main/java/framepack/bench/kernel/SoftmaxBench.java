package framepack.bench.kernel;

import framepack.tensor.op.Softmax;
import framepack.tensor.op.SoftmaxBackward;
import org.openjdk.jmh.annotations.Param;

/// Softmax by itself, as models without fused attention need it.
public class SoftmaxBench extends KernelBench {
  @Param({"hunyuan480p", "hunyuan480p.backward", "nano", "nano.backward"})
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    long[] scores = {m.batch() * m.heads() * Math.min(m.tokens(), 128), m.tokens()};
    return Model.part(shape).equals("backward")
        ? KernelCase.alike(new SoftmaxBackward(), 2, scores).positive(0)
        : KernelCase.alike(new Softmax(), 1, scores);
  }
}
