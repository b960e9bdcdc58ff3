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

  /// The same for products. Where operands repeat along the axis that is summed, all results are multiples of one sum, and
  /// when that cancels there is no large result left to measure errors against: of 65 Gaussian terms, in one case of a
  /// hundred. So what repeats is positive. An f32 sum of k positive terms is off by at most its `k 2^-24` in any order
  /// (Higham, Accuracy and Stability, section 4.2), in order by half of that: 4e-6 holds up to 67, and in order up to 134,
  /// terms of one size.
  Cases everyLayoutOfProducts(String label, Op op, Operand... operands) {
    int first = list.size();
    everyLayout(label, op, operands);
    for (int i = first; i < list.size(); i++) {
      OpCase opCase = list.get(i);
      list.set(
          i,
          opCase.operands().getFirst().arrangement() == Arrangement.BROADCAST
              ? positive(opCase)
              : opCase);
    }
    return this;
  }

  private static OpCase positive(OpCase opCase) {
    List<Operand> operands = opCase.operands().stream().map(Operand::positive).toList();
    return new OpCase(opCase.label(), opCase.op(), operands, opCase.judge(), opCase.seed());
  }

  List<OpCase> list() {
    return list;
  }
}
