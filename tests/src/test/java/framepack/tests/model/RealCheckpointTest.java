package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TextStates;
import framepack.model.hunyuan.TransformerInput;
import framepack.pack.ContextIndex;
import framepack.pack.ContextLevel;
import framepack.pack.PackSpec;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.DType;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The 13B transformer as it is on disk, without its 26 GB: names, shapes and the cost of a step on the meta backend.
class RealCheckpointTest {
  private static final Path KEYS = Path.of("golden/real-checkpoint-keys/FramePackI2V_HY.json");

  @Test
  void names_and_shapes_are_those_of_the_released_checkpoint() throws IOException {
    JsonNode listed = JsonMapper.shared().readTree(Files.readAllBytes(KEYS));
    var expected = new TreeMap<String, String>();
    for (var key : listed.get("keys").properties()) {
      expected.put(key.getKey(), key.getValue().toString().replace(",", ", "));
    }
    try (Workspace home = Workspace.detached(new MetaBackend())) {
      Params params = Params.blank(home, DType.F32);
      new HunyuanVideoPacked(config(listed), params);
      var actual = new TreeMap<String, String>();
      params.named().forEach((name, weight) -> actual.put(name, weight.shape().toString()));
      assertEquals(expected, actual);
      long bytes = params.named().values().stream().mapToLong(w -> w.spec().bytes()).sum();
      assertEquals(4 * listed.get("parameters").longValue(), bytes);
    }
  }

  @Test
  void a_step_at_480x832_packs_17966_tokens_and_costs_what_the_fact_sheet_says()
      throws IOException {
    HunyuanConfig config = config(JsonMapper.shared().readTree(Files.readAllBytes(KEYS)));
    MetaBackend backend = new MetaBackend();
    try (Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend)) {
      var model = new HunyuanVideoPacked(config, Params.blank(home, DType.BF16));
      TransformerInput in = releasedSection(60, 104);
      assertEquals(17_966, model.pack(in).hidden().extent(1));
      backend.reset();
      long before = backend.slabs().allocatedBytes();
      Tensor velocity = model.forward(in);
      assertEquals(in.latents().shape(), velocity.shape());
      double flops = backend.total().flops();
      assertEquals(5.2e14, flops, 0.1e14);
      double attention = backend.costs().get("Attention").flops();
      assertEquals(0.5, attention / flops, 0.05, "about half of it is attention");
      long temporaries = backend.slabs().allocatedBytes() - before;
      assertTrue(temporaries < 8L << 30, "temporaries: " + temporaries);
    }
  }

  private static HunyuanConfig config(JsonNode listed) {
    return HunyuanConfigJson.read(new ConfigKeys(KEYS.toString(), listed.get("config")));
  }

  /// The last section of the released inverted layout, 729 image tokens, 100 text tokens.
  private static TransformerInput releasedSection(int height, int width) {
    ContextIndex index = ContextIndex.of(PackSpec.FRAMEPACK, 0, 0);
    List<ContextLevel> context = new ArrayList<>();
    for (ContextIndex.Placed placed : index.levels()) {
      Tensor latents = Tensor.zeros(1, 16, placed.times().count(), height, width);
      context.add(
          new ContextLevel(
              placed.level().run().kernel(), latents, times(placed.times().toArray())));
    }
    return new TransformerInput(
        Tensor.zeros(1, 16, 9, height, width),
        times(index.noisy().toArray()),
        context,
        Tensor.full(1000, 1),
        Tensor.full(10_000, 1),
        new TextStates(Tensor.zeros(1, 512, 4096), new int[] {100}),
        Tensor.zeros(1, 768),
        Tensor.zeros(1, 729, 1152),
        null);
  }

  private static long[][] times(int[] frames) {
    return new long[][] {Arrays.stream(frames).asLongStream().toArray()};
  }
}
