package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.Rope3d.Phases;
import framepack.model.wan.WanConfig;
import framepack.model.wan.WanInput;
import framepack.model.wan.WanTransformer;
import framepack.pack.ContextLevel;
import framepack.pack.ContextTail;
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
import org.junit.jupiter.params.provider.ValueSource;

/// What the Wan transformer keeps to whatever its weights: history, batches, timesteps, recomputation, absent parts.
class WanTransformerTest {
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

  private WanTransformer model(WanConfig config) {
    Params params = Params.create(workspace, 21);
    WanTransformer model = new WanTransformer(config, params);
    SmallWan.open(params);
    return model;
  }

  @Test
  void without_history_the_packed_model_is_the_plain_one() {
    WanInput in = SmallWan.plainInput(2, false);
    float[] plain = model(SmallWan.plain(2, false)).forward(in).toFloats();
    assertArrayEquals(plain, model(SmallWan.packed(2, false)).forward(in).toFloats());
  }

  @Test
  void history_stands_before_the_noisy_tokens_and_reaches_the_velocity() {
    WanTransformer model = model(SmallWan.packed(1, false));
    WanInput in = SmallWan.packedInput(1, false);
    assertEquals(1 * 1 * 2 + 1 * 2 * 3 + 1 * 3 * 5 + 2 * 3 * 5, model.pack(in).hidden().extent(1));
    assertEquals(2 * 3 * 5, model.pack(in).noisyTokens());
    float[] told = model.forward(in).toFloats();
    for (int level = 0; level < 3; level++) {
      ContextLevel[] other = in.context().toArray(ContextLevel[]::new);
      other[level] =
          new ContextLevel(
              other[level].kernel(), other[level].latents().mul(2), other[level].times());
      WanInput changed = with(in, List.of(other), in.timestep());
      assertFalse(Arrays.equals(told, model.forward(changed).toFloats()), "level " + level);
    }
  }

  @Test
  void phases_of_a_level_are_means_of_wans_own_over_its_blocks() {
    WanTransformer model = model(SmallWan.packed(0, false));
    Phases packed = model.pack(SmallWan.packedInput(1, false)).phases();
    Phases level = model.packer().rope().phases(SmallModel.times(1, 7, 2), 3, 5, 1, 1, 1);
    int head = 14;
    float[] fine = level.cos().toFloats();
    float[] mean = new float[head];
    for (int t = 0; t < 2; t++) {
      for (int h = 0; h < 2; h++) {
        for (int w = 0; w < 2; w++) {
          for (int i = 0; i < head; i++) {
            mean[i] += fine[((t * 3 + h) * 5 + w) * head + i] / 8;
          }
        }
      }
    }
    float[] firstOfK2 = packed.cos().slice(1, 2, 3).toFloats();
    assertArrayEquals(mean, firstOfK2, 1e-6f);
  }

  @ParameterizedTest
  @CsvSource({"false, 0, 0", "true, 0, 0", "false, 1, 4", "true, 4, 1", "true, 3, 3"})
  void every_item_of_a_batch_is_computed_as_if_it_were_alone(boolean perToken, int a, int b) {
    WanTransformer model = model(SmallWan.packed(2, true));
    int[] tails = {a, b};
    WanInput in = SmallWan.packedInput(2, true).withTail(tail(tails, 0, 1));
    Tensor time =
        perToken
            ? SmallModel.numbers(5, 2, model.pack(in).hidden().extent(1)).mul(300)
            : Tensor.of(new float[] {900, 20}, 2);
    WanInput both = with(in, in.context(), time).withTail(in.tail());
    float[] together = model.forward(both).toFloats();
    for (int i = 0; i < 2; i++) {
      float[] alone = model.forward(item(both, tails, i)).toFloats();
      float[] own = Arrays.copyOfRange(together, i * alone.length, (i + 1) * alone.length);
      assertArrayEquals(own, alone, 2e-5f);
    }
  }

