package framepack.tensor.reference;

import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Patches;
import java.util.List;

/// Defines [Patches].
final class PatchesReference {
  private PatchesReference() {}

  static void run(Patches op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    int[] sources = sources(in.get(0).shape(), op.kt(), op.kh(), op.kw());
    double[] y = new double[sources.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[sources[i]];
    }
    Cells.store(y, out.get(0));
  }

  /// For every element of the patches its element of x [batch, c, t, h, w].
  static int[] sources(Shape x, int kt, int kh, int kw) {
    int c = (int) x.extent(1);
    int t = (int) x.extent(2);
    int h = (int) x.extent(3);
    int w = (int) x.extent(4);
    int nh = Math.ceilDiv(h, kh);
    int nw = Math.ceilDiv(w, kw);
    int tokens = Math.ceilDiv(t, kt) * nh * nw;
    int patch = c * kt * kh * kw;
    int[] sources = new int[(int) x.extent(0) * tokens * patch];
    for (int i = 0; i < sources.length; i++) {
      int batch = i / (tokens * patch);
      int token = i / patch % tokens;
      int channel = i % patch / (kt * kh * kw);
      int frame = Math.min(t - 1, token / (nh * nw) * kt + i / (kh * kw) % kt);
      int line = Math.min(h - 1, token / nw % nh * kh + i / kw % kh);
      int column = Math.min(w - 1, token % nw * kw + i % kw);
      sources[i] = (((batch * c + channel) * t + frame) * h + line) * w + column;
    }
    return sources;
  }
}
