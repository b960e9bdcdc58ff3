package framepack.tests.parity;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.op.Gather;
import framepack.tensor.op.GatherBackward;
import framepack.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cases with operands of types that kernels may not have been written for.
public final class OtherTypes {
  private OtherTypes() {}

  /// What a candidate misreads, rather than computes or refuses, of the first dense `cases` in other floating types.
  public static List<String> complaints(List<OpCase> cases, Backend candidate, Backend reference) {
    List<String> complaints = new ArrayList<>();
    cases.stream()
        .filter(c -> c.operands().stream().allMatch(o -> o.arrangement() == Arrangement.DENSE))
        .filter(c -> c.judge().each() || !c.label().equals("edges"))
        .limit(3)
        .forEach(opCase -> {
          for (DType type : List.of(DType.F64, DType.BF16, DType.F16)) {
            for (int which = -1; which < opCase.operands().size(); which++) {
              complaint(opCase, type, which, reference, candidate).ifPresent(complaints::add);
            }
          }
        });
    return complaints;
  }

  /// Runs the case with operand `which` (or all) as `type`, where the shape rule takes it.
  private static Optional<String> complaint(
      OpCase opCase, DType type, int which, Backend reference, Backend candidate) {
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < opCase.operands().size(); i++) {
      Operand operand = opCase.operands().get(i);
      boolean changes = (which < 0 || which == i) && operand.dtype() == DType.F32;
      operands.add(changes ? operand.as(type) : operand);
    }
    OpCase other = new OpCase(opCase.label(), opCase.op(), operands, opCase.judge(), opCase.seed());
    List<Placed> placed;
    List<Result> expected;
    try {
      placed = Placed.all(other, reference);
      expected = Run.of(other.op(), placed, reference);
    } catch (ShapeMismatch refusedByTheRule) {
      return Optional.empty();
    }
    try {
      List<Result> actual = Run.of(other.op(), placed, candidate);
      Judge judge = new Judge(Math.max(opCase.judge().budget(), 1e-2), false);
      for (int i = 0; i < expected.size(); i++) {
        Optional<String> wrong = judge.complaint(expected.get(i), actual.get(i));
        if (wrong.isPresent()) {
          return Optional.of(other + ": " + wrong.get());
        }
      }
      return Optional.empty();
    } catch (UnsupportedOperand refused) {
      return Optional.empty();
    } catch (RuntimeException | AssertionError failure) {
      return Optional.of(other + ": " + failure);
    }
  }

  /// Fails unless a candidate names an index outside its table before it writes anything.
  public static void requireIndicesChecked(Backend candidate, Backend reference) {
    for (int index : new int[] {-1, 6, Integer.MAX_VALUE}) {
      refuses(candidate, reference, new Gather(), index, Operand.f32(6, 3));
      refuses(candidate, reference, new GatherBackward(6), index, Operand.f32(4, 3));
    }
  }

  private static void refuses(
      Backend candidate, Backend reference, Op op, int index, Operand values) {
    List<Operand> operands = List.of(values, Operand.ints(0, 1, index, 2));
    OpCase opCase = new OpCase("outside", op, operands, Judge.ofLargest(0), 1);
    List<Placed> placed = Placed.all(opCase, reference);
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> Run.of(op, placed, candidate),
            () -> candidate.name() + " " + opCase);
    assertTrue(error.getMessage().contains(String.valueOf(index)), error.getMessage());
    assertTrue(error.getMessage().contains(op.name()), error.getMessage());
  }
}
