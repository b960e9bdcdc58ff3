package framepack.bench.kernel;

import framepack.tensor.core.Spec;
import framepack.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// One operation on operands of one shape: what is timed, what it costs on paper, and how its result is checked.
///
/// @param operands types and shapes; numbers are drawn, integers count up
/// @param positive operands whose numbers must not be negative
/// @param checks parts that are compared with the reference; empty: everything
public record KernelCase(Op op, List<Spec> operands, List<Integer> positive, List<Check> checks) {

  /// A part of the work that the reference can do in little time: some operands cut to `length` along an axis, which
  /// cuts some results too.
  ///
  /// @param inputs for each operand the axis to cut, or [#WHOLE]
  /// @param outputs for each result the axis that is cut by it, [#WHOLE], or [#SKIP] for one that has changed
  public record Check(List<Integer> inputs, List<Integer> outputs, long length) {
    /// Taken as it is.
    public static final int WHOLE = -1;

    /// Not compared.
    public static final int SKIP = -2;
  }

  public static KernelCase of(Op op, Spec... operands) {
    return new KernelCase(op, List.of(operands), List.of(), List.of());
  }

  /// An operation on `count` operands of one shape.
  public static KernelCase alike(Op op, int count, long... extents) {
    return of(op, Stream.generate(() -> Spec.f32(extents)).limit(count).toArray(Spec[]::new));
  }

  /// The same with non-negative numbers in one operand.
  KernelCase positive(int operand) {
    return new KernelCase(op, operands, List.of(operand), checks);
  }

  /// The same, checked in parts only.
  public KernelCase checking(Check... parts) {
    return new KernelCase(op, operands, positive, List.of(parts));
  }

  /// Its cost; what is updated in place travels twice.
  public Cost cost() {
    double bytes = op.bytes(operands);
    for (int written : op.mutates()) {
      bytes += operands.get(written).bytes();
    }
    return new Cost(op.flops(operands), bytes);
  }

  /// The part of everything.
  Check whole() {
    List<Integer> results = new ArrayList<>();
    for (int i = 0; i < op.outputs(operands).size(); i++) {
      results.add(Check.WHOLE);
    }
    return new Check(operands.stream().map(_ -> Check.WHOLE).toList(), results, 0);
  }
}
