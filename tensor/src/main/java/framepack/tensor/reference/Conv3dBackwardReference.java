package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Conv3dBackward;
import java.util.List;

/// Defines [Conv3dBackward].
final class Conv3dBackwardReference {
  private Conv3dBackwardReference() {}

  static void run(Conv3dBackward op, List<View> in, List<View> out) {
    Window window = Window.of(in.get(0), in.get(1), in.get(2));
    double[] x = Cells.load(in.get(0));
    double[] weight = Cells.load(in.get(1));
    double[] gy = Cells.load(in.get(2));
    double[] gx = new double[x.length];
    double[] gweight = new double[weight.length];
    int o = Cells.extent(in.get(1), 0);
    double[] gbias = new double[o];
    for (int i = 0; i < gy.length; i++) {
      int position = i % window.positions();
      int channel = i / window.positions() % o;
      int batch = i / window.positions() / o;
      gbias[channel] += gy[i];
      for (int tap = 0; tap < window.taps(); tap++) {
        int source = window.source(batch, position, tap, op.st(), op.sh(), op.sw());
        gx[source] += gy[i] * weight[channel * window.taps() + tap];
        gweight[channel * window.taps() + tap] += gy[i] * x[source];
      }
    }
    Cells.store(gx, out.get(0));
    Cells.store(gweight, out.get(1));
    Cells.store(gbias, out.get(2));
  }
}
