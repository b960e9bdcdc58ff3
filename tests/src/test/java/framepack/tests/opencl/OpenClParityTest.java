package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import framepack.opencl.OpenClBackend;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.Seed;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.op.Op;
import framepack.tests.parity.Catalogue;
import framepack.tests.parity.OpCase;
import framepack.tests.parity.OtherTypes;
import framepack.tests.parity.Parity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every operation, type and arrangement of the catalogue on the first device, in the shape of its kind; and what
/// shares work among work-items in the shape of a GPU too.
class OpenClParityTest {
  private static Backend reference;
  private static Backend device;
  private static Backend gpu;

  @BeforeAll
  static void open() {
    ClDevice first = Devices.first();
    reference = Backends.open("reference");
    device = new OpenClBackend(first);
    gpu = new OpenClBackend(first, Seed.OTHER.shape());
  }

  @AfterAll
  static void close() {
    if (reference != null) {
      gpu.close();
      device.close();
      reference.close();
    }
  }

  @TestFactory
  Stream<DynamicTest> results_agree_with_the_reference() {
    return Catalogue.byOperation().entrySet().stream()
        .map(e -> dynamicTest(e.getKey(), () -> agree(e.getValue(), device)));
  }

  @TestFactory
  Stream<DynamicTest> results_agree_with_the_reference_in_the_shape_of_a_gpu() {
    return Catalogue.byOperation().entrySet().stream()
        .filter(e -> isShared(e.getValue().getFirst().op()))
        .map(e -> dynamicTest(e.getKey(), () -> agree(Devices.ofEveryKernel(e.getValue()), gpu)));
  }

  /// Whether work-items share local memory; [OclgrindTest] runs the others in this shape.
  private static boolean isShared(Op op) {
    return switch (op.name()) {
      case "ArgMax", "Attention", "AttentionBackward", "GroupNorm", "GroupNormBackward" -> true;
      case "LayerNorm", "LayerNormBackward", "Linear", "MatMul", "Reduce", "Softmax" -> true;
      case "Conv3d", "RmsNormRope" -> true;
      default -> false;
    };
  }

  private static void agree(List<OpCase> cases, Backend candidate) {
    assertEquals("", Parity.complaints(cases, candidate, reference));
  }

  /// Copies of every type are in the catalogue.
  @TestFactory
  Stream<DynamicTest> doubles_and_halves_are_computed_or_refused() {
    return Catalogue.byOperation().entrySet().stream()
        .filter(e -> !e.getKey().equals("Copy"))
        .map(e -> dynamicTest(e.getKey(), () -> refuses(Devices.ofEveryKernel(e.getValue()))));
  }

  private static void refuses(List<OpCase> cases) {
    assertEquals(List.of(), OtherTypes.complaints(cases, device, reference));
  }

  @Test
  void an_index_outside_its_table_is_named_before_anything_is_written() {
    OtherTypes.requireIndicesChecked(device, reference);
  }
}
