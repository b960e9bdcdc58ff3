package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.pack.ContextLevel;
import framepack.pack.LatentEmbedders;
import framepack.pack.Packer;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Padding;
import framepack.tests.model.SmallModel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// T5, T6 and T22: every kernel has weights of its own, which start as an average pool before the base projection.
class PatchProjectionPaperTest {
  private static final PatchKernel ONE = PatchKernel.cubic(1);

  private Backend backend;
  private Workspace workspace;
  private Params params;
  private Packer packer;

  @BeforeEach
  void build() {
    backend = Backends.open("cpu");
    workspace = Workspace.open(backend);
    params = Params.create(workspace, 11);
    packer = HunyuanVideoPacked.packer(config(), params);
  }

  @AfterEach
  void close() {
    workspace.close();
    backend.close();
  }

  private static HunyuanConfig config() {
    HunyuanConfig small = SmallModel.config(0, 0);
    return new HunyuanConfig(
        small.inChannels(),
        small.outChannels(),
        small.heads(),
        small.headDim(),
        0,
        0,
        0,
        small.mlpRatio(),
        small.patch(),
        false,
        0,
        0,
        small.ropeTheta(),
        small.ropeAxes(),
        0,
        List.of(
            ONE,
            PatchKernel.cubic(2),
            PatchKernel.cubic(4),
            PatchKernel.cubic(8),
            PatchKernel.spatial(2)),
        small.lab());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void a_new_projection_is_the_base_projection_of_the_average_pool(int k) {
    Tensor x = latents(8, 16, 32);
    Tensor own = packer.embedding().context(PatchKernel.cubic(k), x);
    Tensor pooled = packer.embedding().context(ONE, x.avgPool3d(k, k, k));
    assertArrayEquals(pooled.toFloats(), own.toFloats(), 2e-6f);
  }

  @Test
  void a_spatial_projection_is_divided_by_its_own_volume() {
    Tensor x = latents(2, 8, 8);
    Tensor own = packer.embedding().context(PatchKernel.spatial(2), x);
    Tensor pooled = packer.embedding().context(ONE, x.avgPool3d(1, 2, 2));
    assertArrayEquals(pooled.toFloats(), own.toFloats(), 2e-6f);
  }

  @ParameterizedTest
  @CsvSource({"k1h2w4, 1, 1, 2", "k4h2w2, 4, 1, 1", "k3h6w6, 3, 3, 3", "k2h4w8, 2, 2, 4"})
  void a_kernel_of_any_shape_starts_as_the_average_over_its_block(
      String name, int t, int h, int w) {
    PatchKernel kernel = PatchKernel.parse(name);
    Params own = Params.create(workspace, 12);
    Packer odd = HunyuanVideoPacked.packer(config().withHistoryKernels(List.of(ONE, kernel)), own);
    Tensor x = latents(12, 12, 24);
    assertArrayEquals(
        odd.embedding().context(ONE, x.avgPool3d(t, h, w)).toFloats(),
        odd.embedding().context(kernel, x).toFloats(),
        2e-6f);
  }

  @Test
  void tiling_the_taps_instead_of_repeating_them_would_not_do() {
    Tensor x = latents(2, 8, 8);
    float[] base = weight("clean_x_embedder.proj").toFloats(); // [dim, c, 1, 2, 2]
    float[] tiled = new float[base.length * 8];
    for (int i = 0; i < tiled.length; i++) { // [dim, c, 2, 4, 4]
      tiled[i] = base[i / 32 * 4 + i / 4 % 2 * 2 + i % 2] / 8;
    }
    Tensor matrix = Tensor.of(tiled, config().dim(), tiled.length / config().dim());
    float[] wrong = x.patches(2, 4, 4).linear(matrix, null, Activation.NONE).toFloats();
    float[] right = packer.embedding().context(PatchKernel.cubic(2), x).toFloats();
    double distance = 0;
    for (int i = 0; i < right.length; i++) {
      distance = Math.max(distance, Math.abs(right[i] - wrong[i]));
    }
    assertTrue(distance > 0.05, "tiling differs by " + distance);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void the_taps_of_a_repeated_weight_add_up_to_those_of_the_base(int k) {
    double base = sum(weight("clean_x_embedder.proj"));
    assertEquals(base, sum(weight("clean_x_embedder.proj_" + k + "x")), 1e-3);
    assertTrue(Math.abs(base) > 0.01);
  }

  /// T6: sizes that are no multiples are padded with their last values, once and before any pooling.
  @ParameterizedTest
  @CsvSource({
    "16, 16, 32, 32",
    "16, 1, 32, 32",
    "16, 17, 34, 40",
    "16, 5, 6, 10",
    "32, 32, 64, 64",
    "32, 1, 2, 2",
    "32, 33, 66, 30",
  })
  void rates_beyond_512_are_the_base_projection_of_the_average_whatever_the_size(
      int k, int frames, int height, int width) {
    PatchKernel kernel = PatchKernel.cubic(k);
    long[] pad = {0, 0, -frames & (k - 1), -height & (2 * k - 1), -width & (2 * k - 1)};
    try (Backend exact =
            Backends.open("reference"); // the cpu's sums of 6144 equal terms lean to one side
        Workspace home = Workspace.open(exact)) {
      Packer own = HunyuanVideoPacked.packer(config(), Params.create(home, 11));
      Tensor x = latents(frames, height, width);
      ContextLevel level = new ContextLevel(kernel, x, SmallModel.times(1, 0, frames));
      Packer.Packed packed =
          own.pack(List.of(level), latents(1, height, width), SmallModel.times(1, frames, 1));
      Tensor whole = x.pad(new long[5], pad, Padding.REPLICATE);
      assertArrayEquals(
          own.embedding().context(ONE, whole.avgPool3d(k, k, k)).toFloats(),
          packed.hidden().slice(1, 0, kernel.tokens(frames, height, width)).toFloats(),
          2e-6f);
      assertEquals(packed.hidden().extent(1), packed.phases().cos().extent(1));
    }
  }

  @Test
  void rate_4096_is_pooled_once_and_then_encoded_by_the_largest_layer() {
    Tensor x = latents(16, 32, 64);
    ContextLevel level = new ContextLevel(PatchKernel.cubic(16), x, SmallModel.times(1, 0, 16));
    Tensor noisy = latents(1, 32, 64);
    Tensor packed =
        packer.pack(List.of(level), noisy, SmallModel.times(1, 16, 1)).hidden().slice(1, 0, 2);
    Tensor pooled = packer.embedding().context(ONE, x.avgPool3d(16, 16, 16));
    assertArrayEquals(pooled.toFloats(), packed.toFloats(), 2e-6f);
  }

  @Test
  void zero_history_emits_tokens_that_are_nothing_but_the_bias() {
    int dim = config().dim();
    for (String name : new String[] {"k1", "k2", "k4", "k8", "k16", "s2"}) {
      PatchKernel kernel = PatchKernel.parse(name);
      float[] bias = SmallModel.random(name.hashCode(), 1, dim);
      params.named().get(LatentEmbedders.weightName(kernel.layer()) + ".bias").writeInPlace(bias);
      Tensor zeros = Tensor.zeros(1, SmallModel.CHANNELS, 5, 10, 12);
      ContextLevel level = new ContextLevel(kernel, zeros, SmallModel.times(1, 0, 5));
      Tensor noisy = latents(1, 10, 12);
      Tensor hidden = packer.pack(List.of(level), noisy, SmallModel.times(1, 5, 1)).hidden();
      long count = kernel.tokens(5, 10, 12);
      assertEquals(count + PatchKernel.BASE.tokens(1, 10, 12), hidden.extent(1));
      float[] all = hidden.slice(1, 0, count).toFloats();
      for (int i = 0; i < all.length; i++) {
        assertEquals(bias[i % dim], all[i]);
      }
    }
  }

  @Test
  void a_kernel_without_weights_is_an_error_that_names_those_there_are() {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> packer.embedding().context(PatchKernel.spatial(4), latents(1, 8, 8)));
    assertTrue(e.getMessage().contains("k1h8w8") && e.getMessage().contains("k8"), e.getMessage());
  }

  private Tensor weight(String name) {
    return params.named().get(name + ".weight");
  }

  private static double sum(Tensor weight) {
    double sum = 0;
    for (float value : weight.toFloats()) {
      sum += value;
    }
    return sum;
  }

  private static Tensor latents(int frames, int height, int width) {
    int count = SmallModel.CHANNELS * frames * height * width;
    return Tensor.of(
        SmallModel.random(count, 1, count), 1, SmallModel.CHANNELS, frames, height, width);
  }
}
