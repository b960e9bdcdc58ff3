package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.ConfigException;
import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Attention;
import framepack.model.hunyuan.HunyuanConfig.Laboratory;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.pack.PatchKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/// Reading and writing `config.json`.
class HunyuanConfigTest {
  @Test
  void absent_keys_have_the_defaults_of_the_official_class() {
    HunyuanConfig config = read("{}");
    assertEquals(
        new HunyuanConfig(
            16,
            16,
            24,
            128,
            20,
            40,
            2,
            4,
            PatchKernel.BASE,
            true,
            4096,
            768,
            256,
            List.of(16, 56, 56),
            0,
            List.of(),
            Laboratory.OFF),
        config);
    assertEquals(3072, config.dim());
  }

  @Test
  void the_image_projection_and_the_clean_embedder_are_there_only_if_said() {
    assertEquals(0, read("{'image_proj_dim': 40}").imageDim());
    assertEquals(40, read("{'image_proj_dim': 40, 'has_image_proj': true}").imageDim());
    assertEquals(
        HunyuanConfig.RELEASED_KERNELS, read("{'has_clean_x_embedder': true}").historyKernels());
  }

  @Test
  void out_channels_follow_in_channels_as_in_the_official_class() {
    assertEquals(7, read("{'in_channels': 7, 'out_channels': null}").outChannels());
    assertEquals(3, read("{'in_channels': 7, 'out_channels': 3}").outChannels());
  }

  @Test
  void the_official_class_embeds_guidance_whatever_its_config_says() {
    assertTrue(
        read("{'_class_name': 'HunyuanVideoTransformer3DModelPacked', 'guidance_embeds': false}")
            .guidance());
    assertFalse(
        read("{'_class_name': 'HunyuanVideoFramepackTransformer3DModel', 'guidance_embeds': false}")
            .guidance());
  }

  @Test
  void keys_of_the_generator_are_ignored() {
    assertEquals(read("{}"), read("{'_diffusers_version': '0.33.0.dev0', '_seed': [1, {}]}"));
    assertEquals(read("{}"), read("{'image_condition_type': null}"), "a key of diffusers' class");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'num_layer': 20} | x.json: unknown key 'num_layer'; the nearest known name is 'num_layers'",
        "{'num_layers': 'many'} | x.json: 'num_layers' must be an integer of 0 to 1048576, got \"many\"",
        "{'num_layers': -1} | x.json: 'num_layers' must be an integer of 0 to 1048576, got -1",
        "{'num_layers': 1.5} | x.json: 'num_layers' must be an integer of 0 to 1048576, got 1.5",
        "{'num_layers': 99999999999999999999} | x.json: 'num_layers' must be an integer of 0 to 1048576, got 99999999999999999999",
        "{'mlp_ratio': 0} | x.json: 'mlp_ratio' must be a number above 0, got 0",
        "{'mlp_ratio': 1e400} | x.json: 'mlp_ratio' must be a number above 0, got",
        "{'mlp_ratio': 1e-9} | x.json: mlp_ratio 1.0E-9 leaves no channel",
        "{'qk_norm': 'layer_norm'} | x.json: 'qk_norm' must be one of rms_norm, got \"layer_norm\"",
        "{'has_image_proj': 1} | x.json: 'has_image_proj' must be true or false, got 1",
        "{'rope_axes_dim': [16, 56]} | x.json: 'rope_axes_dim' must be a list of 3 integers, got [16,56]",
        "{'rope_axes_dim': 128} | x.json: 'rope_axes_dim' must be a list of 3 integers, got 128",
        "{'rope_axes_dim': [16, 56, 58]} | x.json: rope_axes_dim [16, 56, 58] must be three even numbers that add up to attention_head_dim 128",
        "{'rope_axes_dim': [17, 55, 56]} | x.json: rope_axes_dim [17, 55, 56] must be three even numbers",
        "{'num_attention_heads': 1000000} | x.json: 1000000 heads of 128 channels",
        "{'patch_size': 4, 'has_clean_x_embedder': true} | x.json: history kernel k1 must be a multiple of the patch k1h4w4",
        "{'text_embed_dim': 0} | x.json: 'text_embed_dim' must be an integer of 1 to 1048576, got 0",
        "{'laboratory': {'clases': 3}} | x.json: laboratory: unknown key 'clases'; the nearest known name is 'classes'",
        "{'laboratory': {'position': 'time'}} | x.json: laboratory: 'position' must be one of none, space, space_time, got \"time\"",
        "{'laboratory': {'history_kernels': [[1, 2]]}} | x.json: laboratory: 'history_kernels' must be a list of lists of 3 integers, got [[1,2]]",
        "{'laboratory': 3} | x.json: laboratory: expected a JSON object, got 3",
        "[] | x.json: expected a JSON object, got []",
      })
  void what_cannot_be_built_is_refused_in_one_line(String json, String message) {
    var e = assertThrows(ConfigException.class, () -> read(json));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void a_file_that_is_missing_or_no_json_is_refused_in_one_line(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("config.json");
    assertTrue(refusal(file).contains("there is no such file"));
    for (String content : List.of("", "{", "{\"a\": 1, \"a\": 2}", "nul", "{} {}\u0000")) {
      Files.writeString(file, content);
      assertTrue(refusal(file).startsWith(file.toString()), content);
    }
  }

  private static String refusal(Path file) {
    var e =
        assertThrows(ConfigException.class, () -> HunyuanConfigJson.read(ConfigKeys.read(file)));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @Test
  void what_is_written_is_read_back_equal() {
    HunyuanConfig released = read("{'has_image_proj': true, 'has_clean_x_embedder': true}");
    HunyuanConfig lab =
        new HunyuanConfig(
            4,
            4,
            3,
            12,
            2,
            0,
            0,
            2.5,
            PatchKernel.BASE,
            false,
            0,
            0,
            100,
            List.of(4, 4, 4),
            0,
            List.of(PatchKernel.cubic(1), PatchKernel.cubic(8), PatchKernel.spatial(2)),
            new Laboratory(
                64, 100, 5, Position.SPACE_TIME, true, true, true, Attention.SPARSE, true));
    for (HunyuanConfig config : List.of(released, lab, read("{}"))) {
      assertEquals(config, read(HunyuanConfigJson.write(config)));
    }
    assertFalse(HunyuanConfigJson.write(released).contains("laboratory"));
  }

  private static HunyuanConfig read(String json) {
    return HunyuanConfigJson.read(
        new ConfigKeys("x.json", JsonMapper.shared().readTree(json.replace('\'', '"'))));
  }
}
