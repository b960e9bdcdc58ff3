package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// [LinearCpu] and [MatMulCpu]: what lies between an operation's views and [Gemm].
class LinearCpuTest {
  private static Threads threads;

  @BeforeAll
  static void open() {
    threads = new Threads(2);
  }

  @AfterAll
  static void close() {
    threads.close();
  }

  private static View view(DType type, long seed, long... extents) {
    Shape shape = Shape.of(extents);
    return new View(
        type,
        Layout.dense(shape, 0),
        new HostStorage(Numbers.random(shape.elements(), type, seed)));
  }

  private static double get(View view, long... index) {
    return AttentionCpuTest.get(view, index);
  }

  private static void linear(Linear op, View x, View residual, View gate) {
    int n = 21;
    int k = (int) x.shape().extent(2);
    View weight = view(DType.BF16, 2, n, k);
    View bias = view(DType.F32, 3, n);
    View y = view(DType.F32, 4, x.shape().extent(0), x.shape().extent(1), n);
    List<View> in =
        op.gated() ? List.of(x, weight, bias, residual, gate) : List.of(x, weight, bias);
    LinearCpu.run(threads, op, in, List.of(y));
    for (int b = 0; b < x.shape().extent(0); b++) {
      for (int t = 0; t < x.shape().extent(1); t++) {
        for (int j = 0; j < n; j++) {
          double value = get(bias, j);
          for (int p = 0; p < k; p++) {
            value += get(x, b, t, p) * get(weight, j, p);
          }
          if (op.activation() == Activation.SILU) {
            value /= 1 + Math.exp(-value);
          }
          if (op.gated()) {
            value = get(residual, b, t, j) + get(gate, b, j) * value;
          }
          assertEquals(value, get(y, b, t, j), 1e-5, op + " at " + b + "," + t + "," + j);
        }
      }
    }
  }

  @Test
  void linear_takes_whole_sliced_and_broadcast_rows() {
    View whole = view(DType.F32, 1, 3, 14, 10);
    View sliced = whole.with(whole.layout().slice(1, 2, 13));
    View narrow = whole.with(whole.layout().slice(2, 1, 8));
    View one = view(DType.F32, 1, 3, 1, 10);
    View repeated = one.with(one.layout().expand(Shape.of(3, 5, 10)));
    View turned = whole.with(whole.layout().permute(0, 2, 1));
    for (View x : List.of(whole, sliced, narrow, repeated, turned)) {
      linear(new Linear(true, Activation.NONE, false), x, null, null);
      linear(new Linear(true, Activation.SILU, false), x, null, null);
      View residual = view(DType.F32, 5, 3, x.shape().extent(1), 21);
      View gate = view(DType.F32, 6, 3, 21);
      linear(new Linear(true, Activation.SILU, true), x, residual, gate);
      View flat = view(DType.F32, 6, 3, 1, 1);
      View spread = flat.with(flat.layout().expand(residual.shape()));
      View tall = view(DType.F32, 6, 21, 3);
      linear(
          new Linear(true, Activation.NONE, true),
          x,
          spread,
          tall.with(tall.layout().permute(1, 0)));
    }
  }

  @Test
  void linear_takes_a_single_row() {
    View x = view(DType.F32, 1, 17);
    View weight = view(DType.F32, 2, 5, 17);
    View y = view(DType.F32, 3, 5);
    LinearCpu.run(
        threads, new Linear(false, Activation.NONE, false), List.of(x, weight), List.of(y));
    for (int j = 0; j < 5; j++) {
      double value = 0;
      for (int p = 0; p < 17; p++) {
        value += get(x, p) * get(weight, j, p);
      }
      assertEquals(value, get(y, j), 1e-5);
    }
  }

  @Test
  void matmul_walks_batches_transposes_and_shared_operands() {
    for (boolean turnA : new boolean[] {false, true}) {
      for (boolean turnB : new boolean[] {false, true}) {
        View a = turnA ? view(DType.F32, 1, 2, 3, 9, 13) : view(DType.F32, 1, 2, 3, 13, 9);
        View b = turnB ? view(DType.F32, 2, 2, 3, 7, 9) : view(DType.F32, 2, 2, 3, 9, 7);
        View oneA = turnA ? view(DType.F32, 3, 9, 13) : view(DType.F32, 3, 13, 9);
        View oneB = turnB ? view(DType.F16, 4, 7, 9) : view(DType.F16, 4, 9, 7);
        View part = b.with(b.layout().slice(0, 1, 2).expand(Shape.of(b.shape().toArray())));
        matmul(turnA, turnB, a, b);
        matmul(turnA, turnB, a, oneB);
        matmul(turnA, turnB, oneA, b);
        matmul(turnA, turnB, a, part);
      }
    }
  }

  private static void matmul(boolean turnA, boolean turnB, View a, View b) {
    View c = view(DType.F32, 5, 2, 3, 13, 7);
    MatMulCpu.run(threads, new MatMul(turnA, turnB), List.of(a, b), List.of(c));
    for (int x = 0; x < 2; x++) {
      for (int y = 0; y < 3; y++) {
        for (int i = 0; i < 13; i++) {
          for (int j = 0; j < 7; j++) {
            double sum = 0;
            for (int p = 0; p < 9; p++) {
              sum +=
                  item(a, x, y, turnA ? p : i, turnA ? i : p)
                      * item(b, x, y, turnB ? j : p, turnB ? p : j);
            }
            assertEquals(sum, get(c, x, y, i, j), 1e-5, turnA + " " + turnB + " " + i + "," + j);
          }
        }
      }
    }
  }

  private static double item(View view, int x, int y, int i, int j) {
    return view.shape().rank() == 2 ? get(view, i, j) : get(view, x, y, i, j);
  }

  @Test
  void doubles_are_refused_with_the_way_out() {
    View x = view(DType.F32, 1, 2, 3);
    View wrong = new View(DType.F64, x.layout(), x.storage());
    UnsupportedOperand refused =
        assertThrows(
            UnsupportedOperand.class,
            () -> MatMulCpu.run(threads, new MatMul(false, true), List.of(wrong, x), List.of(x)));
    assertEquals(true, refused.getMessage().contains("reference"), refused.getMessage());
  }
}
