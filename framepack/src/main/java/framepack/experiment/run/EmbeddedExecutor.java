package framepack.experiment.run;

import framepack.experiment.config.PlannedRun;
import framepack.experiment.run.SweepListener.Skipped;
import framepack.tensor.backend.Backend;
import framepack.tensor.io.AtomicFile;
import framepack.tensor.io.OutputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// One run after the other in this process. Several processes, on several machines too, may work on one archive at the
/// same time: each takes the runs that nobody has.
///
/// A run that fails leaves its stack trace, and the next one begins. Only when the disk cannot be written, which no other
/// run would survive either, the sweep ends.
///
/// @param checkpoints pause between checkpoints: what a kill costs at most
/// @param retry whether runs that failed before are tried again
public record EmbeddedExecutor(
    Archive archive, Backend backend, Provenance provenance, Duration checkpoints, boolean retry)
    implements SweepExecutor {

  private enum End {
    FINISHED,
    FAILED,
    ELSEWHERE,
    STOPPED
  }

  @Override
  public Summary execute(List<PlannedRun> runs, SweepListener listener, BooleanSupplier stop) {
    int[] ends = new int[End.values().length];
    Worlds worlds = new Worlds(archive.root().resolve("latents"));
    for (PlannedRun run : runs) {
      End end = stop.getAsBoolean() ? End.STOPPED : one(run, worlds, listener, stop);
      ends[end.ordinal()]++;
    }
    return new Summary(
        ends[End.FINISHED.ordinal()],
        ends[End.FAILED.ordinal()],
        ends[End.ELSEWHERE.ordinal()],
        ends[End.STOPPED.ordinal()]);
  }

  private End one(PlannedRun run, Worlds worlds, SweepListener listener, BooleanSupplier stop) {
    RunDirectory directory = archive.run(run);
    Optional<End> settled = settled(run, directory, listener);
    if (settled.isPresent()) {
      return settled.get();
    }
    Optional<Claim> taken = Claim.take(directory);
    if (taken.isEmpty()) {
      listener.skipped(run, Skipped.ELSEWHERE);
      return End.ELSEWHERE;
    }
    try (Claim claim = taken.get()) {
      // Another process may have finished it between the look and the claim.
      return settled(run, directory, listener)
          .orElseGet(() -> claimed(run, directory, claim, worlds, listener, stop));
    }
  }

  private Optional<End> settled(PlannedRun run, RunDirectory directory, SweepListener listener) {
    return switch (directory.state()) {
      case FINISHED -> {
        if (Claim.isFree(directory)) {
          directory.tidy();
        }
        listener.skipped(run, Skipped.FINISHED);
        yield Optional.of(End.FINISHED);
      }
      case FAILED -> {
        if (retry) {
          yield Optional.empty();
        }
        listener.skipped(run, Skipped.FAILED);
        yield Optional.of(End.FAILED);
      }
      case WAITING, BEGUN -> Optional.empty();
    };
  }

  private End claimed(
      PlannedRun run,
      RunDirectory directory,
      Claim claim,
      Worlds worlds,
      SweepListener listener,
      BooleanSupplier stop) {
    listener.begins(run);
    try (RunWatch watch =
        new RunWatch(
            directory, claim, provenance, checkpoints, p -> listener.stepped(run, p), stop)) {
      Files.deleteIfExists(directory.failure());
      Optional<Results> results =
          new RunExecution(run.config(), directory, worlds).execute(backend, watch);
      results.ifPresent(r -> listener.finished(run, r));
      return results.isPresent() ? End.FINISHED : End.STOPPED;
    } catch (OutputException | UncheckedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException | OutOfMemoryError e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true));
      AtomicFile.write(directory.failure(), trace.toString());
      listener.failed(run, e);
      return End.FAILED;
    }
  }
}
