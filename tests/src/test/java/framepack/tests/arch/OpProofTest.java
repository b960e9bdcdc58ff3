package framepack.tests.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import framepack.tensor.op.Op;
import framepack.tensor.op.ViewOp;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No op without its proofs: in each of these rooms, some class speaks of it by name.
class OpProofTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tensor/target/classes/framepack/tensor/reference",
        "tensor/target/classes/framepack/tensor/cpu",
        "tensor/target/classes/framepack/tensor/autograd",
        "tests/target/test-classes/framepack/tests/parity"
      })
  void every_op_is_spoken_of_in(String room) throws IOException {
    Set<String> spokenOf = classesNamedIn(SourceFiles.ROOT.resolve(room));
    assumeFalse(spokenOf.isEmpty(), room + " is empty");
    List<String> missing =
        ops()
            .filter(op -> !spokenOf.contains(op.getName().replace('.', '/')))
            .map(Class::getSimpleName)
            .toList();
    assertEquals(List.of(), missing, "ops that nobody in " + room + " speaks of");
  }

  /// Views move no data and have no kernel.
  private static Stream<Class<?>> ops() {
    return Stream.of(Op.class.getPermittedSubclasses()).filter(op -> op != ViewOp.class);
  }

  private static Set<String> classesNamedIn(Path room) throws IOException {
    if (!Files.isDirectory(room)) return Set.of();
    Set<String> names = new HashSet<>();
    try (Stream<Path> files = Files.walk(room)) {
      for (Path file : files.filter(OpProofTest::isClass).toList()) {
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
          if (entry instanceof ClassEntry c) names.add(c.asInternalName());
        }
      }
    }
    return names;
  }

  private static boolean isClass(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".class") && !name.equals("package-info.class");
  }
}
