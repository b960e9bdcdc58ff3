package framepack.tests.parity;

import static framepack.tests.parity.Operand.f32;
import static framepack.tests.parity.Operand.listed;

import framepack.tensor.op.GroupNorm;
import framepack.tensor.op.GroupNormBackward;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.LayerNormBackward;
import framepack.tensor.op.ModulatedLayerNorm;
import framepack.tensor.op.ModulatedLayerNormBackward;
import framepack.tensor.op.RmsNorm;
import framepack.tensor.op.RmsNormBackward;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Rope;
import framepack.tensor.op.Softmax;
import framepack.tensor.op.SoftmaxBackward;
import java.util.List;

/// Operations that normalise or rotate rows.
final class NormCases {
  private NormCases() {}

  static List<OpCase> list() {
    Cases cases = new Cases();
    layerNorm(cases);
    modulated(cases);
    rmsNorm(cases);
    rope(cases);
    groupNorm(cases);
    softmax(cases);
    return cases.list();
  }

  private static void layerNorm(Cases cases) {
    LayerNorm plain = new LayerNorm(1e-6, false);
    LayerNorm affine = new LayerNorm(1e-5, true);
    cases.everyLayout("odd", plain, f32(7, 13));
    cases.everyLayout("odd", affine, f32(3, 5, 13), f32(13), f32(13));
    cases.add("one column", plain, f32(4, 1));
    cases.add("empty", plain, f32(0, 13));
    cases.add("tiny values", plain, f32(5, 64).times(1e-4));
    cases.add("large values", plain, f32(5, 64).times(1e4));
    cases.add("far from zero", plain, Operand.positive(5, 640));
    cases.add("model", affine, f32(60, 3072), f32(3072), f32(3072));
    LayerNormBackward plainBackward = new LayerNormBackward(1e-6, false);
    LayerNormBackward affineBackward = new LayerNormBackward(1e-5, true);
    cases.everyLayout("odd", plainBackward, f32(7, 13), f32(7, 13));
    cases.everyLayout("odd", affineBackward, f32(3, 5, 13), f32(3, 5, 13), f32(13));
    cases.add("model", affineBackward, f32(60, 768), f32(60, 768), f32(768));
  }

  private static void modulated(Cases cases) {
    ModulatedLayerNorm op = new ModulatedLayerNorm(1e-6);
    cases.everyLayout("odd", op, f32(3, 5, 13), f32(3, 13), f32(3, 13));
    cases.add("model", op, f32(2, 40, 3072), f32(2, 3072), f32(2, 3072));
    ModulatedLayerNormBackward backward = new ModulatedLayerNormBackward(1e-6);
    cases.everyLayout("odd", backward, f32(3, 5, 13), f32(3, 13), f32(3, 5, 13));
    cases.add("model", backward, f32(2, 130, 384), f32(2, 384), f32(2, 130, 384));
  }

  private static void rmsNorm(Cases cases) {
    RmsNorm op = new RmsNorm(1e-6);
    cases.everyLayout("odd", op, f32(7, 13), f32(13));
    cases.add("vector", op, f32(9), f32(9));
    cases.add("tiny values", op, f32(5, 128).times(1e-4), f32(128));
    cases.add("model", op, f32(2, 50, 24, 128), f32(128));
    RmsNormBackward backward = new RmsNormBackward(1e-6);
    cases.everyLayout("odd", backward, f32(7, 13), f32(13), f32(7, 13));
    cases.add("model", backward, f32(50, 24, 128), f32(128), f32(50, 24, 128));
  }

  private static void rope(Cases cases) {
    for (boolean transpose : new boolean[] {false, true}) {
      Rope op = new Rope(transpose);
      cases.everyLayout("odd", op, f32(2, 5, 3, 14), f32(5, 14), f32(5, 14));
      cases.everyLayout("per item", op, f32(2, 5, 3, 6), f32(2, 5, 6), f32(2, 5, 6));
      cases.add("model", op, f32(1, 70, 24, 128), f32(70, 128), f32(70, 128));
    }
    RmsNormRope both = new RmsNormRope(1e-6);
    cases.everyLayout("odd", both, f32(2, 5, 3, 14), f32(14), f32(5, 14), f32(5, 14));
    cases.add("per item", both, f32(2, 5, 3, 2), f32(2), f32(2, 5, 2), f32(2, 5, 2));
    cases.add("model", both, f32(1, 70, 24, 128), f32(128), f32(70, 128), f32(70, 128));
  }

  private static void groupNorm(Cases cases) {
    cases.everyLayout("odd", new GroupNorm(3, 1e-6), f32(2, 6, 3, 5, 7), f32(6), f32(6));
    cases.add("no positions", new GroupNorm(2, 1e-5), f32(3, 8), f32(8), f32(8));
    cases.add("model", new GroupNorm(32, 1e-6), f32(1, 128, 3, 16, 17), f32(128), f32(128));
    GroupNormBackward backward = new GroupNormBackward(3, 1e-6);
    cases.everyLayout("odd", backward, f32(2, 6, 3, 5, 7), f32(6), f32(2, 6, 3, 5, 7));
    cases.add("model", new GroupNormBackward(8, 1e-6), f32(1, 32, 900), f32(32), f32(1, 32, 900));
  }

  private static void softmax(Cases cases) {
    Softmax op = new Softmax();
    double hidden = Double.NEGATIVE_INFINITY;
    cases.everyLayout("odd", op, f32(7, 13));
    cases.add("one column", op, f32(4, 1));
    cases.add("large", op, f32(5, 37).times(100));
    cases.add("hidden", op, listed(new double[] {1, hidden, 2, 3, hidden}, 4, 15));
    cases.add("model", op, f32(50, 1560));
    SoftmaxBackward backward = new SoftmaxBackward();
    cases.everyLayout("odd", backward, f32(7, 13), f32(7, 13));
    cases.add("model", backward, f32(50, 1560), f32(50, 1560));
  }
}
