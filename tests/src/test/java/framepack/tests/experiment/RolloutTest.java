package framepack.tests.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.ExampleDraws;
import framepack.experiment.HistoryChoice;
import framepack.experiment.ImportantHistory;
import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.Rollout;
import framepack.experiment.TrainingWatch;
import framepack.experiment.dataset.ClipDataset;
import framepack.experiment.dataset.DatasetError;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.Anchors;
import framepack.order.SamplingOrder;
import framepack.order.SectionPlan;
import framepack.order.TrainingDraws;
import framepack.pack.Level.Role;
import framepack.pack.PackSpec;
import framepack.pack.importance.FeatureSimilarity;
import framepack.pack.importance.HybridSimilarity;
import framepack.pack.importance.TimeProximity;
import framepack.sampler.Euler;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.random.Philox;
import framepack.tests.experiment.dataset.TestFrames;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rollouts of a random model: what it is shown and what comes back, whatever it makes of it.
class RolloutTest {
  private static final int CHANNELS = 3;
  private static final int SIDE = 4;
  private static final Backend CPU = Backends.open("cpu");

  @ParameterizedTest
  @CsvSource({
    "td_f2k2f1k1_g3, vanilla",
    "f1k1_x_f2k2f1k1_g3, forward-start",
    "f1k1_x_g3_f1k1f2k2_td, inverted",
    "td_f2k2f1k1_g3_x_f1k1, endpoint",
    "td_f2k2f1k1_g3_x_f1k1, 'endpoints:0.5,1'",
    "td_f2k2f1k1_g3_x_f1k1, far-first",
  })
  void given_frames_come_back_as_they_are_and_are_seen(String name, String order) {
    SectionPlan plain =
        new SectionPlan(PackSpec.parse(name), 4, 1).with(SamplingOrder.parse(order));
    SectionPlan plan = plain.with(Anchors.parse("6,end", plain.latents()));
    Frames known = frames(1, 1);
    Frames anchors = frames(2, 2);
    try (NanoModel model = model(plan.spec())) {
      Rollout rollout = rollout(model, HistoryChoice.NEAREST);
      Frames made =
          rollout.run(plan, List.of(start(known, anchors)), Rollout.Listener.NONE).getFirst();
      assertEquals(plan.latents(), made.frames());
      assertEquals(known, made.slice(0, 1));
      assertEquals(anchors.slice(0, 1), made.slice(6, 1));
      Frames other =
          rollout.run(plan, List.of(start(known, frames(3, 2))), Rollout.Listener.NONE).getFirst();
      for (int frame = 1; frame < plan.latents(); frame++) {
        assertNotEquals(made.slice(frame, 1), other.slice(frame, 1), "frame " + frame);
      }
    }
  }

  @Test
  void importance_by_time_is_the_packing_as_named_and_by_similarity_another() {
    PackSpec spec = PackSpec.parse("td_f2k2f1k1_g3");
    SectionPlan plan = new SectionPlan(spec, 4, 6);
    List<Rollout.Start> starts =
        List.of(new Rollout.Start(frames(4, 6), 0), new Rollout.Start(frames(5, 6), 0));
    try (NanoModel model = model(spec)) {
      List<Frames> nearest =
          rollout(model, HistoryChoice.NEAREST).run(plan, starts, Rollout.Listener.NONE);
      ImportantHistory byTime = new ImportantHistory(new TimeProximity(), 30);
      assertEquals(nearest, rollout(model, byTime).run(plan, starts, Rollout.Listener.NONE));
      ImportantHistory bySimilarity = new ImportantHistory(new FeatureSimilarity(), 30);
      assertNotEquals(
          nearest, rollout(model, bySimilarity).run(plan, starts, Rollout.Listener.NONE));
      Frames alone =
          rollout(model, bySimilarity)
              .run(plan, starts.subList(0, 1), Rollout.Listener.NONE)
              .getFirst();
      Frames together =
          rollout(model, bySimilarity).run(plan, starts, Rollout.Listener.NONE).getFirst();
      assertEquals(alone.slice(0, 9), together.slice(0, 9), "videos do not touch each other");
    }
  }

