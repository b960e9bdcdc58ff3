package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.Checkpoint;
import framepack.model.ConfigException;
import framepack.model.ConfigKeys;
import framepack.model.wan.WanCheckpoint;
import framepack.model.wan.WanConfig;
import framepack.model.wan.WanConfigJson;
import framepack.model.wan.WanTransformer;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import framepack.tensor.nn.WeightMismatch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Wan's `config.json`, and its folders on disk.
class WanConfigTest {
  @Test
  void absent_keys_have_the_defaults_of_the_official_class() {
    assertEquals(WanConfig.T2V_14B, read("{}"));
    assertEquals(7, read("{'in_channels': 7, 'out_channels': null}").outChannels());
  }

  @Test
  void what_is_written_is_read_back_equal() {
    WanConfig packed =
        WanConfig.T2V_1_3B.withHistoryKernels(
            List.of(PatchKernel.cubic(1), PatchKernel.spatial(2)));
    WanConfig odd = SmallWan.plain(3, true);
    for (WanConfig config :
        List.of(WanConfig.T2V_14B, WanConfig.T2V_1_3B, WanConfig.I2V_14B, packed, odd)) {
      assertEquals(config, read(WanConfigJson.write(config)));
    }
    assertFalse(WanConfigJson.write(WanConfig.I2V_14B).contains("history"));
    assertTrue(WanConfigJson.describes(keys(WanConfigJson.write(packed))));
    assertFalse(WanConfigJson.describes(keys("{'_class_name': 'HunyuanVideoTransformer3DModel'}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'num_layer': 20} | x.json: unknown key 'num_layer'; the nearest known name is 'num_layers'",
        "{'qk_norm': 'rms_norm'} | x.json: 'qk_norm' must be one of rms_norm_across_heads, got \"rms_norm\"",
        "{'patch_size': [2, 2, 2]} | x.json: the patch k2h2w2 must be one frame deep, as history is",
        "{'patch_size': [1, 4, 4], 'history_kernels': [[1, 2, 2]]} | x.json: history kernel k1 must be a multiple of the patch k1h4w4",
        "{'attention_head_dim': 127} | x.json: attention_head_dim 127 must be even and at least 6",
        "{'num_attention_heads': 1000000} | x.json: 1000000 heads of 128 channels are more than any model has",
        "{'image_dim': 1280} | x.json: added_kv_proj_dim must be the model's 5120 channels, got null",
        "{'added_kv_proj_dim': 5120} | x.json: added_kv_proj_dim must be null where image_dim is, got 5120",
        "{'pos_embed_seq_len': 514} | x.json: pos_embed_seq_len must be null: models of a first and a last image are not supported",
        "{'eps': -1} | x.json: 'eps' must be a number above 0, got -1",
      })
  void what_cannot_be_built_is_refused_in_one_line(String json, String message) {
    var e = assertThrows(ConfigException.class, () -> read(json));
    assertEquals(message, e.getMessage());
  }

  @Test
  void a_packed_model_computes_the_same_after_a_round_trip(@TempDir Path folder) {
    WanConfig config = SmallWan.packed(2, true);
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend)) {
      Params params = Params.create(home, 7);
      WanTransformer model = new WanTransformer(config, params);
      SmallWan.open(params);
      float[] before = model.forward(SmallWan.packedInput(1, true)).toFloats();
      Map<String, Tensor> weights = new LinkedHashMap<>(params.named());
      weights.put("blocks.1.attn2.norm_added_q.weight", Tensor.zeros(28)); // released, never read
      WanCheckpoint.save(folder.resolve("model"), config, weights);
      try (Checkpoint<WanTransformer> loaded =
          WanCheckpoint.open(folder.resolve("model"), backend)) {
        assertEquals(config, loaded.model().config());
        assertEquals(params.named().keySet(), loaded.weights().keySet());
        assertArrayEquals(before, loaded.model().forward(SmallWan.packedInput(1, true)).toFloats());
      }
      WanCheckpoint.save(folder.resolve("plain"), SmallWan.plain(2, true), weights);
      var e =
          assertThrows(
              WeightMismatch.class, () -> WanCheckpoint.open(folder.resolve("plain"), backend));
      assertTrue(e.getMessage().contains("'clean_x_embedder.proj.bias'"), e.getMessage());
    }
  }

  private static WanConfig read(String json) {
    return WanConfigJson.read(keys(json));
  }

  private static ConfigKeys keys(String json) {
    return new ConfigKeys("x.json", JsonMapper.shared().readTree(json.replace('\'', '"')));
  }
}
