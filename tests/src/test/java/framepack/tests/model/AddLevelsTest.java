package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.Checkpoint;
import framepack.model.hunyuan.HunyuanCheckpoint;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.model.wan.WanCheckpoint;
import framepack.model.wan.WanConfig;
import framepack.model.wan.WanConfigJson;
import framepack.model.wan.WanInput;
import framepack.model.wan.WanTransformer;
import framepack.pack.AddLevels;
import framepack.pack.ContextLevel;
import framepack.pack.LatentEmbedders;
import framepack.pack.PackedConfig;
import framepack.pack.Packer;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.tensor.nn.Params;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Checkpoints with further history kernels: what was there stays, what is new averages.
class AddLevelsTest {
  private static final Path SHARDED = Path.of("golden/dit-fp-bf16-sharded");
  private static final PatchKernel K8 = PatchKernel.cubic(8);
  private static final PatchKernel S2 = PatchKernel.spatial(2);

  @TempDir Path folder;
  private Backend backend;
  private Workspace workspace;

  @BeforeEach
  void open() {
    backend = Backends.open("cpu");
    workspace = Workspace.open(backend);
  }

  @AfterEach
  void close() {
    workspace.close();
    backend.close();
  }

  private static PackedConfig write(
      Path place, List<PatchKernel> kernels, Path out, Backend backend) {
    HunyuanConfig config = HunyuanConfigJson.read(Checkpoint.config(place));
    return AddLevels.write(place, config, kernels, out, backend);
  }

  @Test
  void wan_as_released_gains_a_history_and_makes_without_one_what_it_made() {
    Path in = Path.of("golden/dit-wan-t2v-b1");
    Path out = folder.resolve("wan");
    WanConfig before = WanConfigJson.read(Checkpoint.config(in));
    List<PatchKernel> kernels = List.of(PatchKernel.cubic(1), PatchKernel.cubic(2), K8);
    PackedConfig after = AddLevels.write(in, before, kernels, out, backend);
    assertEquals(before.withHistoryKernels(kernels), after);
    assertEquals(after, WanConfigJson.read(Checkpoint.config(out)));
    try (Checkpoint<WanTransformer> old = WanCheckpoint.open(in, backend);
        Checkpoint<WanTransformer> made = WanCheckpoint.open(out, backend);
        SafeTensors weights = SafeTensors.open(out)) {
      Tensor latents = SmallModel.numbers(1, 1, before.inChannels(), 2, 4, 6);
      WanInput plain =
          WanInput.plain(
              latents, Tensor.full(500, 1), SmallModel.numbers(2, 1, 3, before.textDim()), null);
      float[] velocity = old.model().forward(plain).toFloats();
      assertArrayEquals(velocity, made.model().forward(plain).toFloats());
      Tensor base = workspace.adopt(weights.view("patch_embedding.weight"));
      for (PatchKernel kernel : kernels) {
        String name = LatentEmbedders.weightName(kernel);
        assertArrayEquals(
            LatentEmbedders.repeated(base, before.patch(), kernel).toFloats(),
            workspace.adopt(weights.view(name + ".weight")).toFloats());
      }
      WanInput packed =
          new WanInput(
              latents,
              plain.times(),
              List.of(new ContextLevel(K8, latents, new long[][] {{-2, -1}})),
              plain.timestep(),
              plain.text(),
              null);
      assertFalse(Arrays.equals(velocity, made.model().forward(packed).toFloats()));
    }
  }

  @Test
  void a_sharded_checkpoint_keeps_its_weights_and_gains_projections_of_averages()
      throws IOException {
    Path out = folder.resolve("made/new");
    Map<String, byte[]> before = contents(SHARDED);
    HunyuanConfig config = (HunyuanConfig) write(SHARDED, List.of(K8, S2), out, backend);
    Map<String, byte[]> after = contents(SHARDED);
    assertEquals(before.keySet(), after.keySet());
    before.forEach((file, bytes) -> assertArrayEquals(bytes, after.get(file), file));

    assertTrue(config.historyKernels().containsAll(List.of(K8, S2)));
    try (SafeTensors old = SafeTensors.open(SHARDED);
        SafeTensors made = SafeTensors.open(out)) {
      for (String name : old.names()) {
        assertEquals(old.spec(name), made.spec(name));
        assertArrayEquals(bytes(old.view(name)), bytes(made.view(name)), name);
      }
      assertEquals(old.names().size() + 4, made.names().size());
      assertEquals(DType.BF16, made.spec("clean_x_embedder.proj_8x.weight").dtype());
    }
    try (Checkpoint<HunyuanVideoPacked> loaded = HunyuanCheckpoint.open(out, backend)) {
      assertEquals(config, loaded.model().config());
      isTheProjectionOfTheAverage(loaded.model().packer(), config.inChannels());
    }
  }

