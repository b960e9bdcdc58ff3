package framepack.tests.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.demo.DemoPlan;
import framepack.demo.DemoReport;
import framepack.demo.DemoResults;
import framepack.demo.DemoRun;
import framepack.demo.DemoVideos;
import framepack.experiment.DriftExperiment.Variant;
import framepack.experiment.NanoTraining;
import framepack.history.HistoryTreatment;
import framepack.media.Clip;
import framepack.media.ClipReader;
import framepack.media.Wanted;
import framepack.pack.PackSpec;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoRunTest {
  private static final int STEPS = 3;

  private static DemoPlan tiny() {
    PackSpec vanilla = PackSpec.parse("td_f2k2f1k1_g3");
    PackSpec inverted = PackSpec.parse("f1k1_x_g3_f1k1f2k2_td");
    PackSpec endpoint = PackSpec.parse("td_f2k2f1k1_g3_x_f1k1");
    return new DemoPlan(
        48,
        32,
        6,
        STEPS,
        2,
        List.of(vanilla, endpoint, inverted),
        List.of(4, 6),
        STEPS,
        1,
        List.of(vanilla),
        3,
        2,
        List.of(new Variant("vanilla", vanilla, NanoTraining.of(STEPS, 7), HistoryTreatment.NONE)),
        4,
        2,
        7);
  }

  private static Clip clip() {
    return ClipReader.bundled(Wanted.everything().oneIn(6).sized(48, 32));
  }

  private static final DemoRun.Watcher SILENT = new Silent(new AtomicInteger());

  /// Counts training steps.
  private record Silent(AtomicInteger steps) implements DemoRun.Watcher {
    @Override
    public Trainer.Listener stage(String title, long total) {
      return _ -> steps.incrementAndGet();
    }

    @Override
    public void finished(String line, DemoResults results) {}
  }

  private static DemoResults run(String device, BooleanSupplier stop, DemoRun.Watcher watcher) {
    try (Backend backend = Backends.open(device)) {
      return new DemoRun(tiny(), backend, watcher, stop).run("cup", clip());
    }
  }

  @Test
  void every_stage_has_its_results_and_the_report_shows_them(@TempDir Path folder)
      throws Exception {
    Clip clip = clip();
    DemoResults results = run("cpu", () -> false, SILENT);
    assertTrue(results.finished());
    assertEquals(3, results.clips().size());
    assertEquals(List.of(3), List.copyOf(results.memories().getFirst().hidden().keySet()));
    assertEquals(3, results.drifts().getFirst().psnr().length);
    assertEquals(4, results.cost().seconds().length);
    DemoVideos videos = new DemoVideos(results, clip.rate());
    new DemoReport(results, videos, Map.of("command", "a <test>")).write(folder.resolve("r.html"));
    videos.write(folder);
    String page = Files.readString(folder.resolve("r.html"));
    for (String expected :
        List.of("A real clip", "Memory", "Drift", "What a section costs", "a &lt;test&gt;")) {
      assertTrue(page.contains(expected), expected);
    }
    assertFalse(page.contains("src=\"http"), "asks the network for something");
    Clip continued = ClipReader.read(folder.resolve("clip-td_f2k2f1k1_g3.y4m"));
    assertTrue(continued.frames() >= clip.frames());
  }

  @Test
  void one_seed_gives_the_same_bits_one_by_one_and_side_by_side() {
    DemoResults one = run("cpu:1", () -> false, SILENT);
    DemoResults two = run("cpu:2", () -> false, SILENT);
    for (int i = 0; i < one.clips().size(); i++) {
      assertArrayEquals(
          one.clips().get(i).training().losses(), two.clips().get(i).training().losses());
      assertEquals(one.clips().get(i).continuation(), two.clips().get(i).continuation());
    }
    assertEquals(one.memories().getFirst().hidden(), two.memories().getFirst().hidden());
    assertArrayEquals(one.drifts().getFirst().psnr(), two.drifts().getFirst().psnr());
  }

  @Test
  void a_stop_keeps_what_is_finished() {
    AtomicInteger steps = new AtomicInteger();
    DemoResults results = run("cpu:1", () -> steps.get() > STEPS, new Silent(steps));
    assertFalse(results.finished());
    assertEquals(1, results.memories().size());
    assertTrue(results.clips().isEmpty());
  }
}
