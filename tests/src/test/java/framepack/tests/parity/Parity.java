package framepack.tests.parity;

import framepack.tensor.backend.Backend;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.op.Op;
import framepack.tensor.op.ViewOp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cases on a backend against the reference.
public final class Parity {
  private Parity() {}

  private interface Runner {
    List<Result> run(Op op, List<Placed> operands, Backend backend);
  }

  /// What differs beyond the budget of its case, or fails; empty if nothing does.
  public static String complaints(List<OpCase> cases, Backend candidate, Backend reference) {
    return complaints(cases, candidate, reference, Run::of);
  }

  /// The same with each operand and result in a buffer of just its size, so that a detector sees whatever is touched
  /// outside. Views, which have no kernel, pass.
  public static String complaintsInExactBuffers(
      List<OpCase> cases, Backend candidate, Backend reference) {
    List<OpCase> kernels = cases.stream().filter(c -> !(c.op() instanceof ViewOp)).toList();
    return complaints(kernels, candidate, reference, Parity::inExactBuffers);
  }

  /// The cases whose results, computed by two backends, are not the same bit for bit.
  public static List<String> differences(
      List<OpCase> cases, Backend one, Backend other, Backend reference) {
    List<String> differing = new ArrayList<>();
    for (OpCase opCase : cases) {
      List<Placed> operands = Placed.all(opCase, reference);
      List<Result> expected = Run.of(opCase.op(), operands, one);
      List<Result> actual = Run.of(opCase.op(), operands, other);
      for (int i = 0; i < expected.size(); i++) {
        if (!Arrays.equals(expected.get(i).bytes(), actual.get(i).bytes())) {
          differing.add(opCase + " result " + i);
        }
      }
    }
    return differing;
  }

  private static List<Result> inExactBuffers(Op op, List<Placed> operands, Backend backend) {
    List<View> in = operands.stream().map(operand -> operand.exactlyOn(backend)).toList();
    List<View> out = new ArrayList<>();
    for (Spec spec : op.outputs(operands.stream().map(Placed::spec).toList())) {
      Layout layout = Layout.dense(spec.shape(), 0);
      out.add(new View(spec.dtype(), layout, backend.allocate(Math.max(1, spec.bytes()))));
    }
    backend.run(op, in, out);
    op.mutates().forEach(i -> out.add(in.get(i)));
    return out.stream().map(view -> read(view, backend)).toList();
  }

  private static Result read(View view, Backend backend) {
    Spec spec = new Spec(view.dtype(), view.shape());
    byte[] bytes = new byte[Math.toIntExact(spec.bytes())];
    backend.download(view, MemorySegment.ofArray(bytes));
    return new Result(spec, bytes);
  }

  private static String complaints(
      List<OpCase> cases, Backend candidate, Backend reference, Runner runner) {
    StringBuilder complaints = new StringBuilder();
    for (OpCase opCase : cases) {
      String which = "\n" + candidate.name() + ": " + opCase + "\n  ";
      List<Placed> operands = Placed.all(opCase, reference);
      List<Result> expected = Run.of(opCase.op(), operands, reference);
      try {
        List<Result> actual = runner.run(opCase.op(), operands, candidate);
        for (int i = 0; i < expected.size(); i++) {
          String result = which + "result " + i + " ";
          opCase
              .judge()
              .complaint(expected.get(i), actual.get(i))
              .ifPresent(text -> complaints.append(result).append(text));
        }
      } catch (RuntimeException | AssertionError failure) {
        complaints.append(which).append(failure);
      }
    }
    return complaints.toString();
  }
}
