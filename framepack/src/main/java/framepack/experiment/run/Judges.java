package framepack.experiment.run;

import framepack.experiment.config.Judge;
import framepack.experiment.config.RunConfig;
import framepack.experiment.dataset.Content;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.metric.FrameNetwork;
import framepack.tensor.backend.Backend;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The networks of the user's that judge the videos of runs.
public final class Judges {
  private record Trial(Judge judge, int side) {}

  private Judges() {}

  /// Tries each network on a frame of the size it is to judge: training takes minutes, and the network is asked after it.
  ///
  /// @throws IllegalArgumentException if a network cannot be read, does not fit, or is not the one that was planned with
  public static void check(Stream<RunConfig> runs, Backend backend) {
    runs.map(run -> new Trial(run.judge(), run.task().side()))
        .distinct()
        .filter(trial -> !trial.judge().equals(Judge.NONE))
        .forEach(trial -> {
          try (FrameNetwork network = open(trial.judge(), backend)) {
            network.check(trial.side(), trial.side());
          }
        });
  }

  static FrameNetwork open(Judge judge, Backend backend) {
    Path file = Path.of(judge.network());
    if (!Content.of(List.of(file)).equals(judge.content())) {
      throw new DatasetError(
          "network '%s' is another one than when the experiment was planned; run the experiment file again"
              .formatted(file));
    }
    return FrameNetwork.open(file, backend);
  }
}
