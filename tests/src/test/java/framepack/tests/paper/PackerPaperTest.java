package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.Rope3d.Phases;
import framepack.model.hunyuan.Conditions;
import framepack.model.hunyuan.DoubleStreamBlock;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.SingleStreamBlock;
import framepack.model.hunyuan.Streams;
import framepack.model.hunyuan.TransformerInput;
import framepack.pack.Buckets;
import framepack.pack.ContextLevel;
import framepack.pack.Packer;
import framepack.pack.Packer.Packed;
import framepack.pack.PatchKernel;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.nn.Params;
import framepack.tests.model.SmallModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// T8 and T23: latents and phases are packed alike, and attention sees a set of tokens, placed by their phases alone.
class PackerPaperTest {
  @ParameterizedTest
  @ValueSource(strings = {"k1", "k2", "k4", "k8", "k16", "k32", "s2", "s4", "k1h2w4", "k4h2w2"})
  void every_bucket_has_as_many_phases_as_tokens(String name) {
    try (Backend backend = Backends.open("meta");
        Workspace _ = Workspace.open(backend)) {
      var params = Params.blank(Workspace.current(), DType.F32);
      PatchKernel kernel = PatchKernel.parse(name);
      Packer packer =
          HunyuanVideoPacked.packer(
              SmallModel.config(0, 0).withHistoryKernels(List.of(kernel.layer())), params);
      for (int width = 416; width <= 960; width += 16) {
        Buckets.Size size = Buckets.nearest(1376 - width, width, 640);
        int height = size.latentHeight();
        Tensor history = zeros(5, height, size.latentWidth());
        Packed packed =
            packer.pack(
                List.of(new ContextLevel(kernel, history, SmallModel.times(1, 0, 5))),
                zeros(1, height, size.latentWidth()),
                SmallModel.times(1, 5, 1));
        long expected =
            kernel.tokens(5, height, size.latentWidth())
                + PatchKernel.BASE.tokens(1, height, size.latentWidth());
        assertEquals(expected, packed.hidden().extent(1));
        assertEquals(expected, packed.phases().cos().extent(1));
        assertEquals(expected, packed.phases().sin().extent(1));
      }
    }
  }

  private static Tensor zeros(int frames, int height, int width) {
    return Tensor.zeros(1, SmallModel.CHANNELS, frames, height, width);
  }