  @Test
  void a_view_seen_before_is_found_again() {
    PackSpec spec = PackSpec.parse("td_f4k1_g3");
    SectionPlan plan = new SectionPlan(spec, 1, 12);
    Frames view = frames(7, 1);
    Frames video = Frames.zeros(CHANNELS, 15, SIDE, SIDE).with(0, frames(6, 12)).with(4, view);
    for (int newest = 9; newest < 12; newest++) {
      video =
          video.with(newest, TestFrames.plus(view, 0.01 * newest)); // nearly the view of frame 4
    }
    Frames seen = video;
    try (Workspace _ = Workspace.open(CPU)) {
      var section = plan.section(0);
      var found =
          new ImportantHistory(new FeatureSimilarity(), 30)
              .sections(plan, section, List.of(seen))
              .getFirst();
      assertEquals(List.of(4, 9, 10, 11), found.sources(Role.HISTORY).getFirst().frames());
    }
  }

  @Test
  void training_takes_the_same_choice() {
    PackSpec spec = PackSpec.parse("f1k1_x_g3_f1k1f2k2_td");
    ClipDataset clip =
        ClipDataset.of("waves", TestFrames.waves(80, 32, 32), ClipDataset.Cut.DEFAULT);
    ImportantHistory choice = new ImportantHistory(new HybridSimilarity(0.5), 30);
    ExampleDraws examples =
        new ExampleDraws(
            clip,
            new TrainingDraws(spec, List.of(4), 0, 0).withAnchors(2),
            HistoryTreatment.NONE,
            choice);
    try (Workspace _ = Workspace.open(CPU)) {
      assertEquals(examples.next(Philox.of(1)), examples.next(Philox.of(1)));
    }
    try (NanoModel model =
        NanoModel.create(spec, clip.norm().channels(), 1, Position.SPACE_TIME, 0, CPU)) {
      var outcome =
          new NanoTraining(3, 2, 6e-3, 0)
              .run(model, examples, TrainingWatch.of(_ -> {}, () -> false));
      assertTrue(outcome.finished() && Double.isFinite(outcome.losses()[2]));
    }
  }

  @Test
  void a_start_that_does_not_fit_the_plan_is_refused() {
    SectionPlan plan = new SectionPlan(PackSpec.parse("td_f1k1_g3"), 2, 1);
    try (NanoModel model = model(plan.spec())) {
      Rollout rollout = rollout(model, HistoryChoice.NEAREST);
      List<Rollout.Start> two = List.of(new Rollout.Start(frames(1, 2), 0));
      String message =
          assertThrows(DatasetError.class, () -> rollout.run(plan, two, Rollout.Listener.NONE))
              .getMessage();
      assertEquals(
          "rollout: the plan knows 1 frames and 0 anchors, a video brings 2 and 0", message);
    }
    assertThrows(
        IllegalArgumentException.class, () -> new ImportantHistory(new TimeProximity(), 0));
  }

  private static Rollout rollout(NanoModel model, HistoryChoice choice) {
    return new Rollout(model, new Euler(), NanoTraining.SHIFT, 2, HistoryTreatment.NONE, 1, choice);
  }

  private static NanoModel model(PackSpec spec) {
    NanoModel model = NanoModel.create(spec, CHANNELS, 1, Position.SPACE_TIME, 0, CPU);
    model.weights().values().forEach(RolloutTest::shake);
    return model;
  }

  /// Fresh models have zero gates: they look at nothing.
  private static void shake(Tensor weight) {
    float[] values = weight.toFloats();
    Philox draws = Philox.of(10);
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (0.2 * draws.nextGaussian());
    }
    weight.writeInPlace(values);
  }

  private static Rollout.Start start(Frames known, Frames anchors) {
    return new Rollout.Start(known, anchors, 0);
  }

  private static Frames frames(long seed, int count) {
    Philox draws = Philox.of(seed);
    List<Frames> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] values = new float[CHANNELS * SIDE * SIDE];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) draws.nextGaussian();
      }
      all.add(new Frames(CHANNELS, 1, SIDE, SIDE, values));
    }
    return Frames.concat(all);
  }
}
