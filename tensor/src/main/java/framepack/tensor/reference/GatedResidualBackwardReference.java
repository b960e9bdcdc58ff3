package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.GatedResidualBackward;
import java.util.List;

/// Defines [GatedResidualBackward].
final class GatedResidualBackwardReference {
  private GatedResidualBackwardReference() {}

  static void run(GatedResidualBackward op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] gate = Cells.load(in.get(1));
    double[] gy = Cells.load(in.get(2));
    int tokens = Cells.extent(in.get(0), 1);
    int d = Cells.extent(in.get(0), 2);
    double[] gx = new double[x.length];
    double[] ggate = new double[gate.length];
    for (int i = 0; i < x.length; i++) {
      int channel = i / (tokens * d) * d + i % d;
      gx[i] = gate[channel] * gy[i];
      ggate[channel] += x[i] * gy[i];
    }
    Cells.store(gx, out.get(0));
    Cells.store(ggate, out.get(1));
  }
}
