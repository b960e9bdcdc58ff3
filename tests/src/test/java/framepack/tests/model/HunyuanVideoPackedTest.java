package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Attention;
import framepack.model.hunyuan.HunyuanConfig.Laboratory;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TextStates;
import framepack.model.hunyuan.TransformerInput;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import framepack.tensor.op.UnaryFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the transformer keeps to whatever its weights: batches, padding, recomputation, absent parts.
class HunyuanVideoPackedTest {
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

  private HunyuanVideoPacked model(HunyuanConfig config, boolean checkpointing) {
    Params params = Params.create(workspace, 21);
    var model = new HunyuanVideoPacked(config, params, checkpointing);
    SmallModel.open(params);
    return model;
  }

  @Test
  void every_item_of_a_batch_is_computed_as_if_it_were_alone() {
    HunyuanVideoPacked model = model(SmallModel.withText(2, 2), false);
    TransformerInput both = SmallModel.inputWithText(6, 2);
    float[] together = model.forward(both).toFloats();
    for (int i = 0; i < 2; i++) {
      float[] alone = model.forward(SmallModel.item(both, i)).toFloats();
      float[] own = Arrays.copyOfRange(together, i * alone.length, (i + 1) * alone.length);
      assertArrayEquals(own, alone, 2e-5f);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void what_stands_in_padded_text_does_not_reach_the_velocity(int batch) {
    HunyuanVideoPacked model = model(SmallModel.withText(1, 1), false);
    TransformerInput in = SmallModel.inputWithText(batch == 1 ? new int[] {3} : new int[] {3, 3});
    Tensor states = in.text().states();
    Tensor padding = Tensor.full(50, batch, 3, states.extent(2));
    Tensor spoiled = Tensor.concat(1, states.slice(1, 0, 3), padding);
    TransformerInput other =
        new TransformerInput(
            in.latents(),
            in.times(),
            in.context(),
            in.timestep(),
            in.guidance(),
            new TextStates(spoiled, in.text().lengths()),
            in.pooled(),
            in.image(),
            null);
    assertArrayEquals(model.forward(in).toFloats(), model.forward(other).toFloats());
  }

  @Test
  void recomputing_blocks_gives_the_same_gradients_in_less_memory() {
    HunyuanConfig config = SmallModel.withText(2, 3);
    long[] bytes = new long[2];
    Map<String, float[]> kept = gradients(config, false, bytes);
    Map<String, float[]> recomputed = gradients(config, true, bytes);
    assertEquals(kept.keySet(), recomputed.keySet());
    kept.forEach(
        (name, gradient) -> assertArrayEquals(gradient, recomputed.get(name), 2e-6f, name));
    assertTrue(bytes[1] < bytes[0], bytes[1] + " against " + bytes[0]);
  }

  private Map<String, float[]> gradients(
      HunyuanConfig config, boolean checkpointing, long[] bytes) {
    Params params = Params.create(workspace, 21);
    var model = new HunyuanVideoPacked(config, params, checkpointing);
    SmallModel.open(params);
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (Workspace step = Workspace.open(backend);
        Tape tape = Tape.watching(params.named().values())) {
      Tensor velocity = model.forward(SmallModel.inputWithText(6, 4));
      bytes[checkpointing ? 1 : 0] = step.usedBytes();
      tape.backward(velocity.apply(UnaryFunction.SQUARE).mean());
      params.named().forEach((name, w) -> gradients.put(name, tape.gradient(w).toFloats()));
    }
    return gradients;
  }

  @Test
  void running_under_a_tape_changes_no_value() {
    Params params = Params.create(workspace, 21);
    var model = new HunyuanVideoPacked(SmallModel.withText(1, 2), params);
    SmallModel.open(params);
    TransformerInput in = SmallModel.inputWithText(5, 2);
    float[] plain = model.forward(in).toFloats();
    try (Tape _ = Tape.watching(params.named().values())) {
      assertArrayEquals(plain, model.forward(in).toFloats(), 2e-6f);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "0, 1"})
  void any_depth_works_with_and_without_text(int doubles, int singles) {
    var in = SmallModel.inputWithText(6);
    var velocity = model(SmallModel.withText(doubles, singles), false).forward(in);
    assertEquals(in.latents().shape(), velocity.shape());
    var video = SmallModel.input(2);
    assertEquals(
        video.latents().shape(),
        model(SmallModel.config(doubles, singles), false).forward(video).shape());
  }

  @Test
  void no_history_is_fine() {
    TransformerInput in =
        TransformerInput.ofVideo(
            SmallModel.latents(1, 1, 2),
            SmallModel.times(1, 0, 2),
            List.of(),
            Tensor.full(500, 1),
            null);
    HunyuanVideoPacked model = model(SmallModel.config(1, 1), false);
    assertEquals(2 * 3 * 5, model.pack(in).hidden().extent(1));
    assertEquals(in.latents().shape(), model.forward(in).shape());
  }

  @Test
  void a_fresh_model_predicts_zero() {
    Params params = Params.create(workspace, 2);
    var model = new HunyuanVideoPacked(SmallModel.config(1, 1), params);
    for (float value : model.forward(SmallModel.input(1)).toFloats()) {
      assertEquals(0, value);
    }
  }

  @Test
  void what_a_model_needs_and_does_not_get_is_named() {
    HunyuanVideoPacked model = model(SmallModel.withText(0, 0), false);
    TransformerInput in = SmallModel.inputWithText(6);
    List<String> refusals = new ArrayList<>();
    for (int missing = 0; missing < 4; missing++) {
      TransformerInput lacking =
          new TransformerInput(
              in.latents(),
              in.times(),
              in.context(),
              in.timestep(),
              missing == 0 ? null : in.guidance(),
              missing == 1 ? null : in.text(),
              missing == 2 ? null : in.pooled(),
              missing == 3 ? null : in.image(),
              null);
      var e = assertThrows(IllegalArgumentException.class, () -> model.forward(lacking));
      refusals.add(e.getMessage().split("needs ")[1].split(" and")[0]);
    }
    assertEquals(
        List.of("a guidance scale", "text states", "pooled text", "image states"), refusals);
  }

  @Test
  void laboratory_options_act() {
    float[] plain = laboratory(Laboratory.OFF, null);
    Laboratory off = Laboratory.OFF;
    for (Position position : List.of(Position.SPACE, Position.SPACE_TIME)) {
      var lab =
          new Laboratory(
              256, off.timePeriod(), 0, position, false, false, false, Attention.FULL, false);
      assertTrue(differ(plain, laboratory(lab, null)), position.name());
    }
    var gelu =
        new Laboratory(
            256, off.timePeriod(), 0, Position.NONE, true, false, false, Attention.FULL, false);
    assertTrue(differ(plain, laboratory(gelu, null)));
    var classes =
        new Laboratory(
            256, off.timePeriod(), 4, Position.NONE, false, false, false, Attention.FULL, false);
    Tensor labels = Tensor.ofInts(new int[] {3}, 1);
    assertTrue(
        differ(laboratory(classes, labels), laboratory(classes, Tensor.ofInts(new int[] {1}, 1))));
    assertThrows(IllegalArgumentException.class, () -> laboratory(classes, null));
  }

  private float[] laboratory(Laboratory lab, Tensor labels) {
    HunyuanConfig base = SmallModel.config(1, 1);
    HunyuanConfig config =
        new HunyuanConfig(
            base.inChannels(),
            base.outChannels(),
            base.heads(),
            base.headDim(),
            1,
            1,
            0,
            base.mlpRatio(),
            base.patch(),
            false,
            0,
            0,
            base.ropeTheta(),
            base.ropeAxes(),
            0,
            base.historyKernels(),
            lab);
    TransformerInput in = SmallModel.input(1);
    return model(config, false)
        .forward(
            TransformerInput.ofVideo(in.latents(), in.times(), in.context(), in.timestep(), labels))
        .toFloats();
  }

  private static boolean differ(float[] a, float[] b) {
    double distance = 0;
    for (int i = 0; i < a.length; i++) {
      distance = Math.max(distance, Math.abs(a[i] - b[i]));
    }
    return distance > 1e-4;
  }
}
