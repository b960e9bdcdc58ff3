package framepack.tests.parity;

import static framepack.tests.parity.Operand.f32;

import framepack.tensor.core.DType;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import java.util.ArrayList;
import java.util.List;

/// Matrix products. Sizes step over the edges of register tiles (lanes of 4, 8 and 16) and of panels.
final class ProductCases {
  private ProductCases() {}

  static List<OpCase> list() {
    Cases cases = new Cases();
    for (Activation activation : Activation.values()) {
      for (boolean bias : new boolean[] {false, true}) {
        for (boolean gated : new boolean[] {false, true}) {
          linear(cases, new Linear(bias, activation, gated));
        }
      }
    }
    sizes(cases);
    Linear op = new Linear(true, Activation.GELU_TANH, false);
    Linear plain = new Linear(true, Activation.NONE, false);
    for (DType stored : List.of(DType.BF16, DType.F16)) {
      cases.everyLayoutOfProducts("weights", plain, f32(3, 33), f32(17, 33).as(stored), f32(17));
      cases.add("weights", op, f32(70, 513), f32(130, 513).as(stored), f32(130));
      cases.add("weights row", op, f32(1, 513), f32(130, 513).as(stored), f32(130));
    }
    for (DType blocks : List.of(DType.Q8_0, DType.Q4_0)) {
      blocks(cases, blocks);
    }
    cases.add("model", op, f32(33, 1024), f32(768, 1024), f32(768));
    cases.add("long sums", new Linear(false, Activation.NONE, false), f32(5, 12288), f32(9, 12288));
    matMul(cases);
    cases.add("more than caches hold", plain, f32(35, 2100), f32(1010, 2100), f32(1010));
    cases.add("many panels", plain, f32(3, 4), f32(97, 4), f32(97));
    cases.add("wide batches", new MatMul(false, false), f32(2, 3, 7, 13), f32(2, 3, 13, 333));
    return cases.list();
  }

  private static void linear(Cases cases, Linear op) {
    cases.everyLayoutOfProducts("odd", op, linearOperands(op, 2, 7, 13, 19));
    cases.add("one of each", op, linearOperands(op, 1, 1, 1, 1));
    cases.add("tiles", op, linearOperands(op, 3, 25, 64, 70));
  }

  /// Weights in blocks: every walk of the product, rows and columns over the edges of tiles, depths that are cut.
  private static void blocks(Cases cases, DType type) {
    Linear plain = new Linear(false, Activation.NONE, false);
    for (int m : new int[] {1, 2, 3, 4, 5, 8, 13, 16, 24, 33, 130}) {
      cases.add("blocks", plain, f32(m, 544), f32(515, 544).as(type));
      cases.add("blocks", plain, f32(m, 96), f32(37, 96).as(type));
    }
    for (int n : new int[] {1, 31, 32, 33, 65}) {
      cases.add("blocks", plain, f32(26, 32), f32(n, 32).as(type));
    }
    cases.add("blocks", plain, f32(29, 2080), f32(1061, 2080).as(type));
    cases.add("blocks", plain, f32(26, 3072), f32(352, 3072).as(type));
    cases.add("blocks", plain, f32(26, 544), f32(37, 544).as(type));
    cases.add("blocks", plain, f32(516, 2848), f32(370, 2848).as(type));
    cases.add("no depth", plain, f32(3, 0), f32(2, 0).as(type));
    for (Arrangement x : Arrangement.values()) {
      Operand weight = f32(37, 64).as(type);
      Operand odd = weight.in(x == Arrangement.UNALIGNED ? x : Arrangement.DENSE);
      cases.add("blocks", plain, f32(3, 7, 64).in(x), odd);
    }
    for (Activation activation : Activation.values()) {
      for (boolean gated : new boolean[] {false, true}) {
        Operand[] operands = linearOperands(new Linear(true, activation, gated), 2, 9, 160, 70);
        operands[1] = operands[1].as(type);
        cases.add("blocks", new Linear(true, activation, gated), operands);
      }
    }
  }

  private static Operand[] linearOperands(Linear op, int batch, int tokens, int k, int n) {
    List<Operand> operands = new ArrayList<>(List.of(f32(batch, tokens, k), f32(n, k)));
    if (op.bias()) {
      operands.add(f32(n));
    }
    if (op.gated()) {
      operands.add(f32(batch, tokens, n));
      operands.add(f32(batch, n));
    }
    return operands.toArray(Operand[]::new);
  }

  private static void sizes(Cases cases) {
    Linear op = new Linear(true, Activation.NONE, false);
    for (int n : new int[] {1, 2, 15, 16, 17, 31, 32, 33, 63, 65, 97}) {
      cases.add("columns", op, f32(11, 24), f32(n, 24), f32(n));
      cases.add("rows", op, f32(n, 24), f32(37, 24), f32(37));
      cases.add("depth", op, f32(11, n), f32(37, n), f32(37));
    }
    cases.add("vector", op, f32(40), f32(9, 40), f32(9));
    cases.add("no rows", op, f32(0, 4), f32(3, 4), f32(3));
    cases.add("no depth", op, f32(3, 0), f32(2, 0), f32(2));
    cases.add("tall", op, f32(777, 40), f32(50, 40), f32(50));
    cases.add("wide", op, f32(3, 40), f32(1555, 40), f32(1555));
    cases.add("modulation", op, f32(2, 384), f32(2304, 384), f32(2304));
  }

  private static void matMul(Cases cases) {
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        MatMul op = new MatMul(ta, tb);
        int[][] sizes = {{7, 13, 19}, {1, 1, 1}, {33, 65, 17}, {70, 130, 257}};
        for (int[] mkn : sizes) {
          Operand a = ta ? f32(mkn[1], mkn[0]) : f32(mkn[0], mkn[1]);
          Operand b = tb ? f32(mkn[2], mkn[1]) : f32(mkn[1], mkn[2]);
          cases.everyLayoutOfProducts("matrix", op, a, b);
        }
        Operand many = ta ? f32(2, 3, 13, 7) : f32(2, 3, 7, 13);
        Operand others = tb ? f32(2, 3, 9, 13) : f32(2, 3, 13, 9);
        Operand one = ta ? f32(13, 7) : f32(7, 13);
        Operand other = tb ? f32(9, 13) : f32(13, 9);
        cases.everyLayoutOfProducts("batches", op, many, others);
        cases.everyLayoutOfProducts("first shared", op, one, others);
        cases.everyLayoutOfProducts("second shared", op, many, other);
      }
    }
    cases.add("no rows", new MatMul(false, false), f32(0, 4), f32(4, 3));
    cases.add("no depth", new MatMul(false, false), f32(3, 0), f32(0, 4));
    cases.add("weight gradient", new MatMul(true, false), f32(300, 96), f32(300, 130));
  }
}
