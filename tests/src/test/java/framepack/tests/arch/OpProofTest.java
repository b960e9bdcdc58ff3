package framepack.tests.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// No op without its proofs: in each of these rooms, some class speaks of it by name.
class OpProofTest {

  @ParameterizedTest
  @CsvSource({
    "tensor/target/classes/framepack/tensor/reference, ReferenceBackend",
    "tensor/target/classes/framepack/tensor/cpu,       CpuBackend",
    "kernels-opencl/target/classes/framepack/opencl,   OpenClBackend",
    "tensor/target/classes/framepack/tensor/autograd,  Gradients",
    "tests/target/test-classes/framepack/tests/parity, .*Test",
    "bench/target/classes/framepack/bench/kernel,      LinearBench"
  })
  void every_op_is_spoken_of_in(String room, String door) throws IOException {
    List<Path> classes = classesIn(SourceFiles.ROOT.resolve(room));
    assumeTrue(
        classes.stream().anyMatch(c -> c.getFileName().toString().matches(door + "\\.class")),
        room + " has no " + door + " yet");
    Set<String> spokenOf = classesNamedIn(classes);
    List<String> missing =
        ops()
            .filter(op -> !spokenOf.contains(op.getName().replace('.', '/')))
            .map(Class::getSimpleName)
            .toList();
    assertEquals(List.of(), missing, "ops that nobody in " + room + " speaks of");
  }

  @Test
  void every_op_has_a_reference_of_its_name() {
    Path room = SourceFiles.ROOT.resolve("tensor/target/classes/framepack/tensor/reference");
    List<String> missing =
        ops()
            .map(op -> op.getSimpleName() + "Reference")
            .filter(name -> !Files.exists(room.resolve(name + ".class")))
            .toList();
    assertEquals(List.of(), missing, "definitions that framepack.tensor.reference lacks");
  }

  /// Views move no data and have no kernel.
  private static Stream<Class<?>> ops() {
    return Stream.of(Op.class.getPermittedSubclasses()).filter(op -> op != ViewOp.class);
  }

  private static List<Path> classesIn(Path room) throws IOException {
    if (!Files.isDirectory(room)) return List.of();
    try (Stream<Path> files = Files.walk(room)) {
      return files.filter(file -> file.toString().endsWith(".class")).toList();
    }
  }

  private static Set<String> classesNamedIn(List<Path> classes) throws IOException {
    Set<String> names = new HashSet<>();
    for (Path file : classes) {
      for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
        if (entry instanceof ClassEntry c) names.add(c.asInternalName());
      }
    }
    return names;
  }
}
