package framepack.tests.parity;

import static framepack.tests.parity.Operand.f32;
import static framepack.tests.parity.Operand.listed;
import static framepack.tests.parity.Operand.positive;

import framepack.tensor.op.Affine;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.GatedResidualBackward;
import framepack.tensor.op.TimestepEmbedding;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import java.util.List;

/// Operations that map elements to elements.
final class ElementwiseCases {
  private static final double[] EDGES = {
    0, -0.0, 1e-30, -1e-30, 1e-6, -1e-6, 0.5, -0.5, 1, -1, 5, -5, 20, -20, 60, -60, Double.NaN
  };

  private ElementwiseCases() {}

  static List<OpCase> list() {
    Cases cases = new Cases();
    for (UnaryFunction function : UnaryFunction.values()) {
      unary(cases, function);
    }
    for (BinaryOperator operator : BinaryOperator.values()) {
      binary(cases, new Binary(operator));
    }
    Affine affine = new Affine(-0.7, 0.25);
    cases.everyLayout("odd", affine, f32(7, 13));
    cases.add("scalar", affine, f32());
    cases.add("empty", affine, f32(0, 5));
    cases.add("model", affine, f32(300, 257));
    gated(cases);
    timesteps(cases);
    return cases.list();
  }

  private static void unary(Cases cases, UnaryFunction function) {
    boolean positive =
        switch (function) {
          case SQRT, RECIPROCAL, LOG -> true;
          default -> false;
        };
    Operand odd = positive ? positive(7, 13) : f32(7, 13).times(3);
    Operand model = positive ? positive(64, 1023) : f32(64, 1023).times(3);
    Unary op = new Unary(function);
    cases.everyLayout("odd", op, odd);
    cases.add("empty", op, positive(0));
    cases.add("model", op, model);
    UnaryBackward backward = new UnaryBackward(function);
    cases.everyLayout("odd", backward, odd, f32(7, 13));
    cases.add("model", backward, model, f32(64, 1023));
    if (!positive) {
      cases.add("edges", op, listed(EDGES, 3, 17));
    }
    switch (function) {
      case NEG, ABS, SQUARE, EXP -> cases.addStrict("each", op, listed(EDGES, 3, 17));
      default -> {}
    }
  }

  private static void binary(Cases cases, Binary op) {
    cases.everyLayout("odd", op, positive(7, 13), positive(7, 13));
    cases.add("row", op, f32(5, 3, 17), positive(17));
    cases.add("column", op, f32(5, 3, 17), positive(5, 1, 1));
    cases.add("both ways", op, f32(5, 1, 17), positive(3, 1));
    cases.add("scalar first", op, f32(), positive(4, 9));
    cases.add("scalars", op, f32(), positive());
    cases.add("empty", op, f32(0, 3), positive(1, 3));
    cases.add("model", op, f32(2, 65, 300), positive(2, 1, 300));
    cases.addStrict("each", op, f32(3, 33), positive(3, 33));
  }

  private static void gated(Cases cases) {
    GatedResidual op = new GatedResidual();
    cases.everyLayout("odd", op, f32(3, 5, 13), f32(3, 5, 13), f32(3, 13));
    cases.add("one token", op, f32(2, 1, 1), f32(2, 1, 1), f32(2, 1));
    cases.add("model", op, f32(2, 130, 384), f32(2, 130, 384), f32(2, 384));
    GatedResidualBackward backward = new GatedResidualBackward();
    cases.everyLayout("odd", backward, f32(3, 5, 13), f32(3, 13), f32(3, 5, 13));
    cases.add("model", backward, f32(2, 130, 384), f32(2, 384), f32(2, 130, 384));
  }

  private static void timesteps(Cases cases) {
    double[] times = {0, 1, 250.5, 994.083, 999};
    TimestepEmbedding op = new TimestepEmbedding(256, 10000);
    cases.add("model", op, listed(times, 5));
    cases.everyLayout("odd", new TimestepEmbedding(33, 10000), listed(times, 5));
    cases.add("guidance", op, listed(new double[] {1000, 6000, 10000}, 3));
    cases.add("small", new TimestepEmbedding(2, 100), listed(times, 5));
  }
}
