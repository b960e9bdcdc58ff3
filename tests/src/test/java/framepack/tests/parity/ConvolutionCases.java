package framepack.tests.parity;

import static framepack.tests.parity.Operand.f32;

import framepack.tensor.core.DType;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Conv3dBackward;
import framepack.tensor.op.PatchEmbed;
import framepack.tensor.op.Patches;
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
    all.both("many columns", 1, 1, 1, false, f32(1, 16, 4, 34, 70), f32(20, 16, 3, 3, 3));
    all.both("rows of several panels", 1, 1, 1, true, f32(1, 5, 3, 5, 70), f32(7, 5, 3, 3, 3));
    all.both("to the end of memory", 1, 1, 1, true, f32(1, 3, 3, 4, 34), f32(2, 3, 3, 3, 3));
    Conv3d op = new Conv3d(1, 1, 1, true);
    all.cases.add("weights", op, f32(1, 3, 4, 5, 7), f32(5, 3, 2, 3, 3).as(DType.BF16), f32(5));
    all.patches();
    return all.cases.list();
  }

  /// Kernels of history, with edges to repeat; enough of them for every walk of a product.
  private void patches() {
    patches("odd", true, f32(2, 3, 5, 6, 10), 13, 1, 2, 2);
    patches("odd 2x", true, f32(2, 3, 5, 6, 10), 7, 2, 4, 4);
    patches("odd 4x", true, f32(2, 3, 5, 9, 19), 5, 4, 8, 8);
    patches("odd 8x", false, f32(1, 3, 9, 17, 35), 9, 8, 16, 16);
    patches("odd sizes", true, f32(2, 2, 4, 7, 11), 6, 3, 2, 5);
    patches("point", false, f32(1, 5, 2, 3, 4), 4, 1, 1, 1);
    patches("wider", false, f32(1, 2, 1, 2, 3), 3, 2, 3, 70);
    patches("small", false, f32(1, 2, 3, 3, 4), 3, 2, 2, 2);
    patches("model", false, f32(1, 16, 3, 30, 52), 96, 1, 2, 2);
    patches("dots", false, f32(1, 16, 4, 21, 40), 70, 4, 8, 8);
    patches("turned", false, f32(1, 16, 9, 30, 52), 70, 4, 8, 8);
    patches("many", false, f32(2, 16, 8, 61, 103), 7, 4, 8, 8);
    Operand turned = f32(257, 16, 4, 8, 8).in(Arrangement.TRANSPOSED);
    cases.add("columns", new PatchEmbed(), f32(1, 16, 4, 21, 40), turned, f32(257));
    Operand weight = f32(70, 16, 4, 8, 8);
    for (DType stored : List.of(DType.BF16, DType.F16)) {
      cases.add("weights", new PatchEmbed(), f32(1, 16, 9, 30, 52), weight.as(stored), f32(70));
    }
  }

  private void patches(
      String label, boolean everyLayout, Operand x, int n, int kt, int kh, int kw) {
    PatchEmbed op = new PatchEmbed();
    Operand weight = f32(n, x.shape().extent(1), kt, kh, kw);
    Patches cut = new Patches(kt, kh, kw);
    if (everyLayout) {
      cases.everyLayout(label, op, x, weight, f32(n));
      cases.everyLayout(label, cut, x);
    } else {
      cases.add(label, op, x, weight, f32(n));
      cases.add(label, cut, x);
    }
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
