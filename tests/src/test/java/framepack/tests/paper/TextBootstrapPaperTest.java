package framepack.tests.paper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.ExampleDraws;
import framepack.experiment.HistoryExample;
import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.Rollout;
import framepack.experiment.TrainingWatch;
import framepack.experiment.dataset.Carousel;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.StripBank;
import framepack.history.HistoryTreatment;
import framepack.model.Rope3d.Phases;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.wan.WanInput;
import framepack.model.wan.WanTransformer;
import framepack.order.Anchors;
import framepack.order.InvertedFromText;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.order.TrainingDraws;
import framepack.pack.Level.Role;
import framepack.pack.PackSpec;
import framepack.pack.Packer.Packed;
import framepack.sampler.Euler;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import framepack.tensor.random.Philox;
import framepack.tests.model.SmallModel;
import framepack.tests.model.SmallWan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Text to video by inverted sampling, as a reproduction on Wan begins it: the first target is one head frame and eight
/// tail frames, the prefix is zero latents at index 0.
class TextBootstrapPaperTest {
  private static SectionPlan plan(String name, int sections) {
    return new SectionPlan(PackSpec.parse(name), sections, 0, new InvertedFromText(), Anchors.NONE);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 10, 10", "4, 28, 28", "6, 46, 28", "50, 442, 28"})
  void the_first_target_is_one_head_frame_and_eight_tail_frames(int sections, int tail, int time) {
    SectionPlan plan = plan("framepack", sections);
    Section first = plan.section(0);
    assertEquals(9 * sections, plan.latents());
    assertEquals(headAndRun(tail), first.frames());
    assertEquals(headAndRun(time), first.noisy().values());
    Source prefix = first.sources(Role.START).getFirst();
    assertEquals(List.of(Source.MISSING), prefix.frames());
    assertEquals(List.of(0), prefix.times().values());
    for (Source source : first.sources(Role.HISTORY)) {
      assertEquals(0, source.present());
    }
    assertEquals(time + 8, first.sources(Role.HISTORY).getFirst().times().first());
  }

  private static List<Integer> headAndRun(int from) {
    return Stream.concat(Stream.of(0), IntStream.range(from, from + 8).boxed()).toList();
  }

  @ParameterizedTest
  @CsvSource({"framepack, 7", "f2k1_x_g5_f1k1f2k2f5k4_td, 5", "f1k1_x_g3_f1k1f2k2_ta, 6"})
  void every_later_section_is_that_of_the_same_video_with_a_given_start(String name, int sections) {
    SectionPlan text = plan(name, sections);
    SectionPlan image =
        new SectionPlan(text.spec(), sections, text.spec().startFrames()); // longer by the start
    for (int i = 1; i < sections; i++) {
      Section own = text.section(i);
      Section other = image.section(i);
      assertEquals(other.frames(), own.frames());
      assertEquals(other.noisy(), own.noisy());
      assertEquals(other.sources(Role.START), own.sources(Role.START));
      int beyond = other.tail().count() - text.spec().startFrames();
      assertEquals(Math.max(0, beyond), own.tail().count());
      for (int level = 0; level < own.sources().size(); level++) {
        Source a = own.sources().get(level);
        Source b = other.sources().get(level);
        assertEquals(b.times(), a.times());
        assertEquals(
            b.frames().stream().map(f -> f < text.latents() ? f : Source.MISSING).toList(),
            a.frames());
      }
    }
  }

  @Test
  void what_is_given_of_a_longer_start_is_not_made_again() {
    PackSpec spec = PackSpec.parse("f3k1_x_g5_f1k1f2k2_td");
    Section first = new SectionPlan(spec, 2, 2, new InvertedFromText(), Anchors.NONE).section(0);
    assertEquals(List.of(2, 8, 9, 10, 11), first.frames());
    assertEquals(List.of(0, 1, Source.MISSING), first.sources(Role.START).getFirst().frames());
    SectionPlan given = new SectionPlan(spec, 2, 3, new InvertedFromText(), Anchors.NONE);
    assertEquals(new SectionPlan(spec, 2, 3).all(), given.all());
  }

  @Test
  void the_phases_of_a_target_in_two_runs_are_those_of_its_times() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.open(backend)) {
      WanTransformer model = new WanTransformer(SmallWan.packed(1, false), Params.create(home, 21));
      long[] times =
          plan("framepack", 3).section(0).noisy().values().stream().mapToLong(t -> t).toArray();
      assertArrayEquals(new long[] {0, 19, 20, 21, 22, 23, 24, 25, 26}, times);
      Tensor noisy = SmallModel.latents(1, 1, 9);
      Packed packed = model.packer().pack(List.of(), noisy, new long[][] {times});
      List<float[]> alone = new ArrayList<>();
      for (long time : times) {
        Phases one = model.packer().rope().phases(new long[][] {{time}}, 3, 5, 1, 1, 1);
        alone.add(one.cos().toFloats());
      }
      float[] all = packed.phases().cos().toFloats();
      int frame = all.length / 9;
      for (int t = 0; t < 9; t++) {
        assertArrayEquals(alone.get(t), Arrays.copyOfRange(all, t * frame, (t + 1) * frame));
      }
    }
  }

  @Test
  void a_model_sees_where_the_tail_stands() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.open(backend)) {
      Params params = Params.create(home, 21);
      WanTransformer model = new WanTransformer(SmallWan.packed(1, false), params);
      SmallWan.open(params);
      float[] near = velocity(model, 1);
      assertArrayEquals(near, velocity(model, 1));
      float[] far = velocity(model, 4);
      double distance = 0;
      for (int i = 0; i < near.length; i++) {
        distance = Math.max(distance, Math.abs(near[i] - far[i]));
      }
      assertTrue(distance > 1e-3, "a gap in the target must show: " + distance);
    }
  }

  private static float[] velocity(WanTransformer model, int sections) {
    long[] times =
        plan("framepack", sections).section(0).noisy().values().stream()
            .mapToLong(t -> t)
            .toArray();
    WanInput in =
        new WanInput(
            SmallModel.latents(1, 1, 9),
            new long[][] {times},
            List.of(),
            Tensor.full(700, 1),
            SmallModel.numbers(31, 1, 6, SmallWan.TEXT),
            null);
    return model.forward(in).toFloats();
  }

  @Test
  void a_model_trains_on_the_bootstrap_and_rolls_out_from_nothing() {
    StripBank bank = StripBank.of(new Carousel(), 2, List.of(3), 20, 1);
    PackSpec spec = PackSpec.parse("f1k1_x_g3_f1k1f2k2_td");
    TrainingDraws sections =
        new TrainingDraws(spec, List.of(2, 4), 0, 0.3).with(new InvertedFromText());
    ExampleDraws draws = new ExampleDraws(bank, sections, HistoryTreatment.NONE);
    int bootstraps = 0;
    for (int i = 0; i < 100; i++) {
      HistoryExample example = draws.next(Philox.of(5, i));
      List<Integer> frames = example.section().frames();
      assertEquals(example.video().pick(frames), example.target());
      bootstraps += frames.getLast() - frames.getFirst() > 2 ? 1 : 0;
    }
    assertTrue(bootstraps > 20, bootstraps + " bootstraps of 100 examples");
    try (Backend backend = Backends.open("cpu");
        NanoModel model =
            NanoModel.create(
                spec, bank.norm().channels(), bank.labels(), Position.SPACE_TIME, 1, backend)) {
      assertTrue(
          new NanoTraining(3, 4, 6e-3, 1)
              .run(model, draws, TrainingWatch.of(_ -> {}, () -> false))
              .finished());
      Frames nothing = bank.window(bank.test(3).getFirst(), 0, 0);
      Frames made =
          new Rollout(model, new Euler(), NanoTraining.SHIFT, 2, HistoryTreatment.NONE, 1)
              .run(
                  plan(spec.toString(), 4),
                  Collections.nCopies(1, new Rollout.Start(nothing, 0)),
                  Rollout.Listener.NONE)
              .getFirst();
      assertEquals(12, made.frames());
      for (int frame = 0; frame < 12; frame++) {
        boolean blank = true;
        for (int i = 0; i < made.rows(); i++) {
          blank &= made.at(0, frame, i, 0) == 0;
        }
        assertTrue(!blank, "frame " + frame + " was never made");
      }
    }
  }

  @Test
  void a_start_that_leaves_no_frame_for_the_tail_is_refused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> plan("f9k1_x_g9_f1k1f2k2f16k4_td", 2));
    assertTrue(e.getMessage().contains("needs more than 9 frames"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> plan("td_f1k1_g9", 2));
  }
}
