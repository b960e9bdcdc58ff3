package framepack.experiment.config;

import framepack.experiment.dataset.Carousel;
import framepack.experiment.dataset.ClipFolder;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Panorama;
import framepack.experiment.dataset.Photograph;
import framepack.experiment.dataset.RevisitWorld;
import framepack.experiment.dataset.Sprites;
import framepack.experiment.dataset.StripWorld;
import framepack.history.HistoryNoise;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The settings of each task.
final class TaskSettings {
  private static final Map<String, IntFunction<StripWorld>> WORLDS = new LinkedHashMap<>();
  private static final List<String> FOOTAGE = List.of("sprites", "panorama", "folder");

  static {
    WORLDS.put("revisit", RevisitWorld::new);
    WORLDS.put("carousel", Carousel::new);
    WORLDS.put("photograph", Photograph::new);
  }

  private TaskSettings() {}

  static Task.Memory memory(Settings memory) {
    List<Integer> periods = memory.wholes("periods", List.of(4, 12, 16), 4);
    for (int period : periods) {
      if (period % 2 != 0 || periods.indexOf(period) != periods.lastIndexOf(period)) {
        ConfigNode node = memory.node("periods").orElseThrow();
        throw memory.wrong("periods", node, "even numbers from 4, each once");
      }
    }
    return new Task.Memory(
        world(memory, RevisitWorld::new),
        periods,
        memory.whole("strips", 700, 1),
        memory.whole("test-strips", 64, 1));
  }

  static Task.Drift drift(Settings drift) {
    StripWorld world = world(drift, Carousel::new);
    if (world instanceof RevisitWorld) {
      throw drift.wrong(
          "world", drift.node("world").orElseThrow(), "a world that has a period of 3 frames");
    }
    Settings noise = drift.section("noise");
    HistoryNoise.Form form = noise.choice("form", HistoryNoise.Form.class, HistoryNoise.Form.MIX);
    Task.Drift task =
        new Task.Drift(
            world,
            drift.whole("strips", 1500, 1),
            drift.whole("sections", 20, 1),
            drift.whole("videos", 32, 1),
            noise(noise, "trained", form),
            noise(noise, "sampled", form));
    noise.done();
    return task;
  }

  private static StripWorld world(Settings task, IntFunction<StripWorld> usual) {
    IntFunction<StripWorld> world = task.choice("world", WORLDS, usual);
    int side = task.whole("side", StripWorld.USUAL_SIDE, StripWorld.USUAL_SIDE);
    try {
      return world.apply(side);
    } catch (DatasetError e) {
      throw new ConfigError(task.origin(), task.name("side") + ": " + e.getMessage());
    }
  }

  /// A level, or the lowest and the highest of a range.
  private static HistoryNoise noise(Settings noise, String key, HistoryNoise.Form form) {
    List<Double> levels = noise.numbers(key, List.of(0.0), 0, 1);
    if (levels.size() > 2 || levels.getFirst() > levels.getLast()) {
      throw noise.wrong(key, noise.node(key).orElseThrow(), "a level, or [lowest, highest]");
    }
    return levels.getLast() == 0
        ? HistoryNoise.NONE
        : new HistoryNoise(form, levels.getFirst(), levels.getLast());
  }

  /// @param asked whether this is the task of the run: only then is a folder looked at
  static Task.Continue further(Settings settings, boolean asked) {
    Map<String, String> words = new LinkedHashMap<>();
    FOOTAGE.forEach(word -> words.put(word, word));
    String of = settings.choice("footage", words, FOOTAGE.getFirst());
    int videos = settings.whole("clips", 300, 1);
    int pan = settings.whole("pan", 16, 1);
    int width = settings.whole("width", 192, StripWorld.USUAL_SIDE);
    String folder = settings.text("folder", "");
    String content = settings.text("content", "");
    int every = settings.whole("every", 1, 1);
    Task.Continue further =
        new Task.Continue(
            new Footage.Painted(new Sprites(), videos),
            settings.whole("known", 19, 1),
            settings.whole("sections", 4, 1),
            settings.whole("videos", 32, 1));
    Footage footage =
        switch (of) {
          case "panorama" -> new Footage.Painted(panorama(settings, pan, width), videos);
          case "folder" -> folder(settings, folder, content, every, asked);
          default -> further.footage();
        };
    return new Task.Continue(footage, further.known(), further.sections(), further.videos());
  }

  private static Panorama panorama(Settings settings, int pan, int width) {
    try {
      return new Panorama(pan, width);
    } catch (DatasetError e) {
      throw new ConfigError(settings.origin(), "continue.width: " + e.getMessage());
    }
  }

  private static Footage folder(
      Settings settings, String folder, String content, int every, boolean asked) {
    if (!asked) {
      return new Footage.Folder(folder, content, every);
    }
    if (folder.isEmpty()) {
      throw settings.missing("folder", "a folder of clips or images");
    }
    try {
      String now = content.isEmpty() ? ClipFolder.of(Path.of(folder)).content() : content;
      return new Footage.Folder(folder, now, every);
    } catch (DatasetError e) {
      throw new ConfigError(settings.origin(), "continue.folder: " + e.getMessage());
    }
  }

  /// As [#memory], [#drift] and [#further] read it; a world and its side are written where they are not the usual ones.
  static void write(Task of, ObjectNode task) {
    switch (of) {
      case Task.Memory memory -> {
        world(task, memory.world(), RevisitWorld::new);
        ArrayNode periods = task.putArray("periods");
        memory.periods().forEach(periods::add);
        task.put("strips", memory.strips()).put("test-strips", memory.testStrips());
      }
      case Task.Drift drift -> {
        world(task, drift.world(), Carousel::new);
        task.put("strips", drift.strips());
        task.put("sections", drift.sections()).put("videos", drift.videos());
        noise(task, drift.trained(), drift.sampled());
      }
      case Task.Continue further -> {
        footage(task, further.footage());
        task.put("known", further.known()).put("sections", further.sections());
        task.put("videos", further.videos());
      }
    }
  }

  private static void footage(ObjectNode task, Footage footage) {
    switch (footage) {
      case Footage.Painted(Sprites _, int videos) ->
          task.put("footage", "sprites").put("clips", videos);
      case Footage.Painted(Panorama(int pan, int width), int videos) ->
          task.put("footage", "panorama").put("clips", videos).put("pan", pan).put("width", width);
      case Footage.Folder(String path, String content, int every) ->
          task.put("footage", "folder")
              .put("folder", path)
              .put("content", content)
              .put("every", every);
    }
  }

  private static void world(ObjectNode task, StripWorld world, IntFunction<StripWorld> usual) {
    int side = world.side();
    if (!world.equals(usual.apply(side))) {
      WORLDS.forEach((word, known) -> {
        if (known.apply(side).equals(world)) {
          task.put("world", word);
        }
      });
    }
    if (side != StripWorld.USUAL_SIDE) {
      task.put("side", side);
    }
  }

  private static void noise(ObjectNode task, HistoryNoise trained, HistoryNoise sampled) {
    if (trained.high() == 0 && sampled.high() == 0) {
      return;
    }
    HistoryNoise.Form form = trained.high() > 0 ? trained.form() : sampled.form();
    ObjectNode noise = task.putObject("noise");
    noise.put("form", form.name().toLowerCase(Locale.ROOT));
    noise.putArray("trained").add(trained.low()).add(trained.high());
    noise.putArray("sampled").add(sampled.low()).add(sampled.high());
  }
}
