package framepack.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerformanceTableTest {
  /// Surefire runs in the folder of the tests module.
  private static final Path BENCH = Path.of("").toAbsolutePath().resolveSibling("bench");

  @Test
  void the_document_shows_the_lines_that_are_kept() throws IOException {
    String document = Files.readString(BENCH.resolve("docs/performance.md"));
    assertEquals(
        PerformanceTable.rewritten(BENCH.resolve("results"), document),
        document,
        "run bench/bin/bench --table");
  }

  @Test
  void weights_show_their_time_over_that_of_f32_and_their_share_of_the_peak() {
    Machine machine = new Machine("a processor", 2, 512, "25");
    List<Rival> types = List.of(new Rival("q8_0", 500, List.of(500.0), 0.5));
    String table =
        PerformanceTable.of(
            List.of(
                new Line(
                    "2026-11-26T00:00:00Z",
                    "abc",
                    machine,
                    1,
                    "race.WeightsRace",
                    "square2048",
                    "cpu",
                    1,
                    4,
                    "us",
                    1000,
                    990,
                    1010,
                    List.of(1000.0),
                    80,
                    3,
                    200,
                    20,
                    0.4,
                    "compute",
                    0,
                    0.0,
                    types)));
    assertTrue(table.contains("| shape | device | f32 (ms, share) | q8_0 |"), table);
    assertTrue(table.contains("| square2048 | cpu | 1.00, 40 % | 0.50 (0.50, 80 %) |"), table);
  }

  @Test
  void a_race_shows_every_other_library_with_its_ratio() {
    Line line =
        new Line(
            "2026-11-26T00:00:00Z",
            "abc",
            new Machine("a processor", 2, 256, "25"),
            1,
            "peer.LinearRace",
            "nano.qkv",
            "cpu",
            2,
            8,
            "us",
            150,
            140,
            170,
            List.of(150.0, 151.0),
            70.5,
            3,
            100,
            20,
            0.7,
            "compute",
            0,
            0.0,
            List.of(
                new Rival("oneDNN", 120, List.of(120.0, 121.0), 0.8),
                new Rival("libtorch", 300, List.of(300.0), 2.0)));
    String table = PerformanceTable.of(List.of(line));
    assertTrue(table.contains("| share | libtorch | oneDNN |"), table);
    assertTrue(
        table.contains(
            "| Linear | nano.qkv | cpu | 0.15, 0.15 | 70.5 | 3.00 | 100 | 70 % of compute | 2.00 (0.30) | 0.80 (0.12) |"),
        table);
  }
}
