package framepack.tests.experiment.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.config.Experiment;
import framepack.experiment.config.ExperimentFile;
import framepack.experiment.config.RunConfigJson;
import framepack.experiment.dataset.Frames;
import framepack.experiment.run.Archive;
import framepack.experiment.run.Results;
import framepack.experiment.run.RunDirectory;
import framepack.experiment.run.SweepExecutor.Summary;
import framepack.experiment.run.SweepListener;
import framepack.media.Y4m;
import framepack.tests.experiment.dataset.TestFolder;
import framepack.tests.experiment.dataset.TestFrames;
import framepack.tests.experiment.metric.TestNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The task `continue`, on painted videos and on a folder.
class ContinuationRunTest {
  @TempDir Path root;

  private static Experiment experiment(String... sets) {
    return ExperimentFile.parse(
        "test",
        """
        name: test
        base:
          task: continue
          packing: td_f2k2f1k1_g2
          training: {steps: 1, batch: 1}
          sampling: {steps: 1}
          continue: {clips: 2, known: 8, sections: 2, videos: 8}
        """,
        List.of(sets));
  }

  private Summary run(Experiment experiment) {
    return SmallSweep.execute(
        root.resolve("archive"), experiment, SweepListener.NONE, () -> false, true);
  }

  private RunDirectory directory(Experiment experiment) {
    return new Archive(root.resolve("archive")).run(experiment.runs().getFirst());
  }

  @ParameterizedTest
  @CsvSource({
    "continue.footage=sprites, order=vanilla",
    "continue.footage=sprites, order=forward-start",
    "continue.footage=panorama, order=inverted",
    "'continue={footage: panorama, pan: 5, width: 96, clips: 2, known: 8, sections: 2}', order=endpoint",
    "continue.footage=panorama, training.levels=rolling",
  })
  void painted_videos_are_continued_and_measured(String footage, String order) throws IOException {
    Experiment experiment = experiment(footage, order);
    Summary summary = run(experiment);
    RunDirectory run = directory(experiment);
    assertEquals(
        1, summary.finished(), () -> Files.exists(run.failure()) ? read(run.failure()) : "");
    Results results = Results.read(run.results());
    for (String key :
        List.of("first", "last", "drift", "gain", "remembered", "ssim.last", "drift.motion")) {
      assertTrue(Double.isFinite(results.values().get(key)), key + results.values());
    }
    assertEquals(2, results.curves().get("psnr").length);
    String json = RunConfigJson.write(experiment.runs().getFirst().config());
    assertEquals(experiment.runs().getFirst().config(), RunConfigJson.read("again", json), json);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void a_folder_is_part_of_a_runs_address_by_its_content() throws IOException {
    Path folder = TestFolder.of(root, 14);
    String[] sets = {"continue.footage=folder", "continue.folder=" + folder};
    Experiment experiment = experiment(sets);
    assertEquals(1, run(experiment).finished());
    assertFalse(Results.read(directory(experiment).results()).values().containsKey("remembered"));
    assertTrue(Files.isDirectory(root.resolve("archive/latents")));
    byte[] bytes = Files.readAllBytes(folder.resolve("clip1.y4m"));
    bytes[bytes.length - 1] ^= 1;
    Files.write(folder.resolve("clip1.y4m"), bytes);
    assertNotEquals(
        experiment.runs().getFirst().address(), experiment(sets).runs().getFirst().address());
    Files.delete(directory(experiment).results());
    assertEquals(1, run(experiment).failed());
    assertTrue(read(directory(experiment).failure()).contains("run the experiment file again"));
  }

  /// The last known frame has no error there, and infinite PSNR.
  @Test
  void a_section_in_which_nothing_moves_leaves_the_gain_finite() throws IOException {
    Path folder = TestFolder.of(root, 14);
    Frames clip = TestFrames.waves(12, 72, 80);
    Frames still = clip.slice(7, 1);
    Frames paused = Frames.concat(List.of(clip.slice(0, 8), still, still, clip.slice(10, 2)));
    Y4m.write(folder.resolve("the last is for tests.y4m"), TestFolder.clip(paused));
    Experiment experiment = experiment("continue.footage=folder", "continue.folder=" + folder);
    assertEquals(1, run(experiment).finished());
    Results results = Results.read(directory(experiment).results());
    assertTrue(Double.isFinite(results.values().get("gain")), results.values().toString());
  }

  @Test
  void a_network_of_the_user_s_is_one_more_measure_and_part_of_the_address() throws IOException {
    Path network = TestNetwork.small().write(root, "network");
    String set = "measure.network=" + network;
    Experiment experiment = experiment(set);
    assertNotEquals(
        experiment().runs().getFirst().address(), experiment.runs().getFirst().address());
    assertEquals(1, run(experiment).finished());
    Results results = Results.read(directory(experiment).results());
    assertTrue(results.values().get("network.last") > 0, results.values().toString());
    assertEquals(2, results.curves().get("quality.network").length);
    String json = RunConfigJson.write(experiment.runs().getFirst().config());
    assertEquals(experiment.runs().getFirst().config(), RunConfigJson.read("again", json), json);
    Files.write(network, new byte[] {1}, StandardOpenOption.APPEND);
    assertNotEquals(
        experiment.runs().getFirst().address(), experiment(set).runs().getFirst().address());
    Files.delete(directory(experiment).results());
    assertEquals(1, run(experiment).failed());
    assertTrue(read(directory(experiment).failure()).contains("run the experiment file again"));
    String said =
        assertThrows(
                IllegalArgumentException.class, () -> experiment("measure.network=/nowhere/at/all"))
            .getMessage();
    assertTrue(said.contains("measure.network: expected a safetensors file that exists"), said);
  }

  @Test
  void a_folder_that_is_missing_is_refused_before_anything_runs() {
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> experiment("continue.footage=folder", "continue.folder=/nowhere/at/all"))
            .getMessage();
    assertTrue(said.contains("continue.folder: no folder '/nowhere/at/all'"), said);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> experiment("continue.footage=folder"))
            .getMessage()
            .contains("continue.folder is missing"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> experiment("continue.footage=panorama", "continue.width=100"))
            .getMessage()
            .contains("multiples of 16"));
  }
}
