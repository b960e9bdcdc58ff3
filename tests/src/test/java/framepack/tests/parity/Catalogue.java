package framepack.tests.parity;

import framepack.tensor.op.Op;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All cases of all operations; the parity test of every backend and the tables of other tools draw from here.
public final class Catalogue {
  private Catalogue() {}

  public static List<OpCase> all() {
    return Stream.of(
            ElementwiseCases.list(),
            NormCases.list(),
            MovementCases.list(),
            ReductionCases.list(),
            ProductCases.list(),
            AttentionCases.list(),
            ConvolutionCases.list(),
            UpdateCases.list())
        .flatMap(List::stream)
        .toList();
  }

  /// Cases by the name of their operation.
  public static Map<String, List<OpCase>> byOperation() {
    return all().stream()
        .collect(Collectors.groupingBy(c -> c.op().name(), TreeMap::new, Collectors.toList()));
  }

  /// The cases of one operation.
  public static List<OpCase> of(Class<? extends Op> op) {
    return all().stream().filter(c -> op.isInstance(c.op())).toList();
  }
}
