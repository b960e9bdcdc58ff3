package framepack.tests.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.HistoryChoice;
import framepack.experiment.Method;
import framepack.experiment.NanoModel;
import framepack.experiment.RandomHistory;
import framepack.experiment.RollingRollout;
import framepack.experiment.Rollout;
import framepack.experiment.SectionNoise;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryGuidance;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Attention;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.TransformerInput;
import framepack.noise.TimeShift;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.pack.CausalMask;
import framepack.pack.ContextLevel;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.sampler.Euler;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tests.experiment.dataset.TestFrames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The alternatives of the paper's Table 2, each by what sets it apart.
class MethodTest {
  private static final int CHANNELS = 3;
  private static final PackSpec SPEC = PackSpec.parse("td_f4k2f1k1_g2");
  private static final Backend CPU = Backends.open("cpu");

  private static NanoModel model(Attention attention, boolean shared, boolean told) {
    NanoModel model =
        NanoModel.create(
            SPEC,
            CHANNELS,
            1,
            Position.SPACE_TIME,
            new Method.Network(attention, shared, told),
            3,
            CPU);
    wake(model);
    return model;
  }

  /// The last layer starts at zero, which would hide everything.
  private static void wake(NanoModel model) {
    for (String name : List.of("proj_out.weight", "norm_out.linear.weight")) {
      Tensor weight = model.weights().get(name);
      long count = weight.shape().elements();
      try (Workspace _ = Workspace.open(CPU)) {
        float[] values = TestFrames.random(11, 1, 1, 1, (int) count).values();
        weight.copyFromInPlace(Tensor.of(values, weight.shape().toArray()).mul(0.1));
      }
    }
  }

  private static float[] velocity(NanoModel model, Frames history, long[] times, double told) {
    try (Workspace _ = Workspace.open(CPU)) {
      Tensor level = Tensor.of(new float[] {(float) (1000 * told)}, 1);
      ContextLevel far =
          new ContextLevel(PatchKernel.cubic(2), tensor(history), new long[][] {times});
      Frames near = TestFrames.random(2, CHANNELS, 1, 4, 4);
      ContextLevel next = new ContextLevel(PatchKernel.BASE, tensor(near), new long[][] {{4}});
      boolean asks = model.network().config().guidance();
      TransformerInput input =
          new TransformerInput(
              tensor(TestFrames.random(1, CHANNELS, 2, 4, 4)),
              new long[][] {{5, 6}},
              List.of(far, next),
              Tensor.of(new float[] {500}, 1),
              asks ? level : null,
              null,
              null,
              null,
              null);
      return model.network().forward(input).toFloats();
    }
  }

  private static Tensor tensor(Frames frames) {
    return Tensor.of(
        frames.values(), 1, frames.channels(), frames.frames(), frames.rows(), frames.columns());
  }

  @Test
  void one_projection_for_all_kernels_starts_as_the_same_function_as_their_own() {
    Frames history = TestFrames.random(5, CHANNELS, 4, 4, 4);
    try (NanoModel own = model(Attention.FULL, false, false);
        NanoModel shared = model(Attention.FULL, true, false)) {
      assertTrue(shared.size() < own.size());
      float[] a = velocity(own, history, new long[] {0, 1, 2, 3}, 0);
      float[] b = velocity(shared, history, new long[] {0, 1, 2, 3}, 0);
      assertArrayEquals(a, b, 1e-5f);
      assertTrue(a[0] != 0);
    }
  }

  @Test
  void a_causal_model_is_blind_to_frames_after_its_own_and_sees_those_before() {
    Frames one = TestFrames.random(5, CHANNELS, 4, 4, 4);
    Frames other = TestFrames.random(6, CHANNELS, 4, 4, 4);
    long[] before = {0, 1, 2, 3};
    long[] after = {7, 8, 9, 10};
    try (NanoModel causal = model(Attention.CAUSAL, false, false);
        NanoModel full = model(Attention.FULL, false, false)) {
      assertArrayEquals(velocity(causal, one, after, 0), velocity(causal, other, after, 0));
      assertFalse(
          Arrays.equals(velocity(causal, one, before, 0), velocity(causal, other, before, 0)));
      assertFalse(Arrays.equals(velocity(full, one, after, 0), velocity(full, other, after, 0)));
    }
  }

  @Test
  void a_causal_mask_lets_history_see_only_what_was_there_before_it() {
    try (Workspace _ = Workspace.open(CPU)) {
      Tensor far = tensor(TestFrames.random(1, CHANNELS, 3, 4, 4));
      Tensor near = tensor(TestFrames.random(1, CHANNELS, 1, 4, 4));
      CausalMask mask =
          CausalMask.of(
              null,
              List.of(
                  new ContextLevel(PatchKernel.cubic(2), far, new long[][] {{1, 2, 3}}),
                  new ContextLevel(PatchKernel.BASE, near, new long[][] {{4}})),
              near,
              new long[][] {{5}},
              PatchKernel.BASE);
      // two blocks of k2 (frames 1 and 2; frame 3), four tokens of the near frame, four noisy ones
      assertArrayEquals(new long[] {2, 3, 4, 4, 4, 4, 5, 5, 5, 5}, mask.latest()[0]);
      assertFalse(mask.sees(0, 0, 1));
      assertTrue(mask.sees(0, 1, 0));
      assertTrue(mask.sees(0, 2, 5));
      assertFalse(mask.sees(0, 5, 6));
      assertTrue(mask.sees(0, 6, 0));
    }
  }

