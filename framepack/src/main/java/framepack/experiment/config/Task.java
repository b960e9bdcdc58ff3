package framepack.experiment.config;

import framepack.experiment.dataset.StripWorld;
import framepack.history.HistoryNoise;
import java.util.List;

/// What a run trains on and is judged by.
public sealed interface Task {
  /// As it stands in experiment files.
  String name();

  /// Height and width of its frames in pixels.
  default int side() {
    return StripWorld.USUAL_SIDE;
  }

  /// How well the hidden part of a revisited place comes back, by the time since it was last seen.
  ///
  /// @param world what the camera pans over
  /// @param periods of the world; the lag is the period less 3
  /// @param strips training strips of each period
  /// @param testStrips test strips of each period
  record Memory(StripWorld world, List<Integer> periods, int strips, int testStrips)
      implements Task {
    public Memory {
      periods = List.copyOf(periods);
    }

    @Override
    public String name() {
      return "memory";
    }

    @Override
    public int side() {
      return world.side();
    }
  }

  /// How a long video decays when every section is made from sections that were made before.
  ///
  /// @param world what turns past the camera
  /// @param strips training strips of it
  /// @param sections per video
  /// @param videos test videos
  /// @param trained noise on generated history frames in training
  /// @param sampled the same in sampling
  record Drift(
      StripWorld world,
      int strips,
      int sections,
      int videos,
      HistoryNoise trained,
      HistoryNoise sampled)
      implements Task {
    @Override
    public String name() {
      return "drift";
    }

    @Override
    public int side() {
      return world.side();
    }
  }

  /// How well videos are continued from some frames of theirs, against what really came next.
  ///
  /// @param footage where the videos come from
  /// @param known frames that are given
  /// @param sections that are made
  /// @param videos test videos
  record Continue(Footage footage, int known, int sections, int videos) implements Task {
    @Override
    public String name() {
      return "continue";
    }
  }
}
