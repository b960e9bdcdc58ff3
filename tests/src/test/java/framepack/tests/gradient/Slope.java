package framepack.tests.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Op;
import framepack.tests.parity.Arrangement;
import framepack.tests.parity.Content;
import framepack.tests.parity.Numbers;
import framepack.tests.parity.OpCase;
import framepack.tests.parity.Operand;
import framepack.tests.parity.Placed;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/// A case seen as the scalar function `loss(x) = sum(weights * op(x))` in F64, with two ways to its gradient.
final class Slope {
  private static final double STEP = 1e-5;
  private static final double BUDGET = 2e-7;

  private final Op op;
  private final List<Operand> operands = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();
  private final double[] weights;

  Slope(OpCase opCase, Arrangement arrangement) {
    op = opCase.op() instanceof Copy ? new Copy(DType.F64) : opCase.op();
    SplittableRandom random = new SplittableRandom(opCase.seed());
    List<Spec> specs = new ArrayList<>();
    for (Operand given : opCase.operands()) {
      Operand operand = (given.dtype().isFloating() ? given.as(DType.F64) : given).in(arrangement);
      operands.add(operand);
      specs.add(new Spec(operand.dtype(), operand.shape()));
      int count = Math.toIntExact(operand.shape().elements());
      values.add(Numbers.draw(operand.content(), count, random));
    }
    int results = Math.toIntExact(op.outputs(specs).get(0).shape().elements());
    weights = Numbers.draw(new Content.Normal(1), results, random);
  }

  /// Gradient of the operand `which` on the tape; empty where the rule gives none.
  Optional<double[]> analytic(Backend backend, int which) {
    try (Workspace home = Workspace.open(backend)) {
      List<Tensor> inputs = inputs(backend, home);
      try (Tape tape = Tape.watching(List.of(inputs.get(which)))) {
        Tensor y = home.run(op, inputs).get(0);
        tape.backward(List.of(y), List.of(f64(home, weights, y.shape())));
        Tensor gradient = tape.gradient(inputs.get(which));
        return Optional.ofNullable(gradient)
            .map(g -> {
              assertEquals(inputs.get(which).spec(), g.spec(), op + ": gradient " + which);
              return read(g, backend);
            });
      }
    }
  }

  /// The same by central differences.
  double[] numeric(Backend backend, int which) {
    double[] x = values.get(which);
    double[] gradient = new double[x.length];
    double step = STEP * DoubleStream.of(x).map(Math::abs).filter(Double::isFinite).max().orElse(1);
    for (int i = 0; i < x.length; i++) {
      double before = x[i];
      x[i] = before + step;
      double above = loss(backend);
      x[i] = before - step;
      double below = loss(backend);
      x[i] = before;
      gradient[i] = Double.isInfinite(before) ? 0 : (above - below) / (2 * step);
    }
    return gradient;
  }

  /// What is wrong with the analytic gradient, if anything.
  Optional<String> complaint(double[] analytic, double[] numeric) {
    double largest = 1e-3;
    for (double g : numeric) {
      largest = Math.max(largest, Math.abs(g));
    }
    for (int i = 0; i < numeric.length; i++) {
      if (!(Math.abs(analytic[i] - numeric[i]) <= BUDGET * largest)) {
        return Optional.of(
            "element %d: rule %s, differences %s, largest %s"
                .formatted(i, analytic[i], numeric[i], largest));
      }
    }
    return Optional.empty();
  }

  private double loss(Backend backend) {
    try (Workspace home = Workspace.open(backend)) {
      double[] y = read(home.run(op, inputs(backend, home)).get(0), backend);
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        sum += weights[i] * y[i];
      }
      return sum;
    }
  }

  private List<Tensor> inputs(Backend backend, Workspace home) {
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      inputs.add(home.adopt(Placed.of(operands.get(i), values.get(i)).on(backend, home)));
    }
    return inputs;
  }

  private static Tensor f64(Workspace home, double[] values, Shape shape) {
    Tensor tensor = home.allocate(new Spec(DType.F64, shape));
    home.backend().upload(MemorySegment.ofArray(values), tensor.view());
    return tensor;
  }

  private static double[] read(Tensor tensor, Backend backend) {
    double[] result = new double[Math.toIntExact(tensor.shape().elements())];
    backend.download(tensor.contiguous().view(), MemorySegment.ofArray(result));
    return result;
  }
}
