package framepack.tests.parity;

import framepack.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;

/// Collects cases. The seed of a case is its number within its family, so cases do not disturb each other's numbers.
final class Cases {
  private final List<OpCase> list = new ArrayList<>();

  /// One case with the operands as they are.
  Cases add(String label, Op op, Operand... operands) {
    return add(Judge.ofLargest(op.budget()), label, op, List.of(operands));
  }

  /// One case that every element must pass by itself.
  Cases addStrict(String label, Op op, Operand... operands) {
    return add(Judge.ofEach(5e-6), label, op, List.of(operands));
  }

  private Cases add(Judge judge, String label, Op op, List<Operand> operands) {
    list.add(new OpCase(label, op, operands, judge, 1000 + list.size()));
    return this;
  }

  /// One case for each arrangement, of all operands at once; what is written in place or computed stays dense.
  Cases everyLayout(String label, Op op, Operand... operands) {
    for (Arrangement arrangement : Arrangement.values()) {
      List<Operand> arranged = new ArrayList<>();
      for (int i = 0; i < operands.length; i++) {
        boolean repeatsResult =
            operands[i].content() instanceof Content.ResultOf
                && arrangement == Arrangement.BROADCAST;
        boolean fixed = repeatsResult || op.mutates().contains(i);
        arranged.add(fixed ? operands[i] : operands[i].in(arrangement));
      }
      add(Judge.ofLargest(op.budget()), label, op, arranged);
    }
    return this;
  }

  List<OpCase> list() {
    return list;
  }
}
