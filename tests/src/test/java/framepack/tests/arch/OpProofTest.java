package framepack.tests.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import framepack.tensor.op.Op;
import framepack.tensor.op.ViewOp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No op without its proofs: somebody in each of these rooms speaks of it by name.
class OpProofTest {

  private static final JavaClasses ALL = new ClassFileImporter().importPackages("framepack");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "framepack.tensor.reference",
        "framepack.tensor.cpu",
        "framepack.tensor.autograd",
        "framepack.tests.parity"
      })
  void every_op_is_spoken_of_in(String room) {
    List<JavaClass> speakers =
        ALL.stream().filter(c -> c.getPackageName().startsWith(room)).toList();
    assumeTrue(
        speakers.stream().anyMatch(c -> !c.getSimpleName().equals("package-info")),
        room + " is empty");
    List<String> missing = new ArrayList<>();
    for (Class<?> op : ops().toList()) {
      boolean known =
          speakers.stream()
              .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
              .anyMatch(d -> d.getTargetClass().isEquivalentTo(op));
      if (!known) missing.add(op.getSimpleName());
    }
    assertEquals(List.of(), missing, "ops that nobody in " + room + " speaks of");
  }

  /// Views move no data and have no kernel.
  private static Stream<Class<?>> ops() {
    return Stream.of(Op.class.getPermittedSubclasses()).filter(op -> op != ViewOp.class);
  }
}
