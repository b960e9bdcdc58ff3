package framepack.experiment.run;

import framepack.experiment.config.RunConfig;
import framepack.experiment.config.Task;
import framepack.experiment.dataset.StripBank;
import java.util.LinkedHashMap;
import java.util.Map;

/// The worlds of the last few runs: painting one takes seconds, and runs with one seed share it.
final class Worlds {
  private static final int KEPT = 3;

  private record Key(Object world, long seed) {}

  private record DriftWorld(int strips, int videos) {}

  private final Map<Key, StripBank> banks =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, StripBank> eldest) {
          return size() > KEPT;
        }
      };

  StripBank of(RunConfig config) {
    long seed = config.seed();
    return switch (config.task()) {
      case Task.Memory memory ->
          banks.computeIfAbsent(
              new Key(memory, seed),
              _ -> StripBank.memory(seed, memory.periods(), memory.strips(), memory.testStrips()));
      case Task.Drift drift ->
          banks.computeIfAbsent(
              new Key(new DriftWorld(drift.strips(), drift.videos()), seed),
              _ -> StripBank.drift(seed, drift.strips(), drift.videos()));
    };
  }
}
