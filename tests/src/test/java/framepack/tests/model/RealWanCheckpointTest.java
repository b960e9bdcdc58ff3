package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.ConfigKeys;
import framepack.model.wan.WanConfig;
import framepack.model.wan.WanConfigJson;
import framepack.model.wan.WanInput;
import framepack.model.wan.WanTransformer;
import framepack.pack.ContextIndex;
import framepack.pack.ContextLevel;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The released Wan transformers as they are on disk, without their gigabytes: names, shapes and the cost of a step.
class RealWanCheckpointTest {
  private static final Path KEYS = Path.of("golden/real-checkpoint-keys");
  private static final List<PatchKernel> HISTORY =
      List.of(PatchKernel.cubic(1), PatchKernel.cubic(2), PatchKernel.cubic(4));
  private static final double TEXT = 512;

  static Stream<Arguments> released() {
    return Stream.of(
        Arguments.of("Wan2.1-T2V-14B", WanConfig.T2V_14B),
        Arguments.of("Wan2.1-T2V-1.3B", WanConfig.T2V_1_3B),
        Arguments.of("Wan2.1-I2V-14B", WanConfig.I2V_14B));
  }

  @ParameterizedTest
  @MethodSource("released")
  void names_and_shapes_are_those_of_the_released_checkpoint(String name, WanConfig config)
      throws IOException {
    JsonNode listed =
        JsonMapper.shared().readTree(Files.readAllBytes(KEYS.resolve(name + ".json")));
    assertEquals(config, WanConfigJson.read(new ConfigKeys(name, listed.get("config"))));
    var expected = new TreeMap<String, String>();
    for (var key : listed.get("keys").properties()) {
      expected.put(key.getKey(), key.getValue().toString().replace(",", ", "));
    }
    try (Workspace home = Workspace.detached(new MetaBackend())) {
      Params params = Params.blank(home, DType.F32);
      new WanTransformer(config, params);
      var actual = new TreeMap<String, String>();
      params.named().forEach((weight, value) -> actual.put(weight, value.shape().toString()));
      assertEquals(expected, actual);
      long bytes = params.named().values().stream().mapToLong(w -> w.spec().bytes()).sum();
      assertEquals(4 * listed.get("parameters").longValue(), bytes);
    }
  }

  @ParameterizedTest
  @MethodSource("released")
  void packed_history_adds_a_projection_a_kernel_and_nothing_else(String name, WanConfig config) {
    try (Workspace home = Workspace.detached(new MetaBackend())) {
      Params plain = Params.blank(home, DType.F32);
      new WanTransformer(config, plain);
      Params packed = Params.blank(home, DType.F32);
      new WanTransformer(config.withHistoryKernels(HISTORY), packed);
      var added = new TreeMap<String, String>();
      packed.named().forEach((weight, value) -> added.put(weight, value.shape().toString()));
      added.keySet().removeAll(plain.named().keySet());
      String rows = "[" + config.dim() + ", " + config.inChannels() + ", ";
      String bias = "[" + config.dim() + "]";
      var expected = new TreeMap<String, String>();
      expected.put("clean_x_embedder.proj.weight", rows + "1, 2, 2]");
      expected.put("clean_x_embedder.proj_2x.weight", rows + "2, 4, 4]");
      expected.put("clean_x_embedder.proj_4x.weight", rows + "4, 8, 8]");
      expected.put("clean_x_embedder.proj.bias", bias);
      expected.put("clean_x_embedder.proj_2x.bias", bias);
      expected.put("clean_x_embedder.proj_4x.bias", bias);
      assertEquals(expected, added, name);
    }
  }

  @Test
  void a_plain_step_of_81_frames_at_480x832_costs_what_a_hand_count_says() {
    Cost cost = cost(WanConfig.T2V_1_3B, List.of(), 21);
    assertEquals(32_760, cost.tokens);
    assertEquals(handCount(WanConfig.T2V_1_3B, 32_760), cost.flops, 0.005 * cost.flops);
  }

  @Test
  void a_packed_step_at_480x832_has_the_tokens_of_framepack_and_costs_their_hand_count() {
    Cost cost = cost(WanConfig.T2V_14B.withHistoryKernels(HISTORY), releasedLevels(), 9);
    assertEquals(17_966, cost.tokens);
    assertEquals(handCount(WanConfig.T2V_14B, 17_966), cost.flops, 0.005 * cost.flops);
    assertTrue(cost.temporaries < 8L << 30, "temporaries: " + cost.temporaries);
  }

  /// Matrix products and attention of all blocks, in multiplications and additions.
  private static double handCount(WanConfig config, double tokens) {
    double d = config.dim();
    double toItself = 4 * 2 * tokens * d * d + 4 * tokens * tokens * d;
    double toText = 2 * 2 * tokens * d * d + 2 * 2 * TEXT * d * d + 4 * tokens * TEXT * d;
    double ffn = 2 * 2 * tokens * d * config.ffnDim();
    return config.layers() * (toItself + toText + ffn);
  }

  private record Cost(long tokens, double flops, long temporaries) {}

  private static Cost cost(WanConfig config, List<int[]> levels, int frames) {
    MetaBackend backend = new MetaBackend();
    try (Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend)) {
      WanTransformer model = new WanTransformer(config, Params.blank(home, DType.BF16));
      WanInput in = input(levels, frames);
      long tokens = model.pack(in).hidden().extent(1);
      backend.reset();
      long before = backend.slabs().allocatedBytes();
      assertEquals(in.latents().shape(), model.forward(in).shape());
      double flops =
          backend.costs().get("Linear").flops() + backend.costs().get("Attention").flops();
      return new Cost(tokens, flops, backend.slabs().allocatedBytes() - before);
    }
  }

  /// Kernel, then times, of every level of the released inverted layout.
  private static List<int[]> releasedLevels() {
    List<int[]> levels = new ArrayList<>();
    for (ContextIndex.Placed placed : ContextIndex.of(PackSpec.FRAMEPACK, 0, 0).levels()) {
      int[] times = placed.times().toArray();
      int[] level = new int[times.length + 1];
      level[0] = placed.level().run().kernel().t();
      System.arraycopy(times, 0, level, 1, times.length);
      levels.add(level);
    }
    return levels;
  }

  private static WanInput input(List<int[]> levels, int frames) {
    List<ContextLevel> context = new ArrayList<>();
    for (int[] level : levels) {
      long[][] times = {Arrays.stream(level).skip(1).asLongStream().toArray()};
      Tensor latents = Tensor.zeros(1, 16, times[0].length, 60, 104);
      context.add(new ContextLevel(PatchKernel.cubic(level[0]), latents, times));
    }
    Tensor noisy = Tensor.zeros(1, 16, frames, 60, 104);
    WanInput plain =
        WanInput.plain(noisy, Tensor.full(700, 1), Tensor.zeros(1, (long) TEXT, 4096), null);
    return new WanInput(noisy, plain.times(), context, plain.timestep(), plain.text(), null);
  }
}
