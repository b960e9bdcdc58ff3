package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.AdamW;
import java.util.List;

/// Defines [AdamW].
final class AdamWReference {
  private AdamWReference() {}

  static void run(AdamW op, List<View> in) {
    double[] parameter = Cells.load(in.get(0));
    double[] gradient = Cells.load(in.get(1));
    double[] m = Cells.load(in.get(2));
    double[] v = Cells.load(in.get(3));
    double stepSize = op.learningRate() / (1 - Math.pow(op.beta1(), op.step()));
    double correction = Math.sqrt(1 - Math.pow(op.beta2(), op.step()));
    for (int i = 0; i < parameter.length; i++) {
      double g = op.gradientScale() * gradient[i];
      m[i] = op.beta1() * m[i] + (1 - op.beta1()) * g;
      v[i] = op.beta2() * v[i] + (1 - op.beta2()) * g * g;
      double decayed = parameter[i] * (1 - op.learningRate() * op.weightDecay());
      parameter[i] = decayed - stepSize * m[i] / (Math.sqrt(v[i]) / correction + op.eps());
    }
    Cells.store(parameter, in.get(0));
    Cells.store(m, in.get(2));
    Cells.store(v, in.get(3));
  }
}
