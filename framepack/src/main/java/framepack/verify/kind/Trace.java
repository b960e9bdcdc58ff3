package framepack.verify.kind;

import framepack.tensor.Tensor;
import framepack.verify.Verdicts;
import java.util.ArrayList;
import java.util.List;

/// Tensors of one shape seen step by step, offered as one with the steps outermost.
final class Trace {
  private final List<float[]> steps = new ArrayList<>();
  private long[] extents = {};

  void add(Tensor tensor) {
    extents = tensor.shape().toArray();
    steps.add(tensor.toFloats());
  }

  void offer(Verdicts verdicts, String name) {
    int size = steps.isEmpty() ? 0 : steps.getFirst().length;
    float[] all = new float[steps.size() * size];
    for (int i = 0; i < steps.size(); i++) {
      System.arraycopy(steps.get(i), 0, all, i * size, size);
    }
    long[] stacked = new long[extents.length + 1];
    stacked[0] = steps.size();
    System.arraycopy(extents, 0, stacked, 1, extents.length);
    verdicts.offer(name, all, stacked);
  }
}
