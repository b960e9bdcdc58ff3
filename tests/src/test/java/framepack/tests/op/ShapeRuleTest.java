package framepack.tests.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.op.Concat;
import framepack.tensor.op.Gather;
import framepack.tensor.op.Op;
import framepack.tensor.op.ViewOp;
import framepack.tests.parity.Catalogue;
import framepack.tests.parity.OpCase;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Operands that do not fit are refused by the shape rule, by name, before a kernel could read past their end.
class ShapeRuleTest {
  private static final long MOST_ELEMENTS = 700;

  private static List<OpCase> small(List<OpCase> cases) {
    return cases.stream()
        .filter(c -> c.operands().stream().noneMatch(o -> o.dtype() == null))
        .filter(c -> specs(c).stream().mapToLong(s -> s.shape().elements()).sum() <= MOST_ELEMENTS)
        .limit(20)
        .toList();
  }

  private static List<Spec> specs(OpCase opCase) {
    return opCase.operands().stream().map(o -> new Spec(o.dtype(), o.shape())).toList();
  }

  private static Stream<DynamicTest> forEveryOperation(Consumer<OpCase> check) {
    return Catalogue.byOperation().entrySet().stream()
        .map(e -> dynamicTest(e.getKey(), () -> small(e.getValue()).forEach(check)));
  }

  @TestFactory
  Stream<DynamicTest> an_operand_too_many_or_too_few_is_refused_by_name() {
    return forEveryOperation(opCase -> {
      List<Spec> specs = specs(opCase);
      List<Spec> more = new ArrayList<>(specs);
      more.add(Spec.f32(3));
      if (!(opCase.op() instanceof Concat)) {
        assertNamed(opCase.op(), more);
        if (!specs.isEmpty()) {
          assertNamed(opCase.op(), specs.subList(0, specs.size() - 1));
        }
      }
    });
  }

  private static void assertNamed(Op op, List<Spec> specs) {
    ShapeMismatch error = assertThrows(ShapeMismatch.class, () -> op.outputs(specs), op.name());
    assertTrue(error.getMessage().startsWith(op.name() + ": expected "), error.getMessage());
  }

  /// Whatever a rule lets pass, the kernels of every device must be able to compute within the operands' memory.
  @TestFactory
  Stream<DynamicTest> a_wrong_operand_is_refused_or_harmless() {
    return Stream.of("reference", "cpu")
        .flatMap(device ->
            Catalogue.byOperation().entrySet().stream()
                .map(e ->
                    dynamicTest(
                        e.getKey() + " on " + device, () -> misfits(small(e.getValue()), device))));
  }

  private static void misfits(List<OpCase> cases, String device) {
    TreeSet<String> complaints = new TreeSet<>();
    try (Backend backend = Backends.open(device)) {
      for (OpCase opCase : cases) {
        List<Spec> specs = specs(opCase);
        for (int i = 0; i < specs.size(); i++) {
          for (Spec wrong : variations(specs.get(i))) {
            List<Spec> tried = new ArrayList<>(specs);
            tried.set(i, wrong);
            String complaint = tryOut(opCase.op(), tried, backend);
            if (!complaint.isEmpty()) {
              complaints.add(opCase.op() + " operand " + i + " as " + wrong + ": " + complaint);
            }
          }
        }
      }
    }
    assertEquals("", String.join("\n", complaints));
  }

  private static List<Spec> variations(Spec spec) {
    List<Spec> wrong = new ArrayList<>();
    long[] extents = spec.shape().toArray();
    wrong.add(new Spec(spec.dtype(), Shape.of()));
    wrong.add(new Spec(spec.dtype(), Shape.of(prepend(2, extents))));
    for (int axis = 0; axis < extents.length; axis++) {
      wrong.add(new Spec(spec.dtype(), spec.shape().with(axis, extents[axis] + 1)));
      wrong.add(new Spec(spec.dtype(), spec.shape().with(axis, Math.max(0, extents[axis] - 1))));
      wrong.add(new Spec(spec.dtype(), spec.shape().with(axis, 0)));
    }
    if (extents.length > 0) {
      wrong.add(new Spec(spec.dtype(), Shape.of(Arrays.copyOf(extents, extents.length - 1))));
    }
    for (DType type : List.of(DType.BOOL, DType.I32, DType.F64, DType.F32)) {
      wrong.add(new Spec(type, spec.shape()));
    }
    return wrong;
  }

  private static long[] prepend(long first, long[] rest) {
    long[] all = new long[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  /// Runs on memory that ends where the operand ends.
  private static String tryOut(Op op, List<Spec> specs, Backend backend) {
    try (Arena arena = Arena.ofShared()) {
      List<View> out = new ArrayList<>();
      for (Spec spec : op.outputs(specs)) {
        out.add(exact(spec, arena));
      }
      if (!(op instanceof ViewOp)) {
        backend.run(op, specs.stream().map(spec -> exact(spec, arena)).toList(), out);
      }
      return "";
    } catch (ShapeMismatch | UnsupportedOperand refused) {
      return "";
    } catch (RuntimeException failure) {
      boolean emptyTable = op instanceof Gather && specs.get(0).shape().extent(0) == 0;
      return emptyTable ? "" : failure.toString();
    }
  }

  private static View exact(Spec spec, Arena arena) {
    HostStorage storage = new HostStorage(arena.allocate(spec.bytes(), 64));
    return new View(spec.dtype(), Layout.dense(spec.shape(), 0), storage);
  }
}