  @Test
  void every_attention_is_a_function_of_its_own_and_sees_the_far_history() {
    Frames history = TestFrames.random(5, CHANNELS, 4, 4, 4);
    Frames other = TestFrames.random(6, CHANNELS, 4, 4, 4);
    long[] times = {0, 1, 2, 3};
    Set<List<Float>> distinct = new HashSet<>();
    for (Attention attention : Attention.values()) {
      try (NanoModel model = model(attention, false, false)) {
        float[] seen = velocity(model, history, times, 0);
        for (float value : seen) assertTrue(Float.isFinite(value), attention.name());
        assertFalse(Arrays.equals(seen, velocity(model, other, times, 0)), attention.name());
        distinct.add(IntStream.range(0, seen.length).mapToObj(i -> seen[i]).toList());
      }
    }
    assertEquals(Attention.values().length, distinct.size());
  }

  @Test
  void a_random_history_shows_in_sampling_what_it_showed_in_training_whatever_the_noise() {
    Method plain = Method.FRAMEPACK;
    Method random =
        new Method(
            plain.network(),
            new Method.History(Method.Choice.RANDOM, 1, HistoryGuidance.NONE, 128),
            plain.noise());
    try (NanoModel model = model(Attention.FULL, false, false)) {
      Rollout rollout = (Rollout) random.sampler(model, 2, HistoryTreatment.NONE, 3, 15);
      assertEquals(new RandomHistory(3), rollout.choice());
      assertEquals(15, rollout.seed());
    }
  }

  @Test
  void a_model_that_is_told_its_historys_noise_minds_it() {
    Frames history = TestFrames.random(5, CHANNELS, 4, 4, 4);
    long[] times = {0, 1, 2, 3};
    try (NanoModel told = model(Attention.FULL, false, true)) {
      float[] clean = velocity(told, history, times, 0);
      assertArrayEquals(clean, velocity(told, history, times, 0));
      assertFalse(Arrays.equals(clean, velocity(told, history, times, 0.3)));
    }
  }

  @Test
  void noise_that_rises_along_the_section_moves_on_by_a_frame_a_round() {
    SectionNoise rolling = new SectionNoise.Rolling(TimeShift.of(3));
    assertArrayEquals(new double[] {1, 1, 1}, rolling.levels(1, 3));
    double[] clean = rolling.levels(0, 3);
    double[] next = rolling.levels(1.0 / 3, 3);
    assertEquals(0, clean[0]);
    assertEquals(1, next[2], 1e-12);
    for (int j = 0; j + 1 < 3; j++) {
      assertEquals(clean[j + 1], next[j], 1e-12);
    }
    assertEquals(TimeShift.of(3).sigma(1.0 / 3), clean[1], 1e-12);
    int moving = 0;
    for (int i = 0; i < 1000; i++) {
      double time = rolling.time((i + 0.5) / 1000, 3);
      assertTrue(time > 0 && time < 1);
      moving += time < 1.0 / 3 ? 1 : 0;
    }
    assertEquals(500, moving);
  }

  @Test
  void a_rolling_video_keeps_its_known_frames_and_depends_on_its_seed_alone() {
    Frames known = TestFrames.random(1, CHANNELS, 1, 4, 4);
    try (NanoModel model = model(Attention.FULL, false, false)) {
      List<Frames> videos = new ArrayList<>();
      for (long seed : new long[] {1, 1, 2}) {
        List<Section> heard = new ArrayList<>();
        Frames made =
            rolling(model, seed)
                .run(
                    new SectionPlan(SPEC, 3, 1),
                    List.of(new Rollout.Start(known, 0)),
                    (section, _) -> heard.add(section))
                .getFirst();
        assertEquals(3, heard.size());
        assertEquals(7, made.frames());
        assertEquals(known, made.slice(0, 1));
        for (float value : made.values()) {
          assertTrue(Float.isFinite(value));
        }
        videos.add(made);
      }
      assertEquals(videos.get(0), videos.get(1));
      for (int frame = 1; frame < 7; frame++) {
        assertNotEquals(videos.get(0).slice(frame, 1), videos.get(2).slice(frame, 1));
      }
    }
    PackSpec inverted = PackSpec.parse("f1k1_x_g2_f1k1_td");
    try (NanoModel model = NanoModel.create(inverted, CHANNELS, 1, Position.SPACE_TIME, 0, CPU)) {
      assertThrows(IllegalArgumentException.class, () -> rolling(model, 0));
    }
  }

  private static RollingRollout rolling(NanoModel model, long seed) {
    Rollout basis =
        new Rollout(model, new Euler(), TimeShift.of(3), 4, HistoryTreatment.NONE, seed);
    return new RollingRollout(basis, new SectionNoise.Rolling(TimeShift.of(3)));
  }

  @Test
  void a_random_history_spends_the_same_tokens_on_other_frames() {
    SectionPlan plan = new SectionPlan(SPEC, 1, 12);
    Section section = plan.section(0);
    List<Frames> video = List.of(TestFrames.random(1, CHANNELS, 14, 4, 4));
    TreeSet<String> seen = new TreeSet<>();
    for (long seed = 0; seed < 8; seed++) {
      HistoryChoice choice = new RandomHistory(seed);
      Section shown = choice.sections(plan, section, video).getFirst();
      assertEquals(shown.sources(), choice.sections(plan, section, video).getFirst().sources());
      List<Integer> frames =
          shown.sources().stream().map(Source::frames).flatMap(List::stream).toList();
      assertEquals(5, frames.stream().distinct().count());
      assertTrue(frames.stream().allMatch(frame -> frame >= 0 && frame < 12));
      seen.add(frames.toString());
    }
    assertTrue(seen.size() > 5, seen.toString());
  }
}
