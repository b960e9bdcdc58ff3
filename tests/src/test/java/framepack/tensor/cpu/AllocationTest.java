package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// No compiled kernel boxes its vectors: what a call leaves on the heap is a description of it, at every width.
///
/// In which order methods are compiled, and what has been seen of them by then, differs from process to process, and now and
/// then one is unlucky. So an operation must be clean in one of two.
class AllocationTest {
  private static final int PROCESSES = 2;
  private static final int MANY = 40;

  @Test
  void a_compiled_kernel_leaves_nothing_on_the_heap() throws IOException, InterruptedException {
    check();
  }

  @Test
  void nor_does_it_where_stored_weights_came_first() throws IOException, InterruptedException {
    check(SteadyState.STORED);
  }

  private static void check(String... flags) throws IOException, InterruptedException {
    Map<String, String> boxing = boxing(flags);
    for (int i = 1; i < PROCESSES && !boxing.isEmpty(); i++) {
      Set<String> again = boxing(flags).keySet();
      boxing.keySet().retainAll(again);
    }
    assertEquals(Map.of(), boxing, "operations that leave more bytes a call than their limit");
  }

  /// What is over its limit in a fresh process: the operation, and its bytes and limit.
  private static Map<String, String> boxing(String... flags)
      throws IOException, InterruptedException {
    String printed = Fresh.run(SteadyState.class, flags);
    assertTrue(printed.lines().count() > MANY, printed);
    return printed
        .lines()
        .map(line -> line.split(" ", 3))
        .filter(words -> Long.parseLong(words[0]) > Long.parseLong(words[1]))
        .collect(
            Collectors.toMap(
                words -> words[2],
                words -> words[0] + " of " + words[1],
                (a, b) -> b,
                TreeMap::new));
  }
}
