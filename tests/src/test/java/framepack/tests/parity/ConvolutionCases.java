package framepack.tests.parity;

import static framepack.tests.parity.Operand.f32;

import framepack.tensor.core.DType;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Conv3dBackward;
import java.util.List;

/// Convolutions: patch kernels, causal video kernels, strides that leave a rest.
final class ConvolutionCases {
  private final Cases cases = new Cases();

  private ConvolutionCases() {}

  static List<OpCase> list() {
    ConvolutionCases all = new ConvolutionCases();
    all.both("odd", 1, 1, 1, true, f32(2, 3, 4, 5, 7), f32(5, 3, 2, 3, 3));
    all.both("steps", 2, 2, 3, true, f32(2, 3, 5, 6, 9), f32(4, 3, 3, 3, 2));
    all.both("small", 1, 2, 1, false, f32(1, 2, 3, 5, 4), f32(3, 2, 2, 2, 3));
    all.both("time", 2, 1, 1, false, f32(1, 5, 7, 3, 4), f32(5, 5, 3, 1, 1));
    all.both("point", 1, 1, 1, false, f32(2, 17, 2, 3, 5), f32(9, 17, 1, 1, 1));
    all.both("whole", 1, 1, 1, false, f32(1, 2, 3, 4, 5), f32(3, 2, 3, 4, 5));
    all.both("patch", 1, 2, 2, false, f32(1, 16, 2, 6, 10), f32(33, 16, 1, 2, 2));
    all.both("patch 2x", 2, 4, 4, false, f32(1, 4, 4, 8, 8), f32(7, 4, 2, 4, 4));
    all.both("gap", 3, 3, 3, false, f32(1, 2, 5, 7, 8), f32(3, 2, 1, 2, 2));
    all.both("model", 1, 1, 1, false, f32(1, 24, 4, 18, 20), f32(32, 24, 3, 3, 3));
    Conv3d op = new Conv3d(1, 1, 1, true);
    all.cases.add("weights", op, f32(1, 3, 4, 5, 7), f32(5, 3, 2, 3, 3).as(DType.BF16), f32(5));
    return all.cases.list();
  }

  private void both(
      String label, int st, int sh, int sw, boolean everyLayout, Operand x, Operand weight) {
    Conv3d op = new Conv3d(st, sh, sw, true);
    Conv3dBackward backward = new Conv3dBackward(st, sh, sw);
    List<Spec> specs =
        List.of(
            Spec.f32(x.shape().toArray()),
            Spec.f32(weight.shape().toArray()),
            Spec.f32(weight.shape().extent(0)));
    Operand gy = f32(op.outputs(specs).get(0).shape().toArray());
    Operand bias = f32(weight.shape().extent(0));
    if (everyLayout) {
      cases.everyLayout(label, op, x, weight, bias);
      cases.everyLayout(label, backward, x, weight, gy);
    } else {
      cases.add(label, op, x, weight, bias);
      cases.add(label + " no bias", new Conv3d(st, sh, sw, false), x, weight);
      cases.add(label, backward, x, weight, gy);
    }
  }
}
