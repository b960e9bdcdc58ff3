package framepack.tensor.cpu;

import framepack.tensor.core.View;
import framepack.tensor.op.ResizeBilinear;

/// y[.., i, j] = x at the centre of pixel (i, j), mixed from its four neighbours, clamped to the edge
///
/// shapes  : x [.., h, w] any layout; y [.., height, width] dense
/// assumes : nothing; x is copied first unless dense
/// error   : places in double, three mixes in f32
/// work    : four reads an element, one by one -> a few ns an element
/// source  : torch.nn.functional.interpolate(mode="bilinear", align_corners=False)
final class ResizeBilinearCpu {
  /// Along one axis: the place before, the place behind, and the share of the one behind.
  private record Places(int[] before, int[] behind, float[] share) {
    static Places of(int from, int to) {
      Places places = new Places(new int[to], new int[to], new float[to]);
      for (int i = 0; i < to; i++) {
        double centre = Math.clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
        places.before[i] = (int) centre;
        places.behind[i] = Math.min((int) centre + 1, from - 1);
        places.share[i] = (float) (centre - (int) centre);
      }
      return places;
    }
  }

  private ResizeBilinearCpu() {}

  static void run(ResizeBilinear op, Call call) {
    View x = call.dense(0);
    View y = call.out(0);
    int h = Math.toIntExact(x.shape().extent(-2));
    int w = Math.toIntExact(x.shape().extent(-1));
    int height = Math.toIntExact(op.height());
    Places rows = Places.of(h, height);
    Places columns = Places.of(w, Math.toIntExact(op.width()));
    long planes = x.shape().elements() / ((long) h * w);
    Bands bands = Bands.of(1, planes * height, 4 * op.width());
    call.run(
        bands.units(),
        bands.elements(),
        (unit, own) -> {
          for (long row = bands.from(unit); row < bands.to(unit); row++) {
            int i = (int) (row % height);
            long plane = row / height * h;
            long upper = x.byteOffset() + 4 * (plane + rows.before[i]) * w;
            long lower = x.byteOffset() + 4 * (plane + rows.behind[i]) * w;
            long to = y.byteOffset() + 4 * row * op.width();
            row(x, upper, lower, rows.share[i], columns, y, to);
          }
        });
  }

  private static void row(
      View x, long upper, long lower, float share, Places columns, View y, long to) {
    for (int j = 0; j < columns.share.length; j++) {
      long left = 4L * columns.before[j];
      long right = 4L * columns.behind[j];
      float part = columns.share[j];
      float above =
          mix(Floats.get(x.segment(), upper + left), Floats.get(x.segment(), upper + right), part);
      float below =
          mix(Floats.get(x.segment(), lower + left), Floats.get(x.segment(), lower + right), part);
      Floats.set(y.segment(), to + 4L * j, mix(above, below, share));
    }
  }

  private static float mix(float a, float b, float share) {
    return Math.fma(share, b - a, a);
  }
}