  private static void isTheProjectionOfTheAverage(Packer packer, int channels) {
    Tensor x = SmallModel.numbers(5, 1, channels, 8, 16, 32);
    for (PatchKernel k : List.of(K8, S2)) {
      Tensor pooled = x.avgPool3d(k.t(), k.h() / 2, k.w() / 2);
      assertArrayEquals(
          packer.embedding().noisy(pooled).toFloats(),
          packer.embedding().context(k, x).toFloats(),
          5e-6f);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16"})
  void a_single_file_keeps_its_type_and_runs_with_the_new_level(DType dtype) {
    Path in = save(SmallModel.config(1, 1), dtype);
    Path out = folder.resolve("new");
    write(in, List.of(K8, S2), out, backend);
    try (SafeTensors made = SafeTensors.open(out)) {
      assertEquals(dtype, made.spec("clean_x_embedder.proj_8x.weight").dtype());
      assertEquals("pt", made.metadata().get("format"));
    }
    try (Checkpoint<HunyuanVideoPacked> loaded = HunyuanCheckpoint.open(out, backend)) {
      if (dtype != DType.F16) { // a share of 1/512 is too small for it
        isTheProjectionOfTheAverage(loaded.model().packer(), SmallModel.CHANNELS);
      }
      TransformerInput three = SmallModel.input(1);
      List<ContextLevel> four =
          Stream.concat(
                  Stream.of(new ContextLevel(K8, SmallModel.latents(3, 1, 8), times(8))),
                  three.context().stream())
              .toList();
      float[] with = forward(loaded, three, four);
      float[] without = forward(loaded, three, three.context());
      assertEquals(without.length, with.length);
      assertFalse(Arrays.equals(without, with), "the new level must show");
    }
  }

  private static long[][] times(int count) {
    return SmallModel.times(1, -8, count);
  }

  private static float[] forward(
      Checkpoint<HunyuanVideoPacked> loaded, TransformerInput in, List<ContextLevel> context) {
    return loaded
        .model()
        .forward(TransformerInput.ofVideo(in.latents(), in.times(), context, in.timestep(), null))
        .toFloats();
  }

  @Test
  void a_model_without_history_becomes_one_that_packs() {
    HunyuanConfig plain = SmallModel.withText(1, 1).withHistoryKernels(List.of());
    Path out = folder.resolve("new");
    write(save(plain, DType.F32), HunyuanConfig.RELEASED_KERNELS.reversed(), out, backend);
    try (Checkpoint<HunyuanVideoPacked> loaded = HunyuanCheckpoint.open(out, backend)) {
      assertEquals(SmallModel.withText(1, 1), loaded.model().config());
      String json = HunyuanConfigJson.write(loaded.model().config());
      assertFalse(json.contains("laboratory"), "released kernels need no key of ours");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k2 | there is a projection for kernel k2 already",
        "s1 | there is a projection for kernel k1 already",
        "k4h8w8 | there is a projection for kernel k4 already",
        "k16 | kernel k16 has no projection of its own, it is pooled for that of k8; add that one",
        "k1h3w3 | history kernel k1h3w3 must be a multiple of the patch k1",
      })
  void a_kernel_that_cannot_be_added_is_refused(String kernel, String message) throws IOException {
    refused(save(SmallModel.config(0, 1), DType.F32), List.of(PatchKernel.parse(kernel)), message);
  }

  @Test
  void a_kernel_given_twice_is_refused() throws IOException {
    refused(save(SmallModel.config(0, 1), DType.F32), List.of(K8, K8), "kernel k8 already");
  }

  @Test
  void a_checkpoint_without_the_base_projection_is_refused() throws IOException {
    Path in = save(SmallModel.config(0, 1), DType.F32);
    Path broken = folder.resolve("broken");
    Files.createDirectory(broken);
    Files.copy(in.resolve("config.json"), broken.resolve("config.json"));
    try (SafeTensors from = SafeTensors.open(in)) {
      SafeTensorsWriter writer = new SafeTensorsWriter();
      from.names().stream()
          .filter(name -> !name.equals("x_embedder.proj.weight"))
          .forEach(name -> writer.add(name, from.view(name)));
      writer.write(broken.resolve("model.safetensors"));
    }
    refused(broken, List.of(K8), "x_embedder.proj.weight");
  }

  @Test
  void a_folder_that_holds_something_is_left_alone() throws IOException {
    Path in = save(SmallModel.config(0, 1), DType.F32);
    Path out = folder.resolve("new");
    Files.createDirectory(out);
    Files.writeString(out.resolve("mine"), "x");
    var e =
        assertThrows(IllegalArgumentException.class, () -> write(in, List.of(K8), out, backend));
    assertTrue(e.getMessage().contains("not empty"), e.getMessage());
    assertEquals(1, contents(out).size());
  }

  private void refused(Path in, List<PatchKernel> kernels, String message) throws IOException {
    Path out = folder.resolve("new");
    var e = assertThrows(IllegalArgumentException.class, () -> write(in, kernels, out, backend));
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    assertTrue(Files.notExists(out));
    try (Stream<Path> all = Files.list(folder)) {
      assertTrue(all.noneMatch(path -> path.toString().endsWith(".part")));
    }
  }

  private Path save(HunyuanConfig config, DType dtype) {
    Path place = folder.resolve("old-" + dtype);
    Params params = Params.create(workspace, 7);
    new HunyuanVideoPacked(config, params);
    SmallModel.open(params);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    params.named().forEach((name, weight) -> weights.put(name, weight.cast(dtype)));
    HunyuanCheckpoint.save(place, config, weights);
    return place;
  }

  private static byte[] bytes(View view) {
    long count = view.shape().elements() * view.dtype().bytes();
    return view.segment().asSlice(view.byteOffset(), count).toArray(ValueLayout.JAVA_BYTE);
  }

  private static Map<String, byte[]> contents(Path place) throws IOException {
    Map<String, byte[]> all = new TreeMap<>();
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.toList()) {
        all.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return all;
  }
}
