package framepack.tests.parity;

import static framepack.tests.parity.Operand.f32;
import static framepack.tests.parity.Operand.indices;
import static framepack.tests.parity.Operand.listed;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.op.ArgMax;
import framepack.tensor.op.AvgPool3d;
import framepack.tensor.op.Patches;
import framepack.tensor.op.PatchesBackward;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.Reduction;
import framepack.tensor.op.ResizeBilinear;
import framepack.tensor.op.UpsampleNearest;
import java.util.List;

/// Operations that change the resolution: sums, pooling, patches, resizing.
final class ReductionCases {
  private ReductionCases() {}

  static List<OpCase> list() {
    Cases cases = new Cases();
    for (Reduction kind : Reduction.values()) {
      reduce(cases, kind);
    }
    argMax(cases);
    patches(cases);
    cases.everyLayout("odd", new AvgPool3d(2, 2, 3), f32(2, 3, 4, 2, 9));
    cases.everyLayout("no batch", new AvgPool3d(1, 2, 2), f32(3, 4, 6));
    cases.add("model", new AvgPool3d(4, 4, 4), f32(1, 16, 8, 32, 52));
    cases.everyLayout("odd", new UpsampleNearest(1, 2, 3), f32(2, 3, 2, 3, 5));
    cases.add("model", new UpsampleNearest(2, 2, 2), f32(1, 16, 3, 15, 26));
    cases.everyLayout("larger", new ResizeBilinear(7, 9), f32(2, 3, 4, 5));
    cases.everyLayout("smaller", new ResizeBilinear(3, 2), f32(2, 7, 5));
    cases.add("one pixel", new ResizeBilinear(3, 4), f32(1, 1));
    cases.add("same", new ResizeBilinear(4, 5), f32(4, 5));
    cases.add("model", new ResizeBilinear(96, 168), f32(3, 60, 104));
    return cases.list();
  }

  private static void reduce(Cases cases, Reduction kind) {
    List<List<Integer>> choices =
        List.of(
            List.of(),
            List.of(0),
            List.of(1),
            List.of(2),
            List.of(0, 1),
            List.of(1, 2),
            List.of(0, 2),
            List.of(0, 1, 2));
    for (List<Integer> axes : choices) {
      cases.everyLayout("odd", new Reduce(kind, axes), f32(3, 5, 13));
    }
    cases.add("rows", new Reduce(kind, List.of(1)), f32(130, 1560));
    cases.add("columns", new Reduce(kind, List.of(0)), f32(1560, 130));
    cases.add("everything", new Reduce(kind, List.of(0)), f32(200_003));
    cases.add("one", new Reduce(kind, List.of(0)), f32(1));
    cases.add("nothing left", new Reduce(Reduction.SUM, List.of(1)), f32(4, 0));
  }

  private static void argMax(Cases cases) {
    ArgMax op = new ArgMax();
    cases.everyLayout("odd", op, f32(3, 5, 13));
    cases.everyLayout("wide", op, f32(3, 2, 83));
    cases.add("one row", op, f32(100_003));
    cases.add("one each", op, f32(7, 1));
    cases.add("no rows", op, f32(0, 3));
    cases.add("codes", op, f32(9000, 128));
    cases.add("ties", op, indices(DType.I32, 3, 60, 67).as(DType.F32));
    double[] strange = {
      -0.0, 0, Double.NaN, Double.POSITIVE_INFINITY, -1, 3e38, Double.NEGATIVE_INFINITY, 1, 3e38
    };
    for (int width : new int[] {2, 7, 16, 35, 80}) {
      cases.add("edges", op, listed(strange, 47, width));
      cases.add("signed zeros", op, listed(new double[] {-0.0, -2, 0}, 5, width));
      cases.add("nothing finite", op, listed(new double[] {Double.NEGATIVE_INFINITY}, 3, width));
    }
  }

  private static void patches(Cases cases) {
    int[][] kernels = {{1, 2, 2}, {2, 4, 4}, {4, 8, 8}, {1, 1, 1}};
    for (int[] k : kernels) {
      Patches op = new Patches(k[0], k[1], k[2]);
      Shape odd = Shape.of(2, 3, 5, 6, 10);
      Shape model = Shape.of(1, 16, 3, 30, 52);
      cases.everyLayout("odd", op, f32(odd.toArray()));
      cases.add("model", op, f32(model.toArray()));
      cases.add("small", op, f32(1, 2, 3, 5, 6));
      for (Shape shape : List.of(odd, model)) {
        PatchesBackward backward = new PatchesBackward(k[0], k[1], k[2], shape);
        Shape gy = op.outputs(List.of(Spec.f32(shape.toArray()))).get(0).shape();
        if (shape == odd) {
          cases.everyLayout("odd", backward, f32(gy.toArray()));
        } else {
          cases.add("model", backward, f32(gy.toArray()));
        }
      }
    }
  }
}
