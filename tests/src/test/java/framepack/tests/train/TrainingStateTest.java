package framepack.tests.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.hunyuan.HunyuanCheckpoint;
import framepack.tensor.io.SafeTensorsException;
import framepack.tests.model.SmallModel;
import framepack.train.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The file a run resumes from.
class TrainingStateTest {
  @TempDir Path folder;

  @Test
  void a_resumed_run_is_bit_identical_to_an_uninterrupted_one() {
    Path file = folder.resolve("state.safetensors");
    Map<String, String> uninterrupted;
    try (SmallTraining training = start(1)) {
      uninterrupted = training.steps(6).values();
    }
    try (SmallTraining training = start(1)) {
      training.steps(3).trainer.save(file);
    }
    try (SmallTraining training = start(99)) { // other weights, all of them overwritten
      training.trainer.resume(file);
      assertEquals(3, training.trainer.step());
      assertEquals(uninterrupted, training.steps(3).values());
    }
  }

  @Test
  void a_failed_save_keeps_the_old_file_and_leaves_nothing_behind() throws IOException {
    Path file = folder.resolve("state.safetensors");
    SmallTraining training = start(1);
    training.steps(1).trainer.save(file);
    byte[] old = Files.readAllBytes(file);
    training.steps(1).home.close(); // the weights are gone in the middle of a run
    assertThrows(IllegalStateException.class, () -> training.trainer.save(file));
    assertArrayEquals(old, Files.readAllBytes(file));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
    training.close();
  }

  @Test
  void a_later_save_replaces_the_file() throws IOException {
    Path file = folder.resolve("state.safetensors");
    try (SmallTraining training = start(1)) {
      training.steps(1).trainer.save(file);
      byte[] old = Files.readAllBytes(file);
      training.steps(1).trainer.save(file);
      assertNotEquals(List.of(old), List.of(Files.readAllBytes(file)));
      training.trainer.resume(file);
      assertEquals(2, training.trainer.step());
    }
  }

  @Test
  void a_state_of_another_model_or_setup_is_refused_and_changes_nothing() {
    Path file = folder.resolve("state.safetensors");
    try (SmallTraining training =
        new SmallTraining("cpu", SmallModel.config(2, 1), SmallTraining.everything(9), 1)) {
      training.trainer.save(file);
    }
    try (SmallTraining training = start(1)) {
      assertRefused(training, file, "belongs to another model");
    }
    try (SmallTraining training = start(1)) {
      training.trainer.save(file);
    }
    TrainConfig withoutEma = TrainConfig.nano(9, 1e-3);
    try (SmallTraining training = SmallTraining.start("cpu", withoutEma, 1)) {
      assertRefused(training, file, "belongs to another model or another training setup");
    }
  }

  @Test
  void weights_alone_are_no_training_state() {
    try (SmallTraining training = start(1)) {
      Path saved = folder.resolve("model");
      HunyuanCheckpoint.save(saved, training.model.config(), training.params.named());
      assertRefused(training, saved.resolve("model.safetensors"), "belongs to another");
    }
  }

  @Test
  void a_truncated_state_is_refused() throws IOException {
    Path file = folder.resolve("state.safetensors");
    try (SmallTraining training = start(1)) {
      training.steps(1).trainer.save(file);
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(whole, whole.length - 5));
      assertThrows(SafeTensorsException.class, () -> training.trainer.resume(file));
      assertEquals(1, training.trainer.step());
    }
  }

  private static void assertRefused(SmallTraining training, Path file, String part) {
    Map<String, String> before = training.values();
    var e = assertThrows(IllegalArgumentException.class, () -> training.trainer.resume(file));
    assertTrue(e.getMessage().contains(part), e.getMessage());
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    assertEquals(before, training.values());
    assertEquals(0, training.trainer.step());
  }

  private static SmallTraining start(long seed) {
    return SmallTraining.start("cpu", SmallTraining.everything(9), seed);
  }
}
