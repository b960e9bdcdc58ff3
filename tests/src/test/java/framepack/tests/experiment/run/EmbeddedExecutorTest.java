package framepack.tests.experiment.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Provenance;
import framepack.experiment.run.Results;
import framepack.experiment.run.RunDirectory;
import framepack.experiment.run.RunDirectory.State;
import framepack.experiment.run.SweepExecutor.Summary;
import framepack.experiment.run.SweepListener;
import framepack.tensor.io.OutputException;
import framepack.train.Trainer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedExecutorTest {
  private static final int STEPS = SmallSweep.STEPS;

  @TempDir Path root;

  private static Experiment memory(String... sets) {
    return SmallSweep.memory(sets);
  }

  /// Hears, and may interfere after a step.
  private static final class Heard implements SweepListener {
    private final List<String> events = new ArrayList<>();
    private final Runnable afterStep;
    private int steps;

    Heard(Runnable afterStep) {
      this.afterStep = afterStep;
    }

    @Override
    public void skipped(PlannedRun run, Skipped reason) {
      events.add(run.config().seed() + " " + reason);
    }

    @Override
    public void begins(PlannedRun run) {
      events.add(run.config().seed() + " begins");
    }

    @Override
    public void stepped(PlannedRun run, Trainer.Progress progress) {
      steps++;
      afterStep.run();
    }

    @Override
    public void finished(PlannedRun run, Results results) {
      events.add(run.config().seed() + " finished");
    }

    @Override
    public void failed(PlannedRun run, Throwable error) {
      events.add(run.config().seed() + " failed");
    }
  }

  private Summary execute(Experiment experiment, Heard heard) {
    return SmallSweep.execute(root, experiment, heard, () -> false, false);
  }

  private static Heard hearing() {
    return new Heard(() -> {});
  }

  private RunDirectory directory(Experiment experiment, int i) {
    return new Archive(root).run(experiment.runs().get(i));
  }

  @Test
  void what_a_kill_just_before_the_end_left_behind_is_removed() throws IOException {
    Experiment experiment = memory("seeds=0");
    execute(experiment, hearing());
    Path run = directory(experiment, 0).path();
    long files = count(run);
    String owner = "{\"host\":\"%s\",\"pid\":1,\"started\":1}";
    Files.writeString(
        run.resolve("claim.json"), owner.formatted(InetAddress.getLocalHost().getHostName()));
    Files.writeString(run.resolve("checkpoint.safetensors"), "");
    Files.writeString(run.resolve(".results.json.half"), "");
    execute(experiment, hearing());
    assertEquals(files, count(run));
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void a_run_fills_its_directory_and_is_never_repeated() throws IOException {
    Experiment experiment = memory();
    assertEquals(new Summary(3, 0, 0, 0), execute(experiment, hearing()));
    RunDirectory run = directory(experiment, 0);
    assertEquals(State.FINISHED, run.state());
    List<String> table = Files.readAllLines(run.table());
    assertEquals("step,loss,gradient_norm,learning_rate", table.getFirst());
    assertEquals(STEPS + 1, table.size());
    assertEquals(STEPS, Files.readAllLines(run.metrics()).size());
    assertTrue(Results.read(run.results()).values().containsKey("hidden.lag09"));
    assertEquals("a test", Provenance.last(run.provenance()).get("command"));
    assertTrue(Files.exists(run.model()));
    assertFalse(Files.exists(run.checkpoint()));
    assertFalse(Files.exists(run.path().resolve("claim.json")));
    Heard again = hearing();
    assertEquals(new Summary(3, 0, 0, 0), execute(experiment, again));
    assertEquals(0, again.steps);
    assertEquals(List.of("0 FINISHED", "1 FINISHED", "2 FINISHED"), again.events);
  }

  @Test
  void a_stopped_run_goes_on_where_it_stopped_and_ends_with_the_same_bytes() throws IOException {
    Experiment experiment = memory("seeds=0");
    SmallSweep.execute(root.resolve("whole"), experiment, hearing(), () -> false, false);
    Heard first = hearing();
    Summary stopped = SmallSweep.execute(root, experiment, first, () -> first.steps == 2, false);
    assertEquals(new Summary(0, 0, 0, 1), stopped);
    RunDirectory run = directory(experiment, 0);
    assertEquals(State.BEGUN, run.state());
    // A later kill leaves steps that no checkpoint has, and half a line.
    Files.writeString(run.metrics(), "{\"step\":2,\"lo", StandardOpenOption.APPEND);
    Heard second = hearing();
    assertEquals(new Summary(1, 0, 0, 0), execute(experiment, second));
    assertEquals(STEPS, first.steps + second.steps);
    RunDirectory whole = new Archive(root.resolve("whole")).run(experiment.runs().getFirst());
    for (String file :
        List.of(
            "config.json", "metrics.jsonl", "metrics.csv", "model.safetensors", "results.json")) {
      assertArrayEquals(
          Files.readAllBytes(whole.path().resolve(file)),
          Files.readAllBytes(run.path().resolve(file)),
          file);
    }
    assertEquals("2", Provenance.last(run.provenance()).get("step"));
  }

  @Test
  void a_failed_run_keeps_its_trace_and_the_others_go_on_until_it_is_tried_again()
      throws IOException {
    Experiment experiment = memory();
    Heard heard = hearing();
    Heard failing =
        new Heard(() -> {
          if (heard.steps++ == STEPS) {
            throw new ArithmeticException("made to fail");
          }
        });
    assertEquals(new Summary(2, 1, 0, 0), execute(experiment, failing));
    assertEquals(
        List.of("0 begins", "0 finished", "1 begins", "1 failed", "2 begins", "2 finished"),
        failing.events);
    RunDirectory failed = directory(experiment, 1);
    assertEquals(State.FAILED, failed.state());
    String trace = Files.readString(failed.failure());
    assertTrue(trace.startsWith("java.lang.ArithmeticException: made to fail"), trace);
    assertTrue(trace.contains("\tat framepack."), trace);
    assertEquals(new Summary(2, 1, 0, 0), execute(experiment, hearing()));
    assertEquals(
        new Summary(3, 0, 0, 0),
        SmallSweep.execute(root, experiment, hearing(), () -> false, true));
    assertFalse(Files.exists(failed.failure()));
  }

  @Test
  void when_the_disk_cannot_be_written_the_sweep_ends_and_nothing_is_called_failed() {
    Experiment experiment = memory();
    Heard full =
        new Heard(() -> {
          throw new OutputException("the disk is full", null);
        });
    OutputException e = assertThrows(OutputException.class, () -> execute(experiment, full));
    assertEquals("the disk is full", e.getMessage());
    assertEquals(List.of("0 begins"), full.events);
    assertEquals(State.WAITING, directory(experiment, 0).state());
    assertEquals(new Summary(3, 0, 0, 0), execute(experiment, hearing()));
  }

  @Test
  void a_run_that_another_process_claims_is_left_to_it_unless_that_process_is_gone()
      throws IOException {
    Experiment experiment = memory("seeds=0");
    Path claim = directory(experiment, 0).path().resolve("claim.json");
    Files.createDirectories(claim.getParent());
    Files.writeString(claim, "{\"host\":\"elsewhere\",\"pid\":1,\"started\":0}");
    Heard waiting = hearing();
    assertEquals(new Summary(0, 0, 1, 0), execute(experiment, waiting));
    assertEquals(List.of("0 ELSEWHERE"), waiting.events);
    Files.setLastModifiedTime(claim, FileTime.from(Instant.now().minusSeconds(3600)));
    assertEquals(new Summary(1, 0, 0, 0), execute(experiment, hearing()));
  }

  @Test
  void a_claim_whose_process_died_on_this_machine_is_void_at_once()
      throws IOException, InterruptedException {
    Experiment experiment = memory("seeds=0");
    Path claim = directory(experiment, 0).path().resolve("claim.json");
    Path seen = root.resolve("seen");
    Heard heard =
        new Heard(() -> {
          try {
            Files.writeString(seen, Files.readString(claim));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    SmallSweep.execute(root, experiment, heard, () -> heard.steps == 1, false);
    String own = Files.readString(seen);
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    String dead =
        own.replaceAll("\"pid\":\\d+", "\"pid\":" + gone.pid())
            .replaceAll("\"started\":\\d+", "\"started\":1");
    Files.writeString(claim, own);
    assertEquals(new Summary(0, 0, 1, 0), execute(experiment, hearing()), "we are alive");
    Files.writeString(claim, dead);
    assertEquals(new Summary(1, 0, 0, 0), execute(experiment, hearing()));
  }
}
