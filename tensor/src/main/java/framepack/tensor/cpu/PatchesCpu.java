package framepack.tensor.cpu;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Patches;

/// y[b, token(t, h, w), (c, t, h, w) within the patch] = x[b, c, t, h, w], x repeated at its end to whole patches
///
/// shapes  : x [batch, c, t, h, w] any layout; y [batch, tokens, c kt kh kw] dense
/// assumes : the patches of one batch item number fewer than 2^31 elements
/// error   : none
/// work    : 8 bytes an element, one by one -> about 1 ns an element
/// source  : FramePack pad_for_3d_conv and Conv3d with stride = kernel; [PatchOrder]
final class PatchesCpu {
  private PatchesCpu() {}

  static void run(Patches op, Call call) {
    View x = call.in(0);
    View y = call.out(0);
    Shape shape = x.shape();
    PatchOrder order = PatchOrder.of(shape, op.kt(), op.kh(), op.kw());
    int frames = order.frames().length;
    long channels = shape.extent(1);
    call.run(
        shape.extent(0) * channels * frames,
        y.shape().elements(),
        (unit, own) -> {
          int frame = unit % frames;
          long channel = unit / frames % channels;
          long item = unit / frames / channels;
          Layout from = x.layout();
          long source =
              from.offset()
                  + item * from.stride(0)
                  + channel * from.stride(1)
                  + Math.min(frame, shape.extent(2) - 1) * from.stride(2);
          long target = item * order.item() + channel * order.volume() + order.frames()[frame];
          plane(x, source, order, y, target);
        });
  }

  private static void plane(View x, long source, PatchOrder order, View y, long target) {
    long down = x.layout().stride(3);
    long right = x.layout().stride(4);
    int height = (int) x.shape().extent(3);
    int width = (int) x.shape().extent(4);
    int[] columns = order.columns();
    for (int h = 0; h < order.rows().length; h++) {
      long from = source + Math.min(h, height - 1) * down;
      long to = y.byteOffset() + 4 * (target + order.rows()[h]);
      for (int w = 0; w < columns.length; w++) {
        float value = Floats.get(x.segment(), 4 * (from + Math.min(w, width - 1) * right));
        Floats.set(y.segment(), to + 4L * columns[w], value);
      }
    }
  }
}
