package framepack.tensor.reference;

import framepack.tensor.core.View;
import framepack.tensor.op.GroupNorm;
import java.util.List;

/// Defines [GroupNorm]: a group is a run of consecutive channels with all their positions.
final class GroupNormReference {
  private GroupNormReference() {}

  static void run(GroupNorm op, List<View> in, List<View> out) {
    double[] x = Cells.load(in.get(0));
    double[] weight = Cells.load(in.get(1));
    double[] bias = Cells.load(in.get(2));
    int groups = Cells.extent(in.get(0), 0) * op.groups();
    int size = groups == 0 ? 0 : x.length / groups;
    int positions = size / Math.max(1, weight.length / op.groups());
    double[] y = new double[x.length];
    for (int group = 0; group < groups; group++) {
      Moments moments = Moments.of(x, group * size, size, op.eps());
      for (int i = group * size; i < (group + 1) * size; i++) {
        int channel = i / positions % weight.length;
        y[i] = moments.normalise(x[i]) * weight[channel] + bias[channel];
      }
    }
    Cells.store(y, out.get(0));
  }
}
