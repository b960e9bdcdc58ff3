package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGKILL at random moments of a whole process, from its first millisecond to its last: while it starts, paints a world, trains,
/// writes a checkpoint, samples, writes results. Two tries; `-Dframepack.kills=20` for more (minutes).
class KillTest {
  private static final String FILE =
      """
      name: tiny
      about: A test.
      parts:
        memory:
          base:
            task: memory
            packing: td_f2k2f1k1_g3+d
            history: {codes: 8}
            training: {steps: 25, batch: 2}
            memory: {periods: [4, 12], strips: 6, test-strips: 2}
        drift:
          base:
            task: drift
            packing: f1k1_x_td_f2k2f1k1_g3
            training: {steps: 25, batch: 2, levels: rolling}
            drift: {strips: 6, videos: 2, sections: 3}
      """;

  private static final int TRIES = Integer.getInteger("framepack.kills", 2);

  @TempDir Path folder;

  private String[] run(Path archive) {
    return new String[] {
      "experiment",
      "run",
      folder.resolve("tiny.yaml").toString(),
      "--out",
      archive.toString(),
      "--checkpoint",
      "0.2"
    };
  }

  @Test
  void a_sweep_killed_at_any_moment_and_resumed_gives_the_bytes_of_an_undisturbed_one()
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("tiny.yaml"), FILE);
    Path whole = folder.resolve("whole");
    long began = System.nanoTime();
    Program undisturbed = Program.run(run(whole));
    long millis = (System.nanoTime() - began) / 1_000_000;
    assertEquals(0, undisturbed.exit(), undisturbed.err());
    Map<String, Integer> expected = ArchiveBytes.of(whole);
    assertTrue(expected.size() > 10, expected.toString());
    Random random = new Random(TRIES);
    List<String> moments = new ArrayList<>();
    int killed = 0;
    for (int i = 0; i < TRIES; i++) {
      Path archive = folder.resolve("try" + i);
      long moment = (long) (millis * (i + random.nextDouble()) / TRIES);
      killed += killAfter(moment, archive) ? 1 : 0;
      moments.add(moment + " ms: " + (Files.exists(archive) ? ArchiveBytes.of(archive).size() : 0));
      boolean planned = Files.exists(archive.resolve("tiny/experiment.json"));
      Program resumed =
          planned
              ? Program.run("experiment", "resume", "tiny", "--out", archive.toString())
              : Program.run(run(archive));
      assertEquals(0, resumed.exit(), moments + resumed.err());
      assertEquals(expected, ArchiveBytes.of(archive), moments.toString());
    }
    assertTrue(4 * killed >= TRIES, "killed only " + killed + " of " + TRIES + ": " + moments);
  }

  /// True if it was still at it.
  private boolean killAfter(long millis, Path archive) throws IOException, InterruptedException {
    Process process = Program.start(folder.resolve("err"), run(archive));
    boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
    process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    return !ended;
  }
}