  @Test
  void one_timestep_said_for_every_token_is_the_same_timestep() {
    WanTransformer model = model(SmallWan.packed(2, false));
    WanInput in = SmallWan.packedInput(2, false);
    long tokens = model.pack(in).hidden().extent(1);
    WanInput perToken = with(in, in.context(), Tensor.full(700, 2, tokens));
    assertArrayEquals(model.forward(in).toFloats(), model.forward(perToken).toFloats(), 2e-6f);
  }

  @Test
  void only_noisy_tokens_and_their_timesteps_reach_the_output_layer() {
    WanTransformer model = model(SmallWan.packed(0, false));
    WanInput in = SmallWan.packedInput(2, false);
    long noisy = model.pack(in).noisyTokens();
    long history = model.pack(in).hidden().extent(1) - noisy;
    Tensor time = Tensor.concat(1, Tensor.zeros(2, history), Tensor.full(700, 2, noisy));
    float[] plain = model.forward(SmallWan.plainInput(2, false)).toFloats();
    assertArrayEquals(plain, model.forward(in).toFloats(), 2e-6f);
    assertArrayEquals(plain, model.forward(with(in, in.context(), time)).toFloats(), 2e-6f);
  }

  @Test
  void history_may_have_a_timestep_of_its_own() {
    WanTransformer model = model(SmallWan.packed(1, false));
    WanInput in = SmallWan.packedInput(1, false);
    long noisy = model.pack(in).noisyTokens();
    long history = model.pack(in).hidden().extent(1) - noisy;
    Tensor clean = Tensor.concat(1, Tensor.zeros(1, history), Tensor.full(700, 1, noisy));
    float[] atZero = model.forward(with(in, in.context(), clean)).toFloats();
    assertFalse(Arrays.equals(model.forward(in).toFloats(), atZero));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void recomputing_blocks_gives_the_same_gradients_in_less_memory(boolean image) {
    WanConfig config = SmallWan.packed(4, image);
    WanInput in = SmallWan.packedInput(2, image).withTail(tail(new int[] {1, 4}, 0, 1));
    List<Map<String, float[]>> gradients = new ArrayList<>();
    long[][] bytes = new long[2][1];
    for (boolean checkpointing : new boolean[] {false, true}) {
      Params params = Params.create(workspace, 21);
      var model = new WanTransformer(config, params, checkpointing);
      SmallWan.open(params);
      gradients.add(gradients(params, model, in, bytes[gradients.size()]));
    }
    gradients
        .getFirst()
        .forEach(
            (name, kept) -> assertArrayEquals(kept, gradients.getLast().get(name), 2e-6f, name));
    assertTrue(bytes[1][0] < bytes[0][0], bytes[1][0] + " against " + bytes[0][0]);
  }

  /// Of the mean square of the velocity; `bytes[0]` becomes the memory in use before the backward pass.
  private Map<String, float[]> gradients(
      Params params, WanTransformer model, WanInput in, long[] bytes) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (Workspace step = Workspace.open(backend);
        Tape tape = Tape.watching(params.named().values())) {
      Tensor velocity = model.forward(in);
      bytes[0] = step.usedBytes();
      tape.backward(velocity.apply(UnaryFunction.SQUARE).mean());
      params.named().forEach((name, w) -> gradients.put(name, tape.gradient(w).toFloats()));
    }
    return gradients;
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 4"})
  void every_weight_has_the_slope_that_its_gradient_says(int a, int b) {
    Params params = Params.create(workspace, 21);
    var model = new WanTransformer(SmallWan.packed(2, true), params);
    SmallWan.open(params);
    WanInput in = SmallWan.packedInput(2, true).withTail(tail(new int[] {a, b}, 0, 1));
    Map<String, float[]> gradients = gradients(params, model, in, new long[1]);
    params
        .named()
        .forEach((name, weight) -> {
          float[] gradient = gradients.get(name);
          float[] start = weight.toFloats();
          double norm = 0;
          for (float g : gradient) {
            norm += (double) g * g;
          }
          double step = 1e-3 / Math.max(Math.sqrt(norm), 1e-3);
          double rise =
              lossAt(model, in, weight, start, gradient, step)
                  - lossAt(model, in, weight, start, gradient, -step);
          weight.writeInPlace(start);
          assertEquals(norm, rise / (2 * step), 0.03 * norm + 1e-6, name);
        });
  }

  private double lossAt(
      WanTransformer model, WanInput in, Tensor weight, float[] at, float[] along, double step) {
    float[] moved = at.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (step * along[i]);
    }
    weight.writeInPlace(moved);
    try (Workspace _ = Workspace.open(backend)) {
      double sum = 0;
      float[] velocity = model.forward(in).toFloats();
      for (float v : velocity) {
        sum += (double) v * v;
      }
      return sum / velocity.length;
    }
  }

