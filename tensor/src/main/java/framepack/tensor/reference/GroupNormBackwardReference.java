package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.GroupNormBackward;
import java.util.List;

/// Defines [GroupNormBackward].
final class GroupNormBackwardReference {
  private GroupNormBackwardReference() {}

  static void run(GroupNormBackward op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] weight = Cells.load(in.get(1));
    double[] gy = Cells.load(in.get(2));
    int groups = Cells.extent(in.get(0), 0) * op.groups();
    int size = groups == 0 ? 0 : x.length / groups;
    int positions = size / Math.max(1, weight.length / op.groups());
    double[] gx = new double[x.length];
    double[] gweight = new double[weight.length];
    double[] gbias = new double[weight.length];
    for (int group = 0; group < groups; group++) {
      Moments moments = Moments.of(x, group * size, size, op.eps());
      for (int i = group * size; i < (group + 1) * size; i++) {
        int channel = i / positions % weight.length;
        gweight[channel] += gy[i] * moments.normalise(x[i]);
        gbias[channel] += gy[i];
        gy[i] *= weight[channel];
      }
      moments.backward(x, gy, group * size, size, gx);
    }
    Cells.store(gx, out.get(0));
    Cells.store(gweight, out.get(1));
    Cells.store(gbias, out.get(2));
  }
}
