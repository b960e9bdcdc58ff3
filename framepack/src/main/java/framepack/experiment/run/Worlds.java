package framepack.experiment.run;

import framepack.experiment.config.Footage;
import framepack.experiment.config.Task;
import framepack.experiment.dataset.ClipFolder;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.StripBank;
import framepack.experiment.dataset.StripWorld;
import framepack.experiment.dataset.VideoBank;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// The worlds of the last few runs: painting one takes seconds, and runs with one seed share it.
final class Worlds {
  private static final int KEPT = 3;

  /// Frames of a painted video beyond those that a test needs, so that training may begin anywhere.
  private static final int SPARE = 12;

  private record Key(Object world, long seed) {}

  private record DriftWorld(StripWorld world, int strips, int videos) {}

  private record Videos(Footage footage, int frames, int known, int videos) {}

  private final Path cache;
  private final Map<Key, Object> banks =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Object> eldest) {
          return size() > KEPT;
        }
      };

  /// @param cache where the latents of folders are kept
  Worlds(Path cache) {
    this.cache = cache;
  }

  StripBank of(Task.Memory memory, long seed) {
    return kept(
        StripBank.class,
        new Key(memory, seed),
        () ->
            StripBank.of(
                memory.world(), seed, memory.periods(), memory.strips(), memory.testStrips()));
  }

  StripBank of(Task.Drift drift, long seed) {
    return kept(
        StripBank.class,
        new Key(new DriftWorld(drift.world(), drift.strips(), drift.videos()), seed),
        () -> StripBank.drift(drift.world(), seed, drift.strips(), drift.videos()));
  }

  /// @param section frames of a section
  VideoBank of(Task.Continue further, int section, long seed) {
    int frames = further.known() + further.sections() * section;
    int known = further.known();
    return switch (further.footage()) {
      case Footage.Painted painted ->
          kept(
              VideoBank.class,
              new Key(new Videos(painted, frames, known, further.videos()), seed),
              () ->
                  VideoBank.of(
                      painted.world(),
                      seed,
                      painted.clips(),
                      further.videos(),
                      frames + SPARE,
                      known));
      case Footage.Folder folder -> kept(VideoBank.class, new Key(folder, 0), () -> read(folder));
    };
  }

  private VideoBank read(Footage.Folder folder) {
    ClipFolder now = ClipFolder.of(Path.of(folder.path()));
    if (!now.content().equals(folder.content())) {
      throw new DatasetError(
          "folder '%s' holds other files than when the experiment was planned (%s, not %s); run the experiment file again"
              .formatted(folder.path(), now.content(), folder.content()));
    }
    return now.bank(folder.every(), cache);
  }

  private <T> T kept(Class<T> type, Key key, Supplier<T> bank) {
    return type.cast(banks.computeIfAbsent(key, _ -> bank.get()));
  }
}
