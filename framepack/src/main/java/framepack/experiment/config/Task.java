package framepack.experiment.config;

import framepack.history.HistoryNoise;
import java.util.List;

/// What a run trains on and is judged by.
public sealed interface Task {
  /// As it stands in experiment files.
  String name();

  /// How well the hidden part of a revisited place comes back, by the time since it was last seen.
  ///
  /// @param periods of the revisit world; the lag is the period less 3
  /// @param strips training strips of each period
  /// @param testStrips test strips of each period
  record Memory(List<Integer> periods, int strips, int testStrips) implements Task {
    public Memory {
      periods = List.copyOf(periods);
    }

    @Override
    public String name() {
      return "memory";
    }
  }

  /// How a long video decays when every section is made from sections that were made before.
  ///
  /// @param strips training strips of the carousel
  /// @param sections per video
  /// @param videos test videos
  /// @param trained noise on generated history frames in training
  /// @param sampled the same in sampling
  record Drift(int strips, int sections, int videos, HistoryNoise trained, HistoryNoise sampled)
      implements Task {
    @Override
    public String name() {
      return "drift";
    }
  }
}
