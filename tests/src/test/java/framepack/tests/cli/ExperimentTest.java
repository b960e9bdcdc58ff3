package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tests.experiment.metric.TestNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `framepack experiment` from outside, kills included.
class ExperimentTest {
  private static final String FILE =
      """
      name: tiny
      about: A test.
      parts:
        memory:
          base:
            task: memory
            packing: td_f2k2f1k1_g3
            training: {steps: 25, batch: 2}
            memory: {periods: [4, 12], strips: 6, test-strips: 2}
        drift:
          base:
            task: drift
            packing: f1k1_x_g3_f1k1f2k2_td
            training: {steps: 25, batch: 2}
            drift: {strips: 6, videos: 2, sections: 3, noise: {trained: [0, 0.3], sampled: 0.05}}
      """;

  @TempDir Path folder;

  private Path file() throws IOException {
    return Files.writeString(folder.resolve("tiny.yaml"), FILE);
  }

  private static long steps(Path archive) throws IOException {
    if (!Files.exists(archive.resolve("runs"))) {
      return 0;
    }
    long lines = 0;
    try (Stream<Path> runs = Files.list(archive.resolve("runs"))) {
      for (Path run : runs.toList()) {
        Path metrics = run.resolve("metrics.jsonl");
        if (Files.exists(metrics)) {
          lines += Files.readString(metrics).chars().filter(c -> c == '\n').count();
        }
      }
    }
    return lines;
  }

  @Test
  void a_sweep_killed_at_random_moments_and_resumed_gives_the_same_bytes()
      throws IOException, InterruptedException {
    String file = file().toString();
    Path whole = folder.resolve("whole");
    Program undisturbed = Program.run("experiment", "run", file, "--out", whole.toString());
    assertEquals(0, undisturbed.exit(), undisturbed.err());
    assertTrue(undisturbed.err().contains("2 finished, 0 failed"), undisturbed.err());
    Path killed = folder.resolve("killed");
    Random random = new Random(5);
    int kills = 0;
    for (int i = 0; i < 4; i++) {
      kills += killAfterSteps(file, killed, steps(killed) + 1 + random.nextInt(12)) ? 1 : 0;
    }
    assertTrue(kills >= 3, "killed only " + kills + " times");
    assertFalse(
        ArchiveBytes.of(whole).equals(ArchiveBytes.of(killed)),
        "was finished in spite of the kills");
    Program resumed = Program.run("experiment", "resume", "tiny", "--out", killed.toString());
    assertEquals(0, resumed.exit(), resumed.err());
    assertEquals(ArchiveBytes.of(whole), ArchiveBytes.of(killed));
  }

  /// True if it was still running.
  private boolean killAfterSteps(String file, Path archive, long steps)
      throws IOException, InterruptedException {
    Process process =
        Program.start(
            folder.resolve("err"),
            "experiment",
            "run",
            file,
            "--out",
            archive.toString(),
            "--checkpoint",
            "0.1");
    while (process.isAlive() && steps(archive) < steps) {
      Thread.sleep(2);
    }
    boolean running = process.isAlive();
    process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    return running;
  }

  @Test
  void what_is_finished_is_not_repeated_and_a_failure_does_not_stop_the_sweep() throws IOException {
    Path archive = folder.resolve("archive");
    String[] run = {
      "experiment",
      "run",
      file().toString(),
      "--out",
      archive.toString(),
      "--set",
      "training.steps=2",
      "--set",
      "training.learning-rate=0.006"
    };
    assertEquals(0, Program.run(run).exit());
    Program again = Program.run(run);
    assertEquals(0, again.exit());
    assertEquals(2, again.err().split("finished before", -1).length - 1, again.err());
  }

