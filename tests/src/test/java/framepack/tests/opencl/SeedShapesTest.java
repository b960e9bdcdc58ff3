package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.opencl.OpenClBackend;
import framepack.opencl.cl.Seed;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.op.Attention;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.Op;
import framepack.tests.parity.Catalogue;
import framepack.tests.parity.OpCase;
import framepack.tests.parity.Parity;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The seeds of all classes of devices compute the same, whatever device the tests have.
class SeedShapesTest {
  private static final List<Class<? extends Op>> OPERATIONS =
      List.of(Attention.class, LayerNorm.class, Linear.class, MatMul.class);

  /// Of each operation; compilers take longer than kernels.
  private static final int CASES = 12;

  private static final long MOST_ELEMENTS = 100_000;

  @ParameterizedTest
  @EnumSource(Seed.class)
  void a_seed_agrees_with_the_reference(Seed seed) {
    try (Backend backend = new OpenClBackend(Devices.first(), seed.shape());
        Backend reference = Backends.open("reference")) {
      for (Class<? extends Op> operation : OPERATIONS) {
        assertEquals("", Parity.complaints(some(operation), backend, reference));
      }
    }
  }

  /// Spread over the catalogue: ragged, strided, masked.
  private static List<OpCase> some(Class<? extends Op> operation) {
    List<OpCase> cases =
        Devices.ofEveryKernel(Catalogue.of(operation)).stream()
            .filter(c -> Devices.elements(c) <= MOST_ELEMENTS)
            .toList();
    int step = Math.ceilDiv(cases.size(), CASES);
    return Stream.iterate(0, i -> i < cases.size(), i -> i + step).map(cases::get).toList();
  }
}
