package framepack.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Machine MACHINE = new Machine("a processor", 2, 256, "25");

  @Test
  void a_lost_share_beyond_the_forks_noise_is_slower() {
    Comparison.Change change = change(line(0.8, 100, 102, 98), line(0.6, 133, 135, 131));
    assertTrue(change.moved());
    assertEquals(0.75, change.ratio(), 1e-9);
    List<String> report = Comparison.report(List.of(change));
    assertTrue(report.getFirst().contains("SLOWER by 33 %"), report.toString());
    assertEquals("1 of 1 moved beyond noise", report.getLast());
  }

  @Test
  void twice_the_time_at_the_same_share_is_a_busy_machine() {
    assertFalse(change(line(0.8, 100, 102, 98), line(0.8, 200, 202, 198)).moved());
  }

  @Test
  void forks_that_differ_hide_what_is_smaller_than_their_difference() {
    assertFalse(change(line(0.8, 100, 140, 100), line(0.6, 133, 135, 131)).moved());
  }

  @Test
  void one_fork_proves_nothing_below_a_fifth() {
    assertFalse(change(line(0.8, 100), line(0.7, 114)).moved());
    assertTrue(change(line(0.8, 100), line(0.6, 133)).moved());
  }

  @Test
  void lines_of_two_machines_are_not_compared() {
    Line mine = line(0.8, 100);
    Line theirs = line(new Machine("another processor", 2, 256, "25"), 0.4, 200);
    Line newer = line(new Machine("a processor", 2, 256, "26"), 0.8, 100);
    List<Comparison.Change> changes = Comparison.of(List.of(mine, theirs), List.of(theirs, newer));
    assertEquals(
        List.of(new Comparison.Change(theirs, theirs), new Comparison.Change(mine, newer)),
        changes);
    assertEquals(
        "nothing to compare: no benchmark was run on one machine in both sets; the first has lines of a processor, 2"
            + " processors, 256-bit vectors, the second no line",
        assertThrows(IllegalArgumentException.class, () -> Comparison.of(List.of(mine), List.of()))
            .getMessage());
  }

  @Test
  void a_floor_is_broken_by_less_and_by_nothing() {
    Floors floors = new Floors(java.util.Map.of(line(0.5, 100).key(), 0.4));
    assertEquals(List.of(), floors.complaints(List.of(line(0.3, 100), line(0.5, 100))));
    assertEquals(
        List.of(
            "kernel.LinearBench nano.qkv cpu reaches 30 % of the machine's ceiling, at least 40 % is expected"),
        floors.complaints(List.of(line(0.3, 100))));
    assertEquals(1, floors.complaints(List.of()).size());
  }

  private static Comparison.Change change(Line before, Line after) {
    return Comparison.of(List.of(before), List.of(after)).getFirst();
  }

  private static Line line(double share, double... forks) {
    return line(MACHINE, share, forks);
  }

  private static Line line(Machine machine, double share, double... forks) {
    return new Line(
        "2026-11-26T00:00:00Z",
        "abc",
        machine,
        1,
        "kernel.LinearBench",
        "nano.qkv",
        "cpu",
        forks.length,
        5,
        "us",
        forks[0],
        forks[0],
        forks[0],
        Arrays.stream(forks).boxed().toList(),
        1,
        1,
        100,
        20,
        share,
        "compute",
        0,
        0.0,
        List.of());
  }
}
