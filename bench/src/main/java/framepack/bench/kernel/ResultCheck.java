package framepack.bench.kernel;

import framepack.bench.kernel.KernelCase.Check;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Runs a case once and compares what it wrote with the reference: a kernel that is fast and wrong has no time.
record ResultCheck(KernelCase work, Backend backend) {

  void check(List<Tensor> operands, List<Tensor> results) {
    List<Check> parts = work.checks().isEmpty() ? List.of(work.whole()) : work.checks();
    List<String> complaints = new ArrayList<>();
    try (Backend reference = Backends.open("reference");
        Workspace _ = Workspace.open(backend);
        Workspace truth = Workspace.detached(reference)) {
      for (Check part : parts) {
        complaints.addAll(check(part, operands, results, truth));
      }
    }
    if (!complaints.isEmpty()) {
      throw new IllegalStateException(
          work.op() + " on " + work.operands() + ": " + String.join("; ", complaints));
    }
  }

  /// The reference works on copies, because updates in place change their operands.
  private List<String> check(
      Check part, List<Tensor> operands, List<Tensor> results, Workspace truth) {
    List<Tensor> copies = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      copies.add(copy(cut(operands.get(i), part.inputs().get(i), part.length()), truth));
    }
    List<Tensor> expected = truth.run(work.op(), copies);
    backend.run(work.op(), views(operands), views(results));
    List<String> complaints = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      int axis = part.outputs().get(i);
      if (axis != Check.SKIP) {
        Tensor got = cut(results.get(i), axis, part.length());
        compare("result " + i, got, expected.get(i), complaints);
      }
    }
    for (int written : work.op().mutates()) {
      compare("operand " + written, operands.get(written), copies.get(written), complaints);
    }
    return complaints;
  }

  private void compare(String name, Tensor got, Tensor expected, List<String> complaints) {
    float[] y = got.toFloats();
    float[] r = expected.toFloats();
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < r.length; i++) {
      largest = Math.max(largest, Math.abs(r[i]));
      worst = Math.max(worst, Math.abs(y[i] - r[i])); // NaN stays NaN
    }
    double error = largest == 0 ? worst : worst / largest;
    double budget = work.op().budget() + 4 * backend.rounding(); // sums cancel
    if (!(error <= budget)) {
      complaints.add(
          "error %.3g of %s %s, budget %.3g".formatted(error, name, got.shape(), budget));
    }
  }

  private static List<View> views(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::view).toList();
  }

  private static Tensor cut(Tensor tensor, int axis, long length) {
    return axis < 0 ? tensor : tensor.slice(axis, 0, length);
  }

  private static Tensor copy(Tensor tensor, Workspace home) {
    Tensor copy = home.allocate(tensor.spec());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(tensor.spec().bytes(), 64);
      tensor.copyTo(bytes);
      home.backend().upload(bytes, copy.view());
    }
    return copy;
  }
}
