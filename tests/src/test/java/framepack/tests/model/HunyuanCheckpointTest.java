package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.Checkpoint;
import framepack.model.hunyuan.HunyuanCheckpoint;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.io.OutputException;
import framepack.tensor.io.SafeTensorsException;
import framepack.tensor.nn.Params;
import framepack.tensor.nn.WeightMismatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Transformers on disk: what is saved loads again, what does not fit is refused.
class HunyuanCheckpointTest {
  private static final Path SHARDED = Path.of("golden/dit-fp-bf16-sharded");

  @Test
  void a_laboratory_model_computes_the_same_after_a_round_trip(@TempDir Path folder) {
    Path saved = folder.resolve("model");
    HunyuanConfig config = SmallModel.config(2, 1);
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend)) {
      Params params = Params.create(home, 7);
      HunyuanVideoPacked model = new HunyuanVideoPacked(config, params);
      SmallModel.open(params);
      float[] before = model.forward(SmallModel.input(1)).toFloats();
      HunyuanCheckpoint.save(saved, config, params.named());
      try (Checkpoint<HunyuanVideoPacked> loaded = HunyuanCheckpoint.open(saved, backend)) {
        assertEquals(config, loaded.model().config());
        assertArrayEquals(before, loaded.model().forward(SmallModel.input(1)).toFloats());
      }
      Path file = saved.resolve("model.safetensors");
      try (Checkpoint<HunyuanVideoPacked> loaded = HunyuanCheckpoint.open(file, backend)) {
        assertEquals(params.named().keySet(), loaded.weights().keySet());
      }
      assertThrows(
          OutputException.class, () -> HunyuanCheckpoint.save(saved, config, params.named()));
    }
  }

  @Test
  void weights_stay_in_their_stored_type_but_for_biases_and_norms() {
    try (Backend backend = Backends.open("cpu");
        Checkpoint<HunyuanVideoPacked> sharded = HunyuanCheckpoint.open(SHARDED, backend)) {
      sharded
          .weights()
          .forEach((name, weight) ->
              assertEquals(
                  weight.shape().rank() == 1 ? DType.F32 : DType.BF16, weight.dtype(), name));
    }
  }

  @Test
  void a_model_of_another_depth_is_refused_naming_a_weight(@TempDir Path folder)
      throws IOException {
    try (var files = Files.list(SHARDED)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    try (Backend backend = Backends.open("cpu")) {
      Files.writeString(config, text.replaceFirst("\"num_layers\": \\d+", "\"num_layers\": 9"));
      var missing =
          assertThrows(WeightMismatch.class, () -> HunyuanCheckpoint.open(folder, backend));
      assertTrue(missing.getMessage().contains("is missing"), missing.getMessage());
      assertTrue(missing.getMessage().contains("nearest known name"), missing.getMessage());
      Files.writeString(config, text.replaceFirst("\"num_layers\": \\d+", "\"num_layers\": 0"));
      var unknown =
          assertThrows(WeightMismatch.class, () -> HunyuanCheckpoint.open(folder, backend));
      assertTrue(unknown.getMessage().contains("unknown to the model"), unknown.getMessage());
    }
  }

  @Test
  void a_folder_without_weights_is_refused(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    try (Backend backend = Backends.open("cpu")) {
      assertThrows(SafeTensorsException.class, () -> HunyuanCheckpoint.open(folder, backend));
    }
  }

  @Test
  void a_model_that_needs_text_says_so() {
    try (Backend backend = Backends.open("cpu");
        Workspace _ = Workspace.open(backend);
        Checkpoint<HunyuanVideoPacked> sharded = HunyuanCheckpoint.open(SHARDED, backend)) {
      Tensor latents = Tensor.zeros(1, 16, 1, 4, 6);
      var in =
          TransformerInput.ofVideo(
              latents, new long[][] {{0}}, List.of(), Tensor.full(1000, 1), null);
      var e = assertThrows(IllegalArgumentException.class, () -> sharded.model().forward(in));
      assertTrue(e.getMessage().contains("needs"), e.getMessage());
    }
  }
}
