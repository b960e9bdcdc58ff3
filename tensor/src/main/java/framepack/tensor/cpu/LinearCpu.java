package framepack.tensor.cpu;

import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Linear;
import java.util.List;

/// [Linear] as one product with everything else in its epilogue.
///
/// Rows whose strides do not form one matrix (a slice of the tokens of a batch) are one product for
/// every index of the axes outside the last two.
final class LinearCpu {
  private final Linear op;
  private final View x;
  private final View weight;
  private final View residual;
  private final View gate;
  private final View out;
  private final Epilogue.Bias bias;
  private final int k;
  private final int n;

  private LinearCpu(Linear op, List<View> in, View out) {
    this.op = op;
    this.out = out;
    this.x = in.get(0);
    this.weight = in.get(1);
    this.k = Math.toIntExact(weight.shape().extent(1));
    this.n = Math.toIntExact(weight.shape().extent(0));
    this.bias = op.bias() ? bias(in.get(2)) : null;
    this.residual = op.gated() ? Operands.rows(in.get(in.size() - 2)) : null;
    this.gate = op.gated() ? Operands.rows(in.getLast()) : null;
  }

  private Epilogue.Bias bias(View view) {
    int length = Gemm.ceil(n, Micro.COLUMNS) * Micro.COLUMNS;
    return new Epilogue.Bias(Operands.vector(view, length), false);
  }

  static void run(Threads threads, Linear op, List<View> in, List<View> out) {
    Operands.require(op, in, in.size(), 1);
    new LinearCpu(op, in, out.get(0)).run(threads);
  }

  private void run(Threads threads) {
    Layout rows = matrix(x);
    Layout kept = op.gated() ? matrix(residual) : rows;
    if (rows != null && kept != null) {
      product(threads, rows, kept, 0);
      return;
    }
    long tokens = x.shape().extent(-2);
    for (long i = 0; i < x.shape().outer(-2); i++) {
      Layout part = Operands.matrix(x.layout(), i);
      product(threads, part, op.gated() ? Operands.matrix(residual.layout(), i) : part, i * tokens);
    }
  }

  /// All rows as one matrix, or null where the strides do not allow it.
  private static Layout matrix(View view) {
    return view.layout().reshape(Shape.of(view.shape().outer(-1), view.shape().extent(-1)));
  }

  /// Rows `first` and following of the result.
  private void product(Threads threads, Layout rows, Layout kept, long first) {
    int m = Math.toIntExact(rows.shape().extent(-2));
    Epilogue.Matrix to = new Epilogue.Matrix(out.segment(), out.layout().offset() + first * n, n);
    Epilogue.Matrix base = null;
    Epilogue.Gate factors = null;
    if (op.gated()) {
      base = new Epilogue.Matrix(residual.segment(), kept.offset(), kept.stride(-2));
      factors = gate(first);
    }
    Epilogue epilogue = new Epilogue(to, bias, op.activation(), factors, base, false);
    Panels right = Panels.of(weight, weight.layout(), 0, 1);
    new Gemm(m, n, k, Panels.of(x, rows, 0, 1), right, epilogue).run(threads);
  }

  private Epilogue.Gate gate(long first) {
    long tokens = x.shape().extent(1);
    Layout layout = gate.layout();
    long offset = layout.offset() + first / tokens * layout.stride(0);
    return new Epilogue.Gate(new Epilogue.Matrix(gate.segment(), offset, layout.stride(0)), tokens);
  }
}