  @Test
  void shards_share_the_work_and_list_and_show_see_it_all() throws IOException {
    Path archive = folder.resolve("archive");
    String file = file().toString();
    for (String shard : List.of("1/2", "2/2")) {
      Program part =
          Program.run(
              "experiment",
              "run",
              file,
              "--out",
              archive.toString(),
              "--shard",
              shard,
              "--set",
              "training.steps=2");
      assertEquals(0, part.exit(), part.err());
      assertTrue(part.err().contains("1 finished, 0 failed"), part.err());
      assertFalse(part.err().contains("finished before"), part.err());
    }
    Program list = Program.run("experiment", "list", "--out", archive.toString());
    assertTrue(list.out().contains("packing-ablation"), list.out());
    assertTrue(list.out().contains("2 finished"), list.out());
    Program show = Program.run("experiment", "show", "tiny", "--out", archive.toString());
    assertTrue(show.out().contains("hidden, lag 9 (dB)"), show.out());
    assertTrue(show.out().contains("drift (dB)"), show.out());
  }

  @Test
  void bad_input_is_one_line_and_leaves_nothing() throws IOException {
    Path archive = folder.resolve("archive");
    String file = file().toString();
    for (String[] arguments :
        new String[][] {
          {"run", "no-such-file.yaml"},
          {"run", file, "--set", "trainig.steps=3"},
          {"run", file, "--shard", "3/2"},
          {"run", file, "--checkpoint", "-1"},
          {"run", file, "--executor", "sparc"},
          {"resume", "tiny"},
          {"show", "nothing"},
        }) {
      String[] whole = Arrays.copyOf(arguments, arguments.length + 3);
      System.arraycopy(arguments, 0, whole, 1, arguments.length);
      whole[0] = "experiment";
      whole[whole.length - 2] = "--out";
      whole[whole.length - 1] = archive.toString();
      Program run = Program.run(whole);
      assertEquals(2, run.exit(), run.err());
      assertEquals(1, run.complaints().size(), run.err());
      assertFalse(Files.exists(archive), run.err());
    }
  }

  /// The last 4 bytes cut off, a pool larger than what is left of 64 pixels, a weight too few, no file.
  @Test
  void a_network_that_cannot_judge_is_refused_before_anything_is_trained() throws IOException {
    Path good = TestNetwork.small().write(folder, "good");
    byte[] bytes = Files.readAllBytes(good);
    Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 4));
    Path pool = new TestNetwork("maxpool 2 2; maxpool 33 1; tap").write(folder, "pool");
    Path few = new TestNetwork("tap lin").with("lin.weight", new float[2], 2).write(folder, "few");
    Path archive = folder.resolve("archive");
    for (Path network : List.of(cut, pool, few, folder.resolve("absent"))) {
      Program run = judged(network, archive, "1/1");
      assertEquals(2, run.exit(), run.err());
      assertEquals(1, run.complaints().size(), run.err());
      assertTrue(run.err().contains(network.toString()), run.err());
      assertFalse(Files.exists(archive), run.err());
    }
  }

  @Test
  void a_changed_network_is_refused_by_runs_that_it_is_to_judge_and_no_others() throws IOException {
    Path network = TestNetwork.small().write(folder, "network");
    Path archive = folder.resolve("archive");
    assertEquals(0, judged(network, archive, "1/2").exit());
    Files.write(network, new byte[] {0}, StandardOpenOption.APPEND);
    String[] resume = {
      "experiment", "resume", "judged", "--out", archive.toString(), "--shard", ""
    };
    resume[6] = "1/2";
    assertEquals(0, Program.run(resume).exit());
    resume[6] = "2/2";
    Program other = Program.run(resume);
    assertEquals(2, other.exit(), other.err());
    assertEquals(1, other.complaints().size(), other.err());
    assertTrue(other.err().contains("run the experiment file again"), other.err());
  }

  private Program judged(Path network, Path archive, String shard) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("judged.yaml"),
            """
            name: judged
            base:
              task: drift
              packing: td_f1k1_g3
              training: {steps: 1, batch: 1}
              sampling: {steps: 1}
              drift: {strips: 2, videos: 1, sections: 2}
              measure: {network: %s}
            seeds: 0..1
            """
                .formatted(network));
    return Program.run(
        "experiment", "run", file.toString(), "--out", archive.toString(), "--shard", shard);
  }

  @Test
  void an_output_folder_that_cannot_be_written_is_named() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken"), "");
    Program run = Program.run("experiment", "run", file().toString(), "--out", taken.toString());
    assertEquals(2, run.exit(), run.err());
    assertTrue(run.complaints().getLast().contains("taken"), run.err());
  }
}