  @Test
  void running_under_a_tape_changes_no_value() {
    Params params = Params.create(workspace, 21);
    var model = new WanTransformer(SmallWan.packed(2, true), params);
    SmallWan.open(params);
    WanInput in = SmallWan.packedInput(2, true);
    float[] plain = model.forward(in).toFloats();
    try (Tape _ = Tape.watching(params.named().values())) {
      assertArrayEquals(plain, model.forward(in).toFloats(), 2e-6f);
    }
  }

  @Test
  void a_fresh_model_predicts_zero() {
    WanTransformer model =
        new WanTransformer(SmallWan.packed(1, false), Params.create(workspace, 2));
    for (float value : model.forward(SmallWan.packedInput(1, false)).toFloats()) {
      assertEquals(0, value);
    }
  }

  @Test
  void what_does_not_fit_the_model_is_named() {
    WanTransformer model = model(SmallWan.packed(1, true));
    WanInput in = SmallWan.packedInput(1, true);
    assertEquals(
        "the model needs text states and was given none", refusal(model, in, null, in.image()));
    assertEquals(
        "the model needs image states and was given none", refusal(model, in, in.text(), null));
    assertTrue(refusal(model, in, in.image(), in.image()).contains("states [1, tokens, 8]"));
    WanTransformer blind = model(SmallWan.packed(1, false));
    assertTrue(refusal(blind, in, in.text(), in.image()).contains("looks at no image"));
    WanInput wrongTime = with(in, in.context(), Tensor.full(700, 1, 3));
    var e = assertThrows(IllegalArgumentException.class, () -> model.forward(wrongTime));
    assertTrue(e.getMessage().contains("[1] or, one a token, [1, 53]"), e.getMessage());
  }

  private static String refusal(WanTransformer model, WanInput in, Tensor text, Tensor image) {
    WanInput lacking =
        new WanInput(in.latents(), in.times(), in.context(), in.timestep(), text, image);
    return assertThrows(IllegalArgumentException.class, () -> model.forward(lacking)).getMessage();
  }

  private static WanInput with(WanInput in, List<ContextLevel> context, Tensor timestep) {
    return new WanInput(in.latents(), in.times(), context, timestep, in.text(), in.image());
  }

  /// Null where nothing is beyond the history.
  private static ContextTail tail(int[] lengths, int... items) {
    boolean none = Arrays.stream(items).allMatch(i -> lengths[i] == 0);
    return none ? null : SmallModel.tail(lengths, items);
  }

  /// One item with its own tail, which needs no padding.
  private static WanInput item(WanInput in, int[] tails, int i) {
    Tensor time = in.timestep().slice(0, i, i + 1);
    if (in.tail() != null && time.shape().rank() == 2) {
      Tensor own = time.slice(1, 0, tails[i]);
      time = Tensor.concat(1, own, time.slice(1, in.tail().tokens(), time.extent(1)));
    }
    return new WanInput(
        in.latents().slice(0, i, i + 1),
        new long[][] {in.times()[i]},
        tail(tails, i),
        SmallModel.item(in.context(), i),
        time,
        in.text().slice(0, i, i + 1),
        in.image().slice(0, i, i + 1));
  }
}
