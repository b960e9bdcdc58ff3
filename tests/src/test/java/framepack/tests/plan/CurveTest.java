package framepack.tests.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.plan.CalibrationStore;
import framepack.plan.Ceilings;
import framepack.plan.Ceilings.Check;
import framepack.plan.Curve;
import framepack.plan.Curve.Point;
import framepack.plan.Machine;
import framepack.plan.Rates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Measured curves, and where they are kept.
class CurveTest {
  private static final Curve CURVE =
      new Curve(List.of(new Point(100, 1), new Point(10_000, 10), new Point(20_000, 20)));

  @Test
  void a_call_between_two_measured_ones_lies_on_the_line_of_their_logarithms() {
    assertEquals(Math.sqrt(10), CURVE.seconds(1000), 1e-12);
    assertEquals(10, CURVE.seconds(10_000), 1e-12);
  }

  @Test
  void smaller_calls_take_as_long_as_the_smallest_and_larger_ones_grow_in_proportion() {
    assertEquals(1, CURVE.seconds(3));
    assertEquals(0, CURVE.seconds(0));
    assertEquals(200, CURVE.seconds(200_000));
    assertEquals(1000, CURVE.ceiling());
  }

  @Test
  void points_out_of_order_are_refused() {
    List<Point> falling = List.of(new Point(2, 1), new Point(1, 1));
    assertThrows(IllegalArgumentException.class, () -> new Curve(falling));
  }

  @Test
  void what_was_measured_is_read_back_on_the_same_machine_only(@TempDir Path folder)
      throws IOException {
    CalibrationStore store = new CalibrationStore(folder.resolve("framepack"));
    Machine machine = new Machine("processor", "25", "cpu", "1");
    Rates rates = new Rates(CURVE, CURVE, CURVE, CURVE);
    Ceilings measured = new Ceilings(machine, rates, new Check(1, 2), new Check(3, 4));
    assertEquals(Optional.empty(), store.read(machine));
    store.write(measured);
    assertEquals(Optional.of(measured), store.read(machine));
    assertFalse(store.read(new Machine("processor", "26", "cpu", "1")).isPresent());
    Files.writeString(store.file(machine), "{\"format\":1}");
    assertFalse(store.read(machine).isPresent(), "a broken file is as none");
  }
}
