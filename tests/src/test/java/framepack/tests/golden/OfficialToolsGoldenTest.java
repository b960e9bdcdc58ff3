package framepack.tests.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.order.SoftAppend;
import framepack.pack.Buckets;
import framepack.text.TextTokens;
import framepack.vae.LatentPreview;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The small functions around the official model: soft append, buckets, preview, text padding.
class OfficialToolsGoldenTest {
  private static final float TOLERANCE = 2e-6f;

  private final GoldenCase golden;
  private final JsonNode config;

  OfficialToolsGoldenTest() throws IOException {
    golden = GoldenCase.open("fp-utils");
    config = golden.config();
  }

  @Test
  void soft_append_blends_as_the_official_one_for_every_overlap() {
    int[] shape = golden.shape("in.history");
    for (JsonNode overlap : config.get("overlaps")) {
      float[] joined =
          SoftAppend.join(
              golden.floats("in.history"),
              golden.floats("in.current"),
              shape[0] * shape[1],
              shape[3] * shape[4],
              overlap.asInt());
      close("out.soft_append.overlap" + overlap.asInt(), joined);
    }
  }

  @Test
  void the_nearest_bucket_is_the_official_one() {
    int[] expected = golden.integers("out.buckets");
    JsonNode sizes = config.get("bucket_hw");
    for (int i = 0; i < sizes.size(); i++) {
      Buckets.Size size =
          Buckets.nearest(sizes.get(i).get(0).asInt(), sizes.get(i).get(1).asInt(), 640);
      assertEquals(new Buckets.Size(expected[2 * i], expected[2 * i + 1]), size);
    }
  }

  @Test
  void the_latent_preview_has_the_official_colours() {
    float[] latents = golden.floats("in.latents16");
    close("out.vae_decode_fake", LatentPreview.rgb(latents, golden.shape("in.latents16")[0]));
  }

  @Test
  void text_is_cropped_and_padded_as_officially() {
    int[] shape = golden.shape("in.text");
    for (String way : new String[] {"pad", "crop"}) {
      TextTokens tokens =
          TextTokens.cropOrPad(
              golden.floats("in.text"), shape[0], shape[2], config.get(way + "_to").asInt());
      close("out." + way, tokens.values());
      assertArrayEquals(golden.booleans("out." + way + "_mask"), tokens.mask());
    }
  }

  private void close(String tensor, float[] actual) {
    float[] expected = golden.floats(tensor);
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(expected, actual, TOLERANCE * largest, tensor);
  }
}
