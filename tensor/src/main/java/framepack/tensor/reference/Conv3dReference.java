package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.Conv3d;
import java.util.List;

/// Defines [Conv3d].
final class Conv3dReference {
  private Conv3dReference() {}

  static void run(Conv3d op, List<View> in, List<View> out) {
    Window window = Window.of(in.get(0), in.get(1), out.get(0));
    double[] x = Cells.load(in.get(0));
    double[] weight = Cells.load(in.get(1));
    double[] y = new double[Cells.count(out.get(0).shape())];
    int o = Cells.extent(in.get(1), 0);
    double[] bias = op.bias() ? Cells.load(in.get(2)) : new double[o];
    for (int i = 0; i < y.length; i++) {
      int position = i % window.positions();
      int channel = i / window.positions() % o;
      int batch = i / window.positions() / o;
      double sum = bias[channel];
      for (int tap = 0; tap < window.taps(); tap++) {
        sum +=
            weight[channel * window.taps() + tap]
                * x[window.source(batch, position, tap, op.st(), op.sh(), op.sw())];
      }
      y[i] = sum;
    }
    Cells.store(y, out.get(0));
  }
}