  @Test
  void tokens_may_come_in_any_order_if_their_phases_come_along() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend)) {
      HunyuanVideoPacked model = model(home);
      TransformerInput in = SmallModel.input(1);
      Packed packed = model.pack(in);
      float[] plain = velocity(model, in, packed);
      assertArrayEquals(model.forward(in).toFloats(), plain);
      assertArrayEquals(plain, velocity(model, in, shuffled(packed, true)), 1e-5f);
      float[] misplaced = velocity(model, in, shuffled(packed, false));
      assertTrue(
          distance(plain, misplaced) > 1e-3,
          "phases that stay behind must show: " + distance(plain, misplaced));
    }
  }

  @Test
  void frames_may_come_in_any_order_if_their_times_come_along() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend)) {
      HunyuanVideoPacked model = model(home);
      TransformerInput in = SmallModel.input(1);
      Tensor frames = SmallModel.latents(8, 1, 4);
      int[] order = {2, 0, 3, 1};
      Tensor[] turned = new Tensor[4];
      long[] times = {-7, 3, 40, 41};
      long[] turnedTimes = new long[4];
      for (int i = 0; i < 4; i++) {
        turned[i] = frames.slice(2, order[i], order[i] + 1);
        turnedTimes[i] = times[order[i]];
      }
      PatchKernel one = PatchKernel.cubic(1);
      Tensor moved = Tensor.concat(2, turned);
      float[] plain = with(model, in, new ContextLevel(one, frames, new long[][] {times}));
      float[] along = with(model, in, new ContextLevel(one, moved, new long[][] {turnedTimes}));
      assertArrayEquals(plain, along, 1e-5f);
      float[] behind = with(model, in, new ContextLevel(one, moved, new long[][] {times}));
      assertTrue(distance(plain, behind) > 1e-3, "times that stay behind must show");
    }
  }

  private static float[] with(HunyuanVideoPacked model, TransformerInput in, ContextLevel level) {
    return model
        .forward(
            TransformerInput.ofVideo(in.latents(), in.times(), List.of(level), in.timestep(), null))
        .toFloats();
  }

  /// Context tokens in another order; noisy ones stay last.
  private static Packed shuffled(Packed packed, boolean phasesToo) {
    int all = Math.toIntExact(packed.hidden().extent(1));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < all; i++) {
      order.add(i);
    }
    Collections.shuffle(
        order.subList(0, all - Math.toIntExact(packed.noisyTokens())), new Random(5));
    Tensor index = Tensor.ofInts(order.stream().mapToInt(i -> i).toArray(), all);
    Phases phases = packed.phases();
    return new Packed(
        reordered(packed.hidden(), index),
        phasesToo
            ? new Phases(reordered(phases.cos(), index), reordered(phases.sin(), index))
            : phases,
        packed.noisyTokens());
  }

  private static Tensor reordered(Tensor x, Tensor index) { // [1, tokens, channels]
    return x.reshape(x.extent(1), x.extent(2)).gather(index).reshape(x.shape().toArray());
  }

  private static float[] velocity(HunyuanVideoPacked model, TransformerInput in, Packed packed) {
    Conditions c = model.conditions(in, packed, model.embedding(in), null);
    Streams x = new Streams(packed.hidden(), null);
    for (DoubleStreamBlock block : model.doubleBlocks()) {
      x = block.forward(x, c);
    }
    for (SingleStreamBlock block : model.singleBlocks()) {
      x = block.forward(x, c);
    }
    long all = x.video().extent(1);
    Tensor noisy = x.video().slice(1, all - packed.noisyTokens(), all);
    return model.head(noisy, c, in.latents()).toFloats();
  }

  @Test
  void only_distances_in_time_count_and_a_gap_is_one() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend)) {
      HunyuanVideoPacked model = model(home);
      TransformerInput in = SmallModel.input(2);
      float[] plain = model.forward(in).toFloats();
      assertArrayEquals(plain, model.forward(moved(in, 5, 5)).toFloats(), 1e-5f);
      float[] apart = model.forward(moved(in, 0, 9)).toFloats();
      assertTrue(distance(plain, apart) > 1e-3, "a blank gap must show");
    }
  }

  /// The same latents at other times.
  private static TransformerInput moved(TransformerInput in, int context, int noisy) {
    List<ContextLevel> levels =
        in.context().stream()
            .map(l -> new ContextLevel(l.kernel(), l.latents(), later(l.times(), context)))
            .toList();
    return TransformerInput.ofVideo(
        in.latents(), later(in.times(), noisy), levels, in.timestep(), null);
  }

  private static long[][] later(long[][] times, int by) {
    long[][] all = new long[times.length][];
    for (int i = 0; i < all.length; i++) {
      all[i] = times[i].clone();
      for (int j = 0; j < all[i].length; j++) {
        all[i][j] += by;
      }
    }
    return all;
  }

  @Test
  void levels_that_do_not_fit_the_noisy_latents_are_refused() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.detached(backend);
        Workspace _ = Workspace.open(backend)) {
      Packer packer = model(home).packer();
      Tensor noisy = SmallModel.latents(1, 1, 2);
      PatchKernel k1 = PatchKernel.cubic(1);
      for (ContextLevel bad :
          List.of(
              new ContextLevel(k1, SmallModel.latents(1, 2, 1), SmallModel.times(2, 0, 1)),
              new ContextLevel(k1, SmallModel.latents(1, 1, 3), SmallModel.times(1, 0, 2)),
              new ContextLevel(k1, zeros(1, 8, 10), SmallModel.times(1, 0, 1)))) {
        assertThrows(
            IllegalArgumentException.class,
            () -> packer.pack(List.of(bad), noisy, SmallModel.times(1, 1, 2)));
      }
      Tensor odd = Tensor.zeros(1, SmallModel.CHANNELS, 1, 5, 8);
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> packer.pack(List.of(), odd, SmallModel.times(1, 0, 1)));
      assertTrue(e.getMessage().contains("multiple"), e.getMessage());
    }
  }

  private static HunyuanVideoPacked model(Workspace home) {
    Params params = Params.create(home, 17);
    HunyuanVideoPacked model = new HunyuanVideoPacked(SmallModel.config(1, 1), params);
    SmallModel.open(params);
    return model;
  }

  private static double distance(float[] a, float[] b) {
    double distance = 0;
    for (int i = 0; i < a.length; i++) {
      distance = Math.max(distance, Math.abs(a[i] - b[i]));
    }
    return distance;
  }
}
