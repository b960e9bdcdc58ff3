package framepack.experiment.run;

import framepack.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The directory of one run, named by its content address.
///
/// | file | holds | same bytes for the same run |
/// |---|---|---|
/// | `config.json` | the resolved settings | yes |
/// | `metrics.jsonl` | one line a training step, while it runs and after | yes |
/// | `metrics.csv` | the same, at the end | yes |
/// | `checkpoint.safetensors` | what a resumed run starts from; gone at the end | |
/// | `model.safetensors` | the trained weights | yes |
/// | `results.json` | what was measured; its being there means finished | yes |
/// | `generated.y4m`, `truth.y4m` | a video, where the task makes one | yes |
/// | `cost.json` | times and memory | no |
/// | `provenance.json` | what made it: commit, JDK, flags, device, command, once a session | no |
/// | `events.out.tfevents.*` | TensorBoard's view of the metrics, one file a session | no |
/// | `failure.txt` | the stack trace of a failed run | |
/// | `claim.json` | the process that is at it | |
public record RunDirectory(Path path) {
  /// How far a run is.
  public enum State {
    /// Nothing is there yet.
    WAITING,
    /// Some training is done and kept.
    BEGUN,
    /// It ended with an error.
    FAILED,
    FINISHED
  }

  public State state() {
    if (Files.exists(results())) {
      return State.FINISHED;
    }
    if (Files.exists(failure())) {
      return State.FAILED;
    }
    return Files.exists(checkpoint()) ? State.BEGUN : State.WAITING;
  }

  /// Removes from a finished run what a kill just before its end may have left.
  void tidy() {
    try {
      Files.deleteIfExists(checkpoint());
      Files.deleteIfExists(failure());
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.filter(file -> name(file).startsWith(".")).toList()) {
          Files.deleteIfExists(file); // half of something that was to be renamed into place
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  public Path config() {
    return path.resolve("config.json");
  }

  public Path metrics() {
    return path.resolve("metrics.jsonl");
  }

  /// Loss of every training step done so far.
  public double[] losses() {
    return MetricsLog.read(metrics()).stream().mapToDouble(Trainer.Progress::loss).toArray();
  }

  public Path table() {
    return path.resolve("metrics.csv");
  }

  public Path checkpoint() {
    return path.resolve("checkpoint.safetensors");
  }

  public Path model() {
    return path.resolve("model.safetensors");
  }

  public Path results() {
    return path.resolve("results.json");
  }

  public Path generated() {
    return path.resolve("generated.y4m");
  }

  public Path truth() {
    return path.resolve("truth.y4m");
  }

  public Path cost() {
    return path.resolve("cost.json");
  }

  public Path provenance() {
    return path.resolve("provenance.json");
  }

  public Path failure() {
    return path.resolve("failure.txt");
  }

  Path claim() {
    return path.resolve("claim.json");
  }
}
