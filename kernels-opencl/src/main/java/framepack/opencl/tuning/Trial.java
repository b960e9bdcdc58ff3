package framepack.opencl.tuning;

import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.op.Op;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// One operation that shapes are timed with.
///
/// @param operands all F32
record Trial(Op op, List<Spec> operands) {
  private static final int RUNS = 7;

  /// @param nanos of the fastest run
  /// @param result the first one, row-major
  record Outcome(long nanos, float[] result) {
    /// Whether it says the same as another, but for the order of sums.
    boolean agrees(Outcome other, double budget) {
      double largest = 0;
      double worst = 0;
      for (int i = 0; i < result.length; i++) {
        largest = Math.max(largest, Math.abs(other.result[i]));
        worst = Math.max(worst, Math.abs(result[i] - other.result[i])); // NaN stays NaN
      }
      return worst <= 2 * budget * largest;
    }
  }

  /// Builds, runs once unmeasured, then [#RUNS] times.
  Outcome run(Backend backend) {
    List<View> in = new ArrayList<>();
    for (Spec spec : operands) {
      View view = view(backend, spec);
      float[] numbers = new float[(int) spec.shape().elements()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) Math.sin(in.size() + 1.7 * i);
      }
      backend.upload(MemorySegment.ofArray(numbers), view);
      in.add(view);
    }
    List<View> out = op.outputs(operands).stream().map(spec -> view(backend, spec)).toList();
    long best = Long.MAX_VALUE;
    for (int run = 0; run <= RUNS; run++) {
      long began = System.nanoTime();
      backend.run(op, in, out);
      backend.finish();
      if (run > 0) {
        best = Math.min(best, System.nanoTime() - began);
      }
    }
    float[] result = new float[(int) out.getFirst().shape().elements()];
    backend.download(out.getFirst(), MemorySegment.ofArray(result));
    return new Outcome(best, result);
  }

  /// The same, and closes the backend.
  Outcome runAndClose(Backend opened) {
    try (Backend backend = opened) {
      return run(backend);
    }
  }

  private static View view(Backend backend, Spec spec) {
    Shape shape = spec.shape();
    long bytes = Math.max(1, shape.elements() * DType.F32.bytes());
    return new View(DType.F32, Layout.dense(shape, 0), backend.allocate(bytes));
  }
}
