package framepack.tests.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.DriftExperiment;
import framepack.experiment.ExampleDraws;
import framepack.experiment.HistoryExample;
import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.Rollout;
import framepack.experiment.SectionBatch;
import framepack.experiment.TrainingCodebook;
import framepack.experiment.TrainingWatch;
import framepack.experiment.dataset.Carousel;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.StripBank;
import framepack.history.Codebook;
import framepack.history.HistoryGuidance;
import framepack.history.HistoryNoise;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.SectionPlan;
import framepack.order.Source;
import framepack.order.TrainingDraws;
import framepack.pack.ContextLevel;
import framepack.pack.Level;
import framepack.pack.PackSpec;
import framepack.sampler.Euler;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// History treated in training and in sampling.
class HistoryTreatmentTest {
  private static final PackSpec DISCRETE = PackSpec.parse("f1k1_x_td_f2k2f1k1_g3+d");
  private static final PackSpec PLAIN = PackSpec.parse("f1k1_x_td_f2k2f1k1_g3");
  private static final StripBank BANK = StripBank.of(new Carousel(), 2, List.of(3), 20, 2);
  private static final TrainingCodebook FEW = new TrainingCodebook(16, 24, 1);

  private static NanoModel model(PackSpec spec, Backend backend) {
    return NanoModel.create(spec, 16, 1, Position.SPACE_TIME, 3, backend);
  }

  private static HistoryTreatment treatment(NanoModel model) {
    return FEW.complete(HistoryTreatment.NONE, model, BANK, () -> false).orElseThrow();
  }

  private static TrainingDraws sections(PackSpec spec) {
    return new TrainingDraws(spec, List.of(4), 0.5, 0.3);
  }

  @Test
  void a_discrete_name_shows_codes_the_start_frame_as_it_is_and_missing_frames_as_zeros() {
    try (Backend backend = Backends.open("cpu");
        NanoModel model = model(DISCRETE, backend);
        Workspace _ = Workspace.open(backend)) {
      HistoryTreatment history = treatment(model);
      Set<List<Float>> codes = codes(history.discretizer().orElseThrow().codebook());
      ExampleDraws draws = new ExampleDraws(BANK, sections(DISCRETE), history);
      Philox random = Philox.of(4);
      int discrete = 0;
      int missing = 0;
      for (int i = 0; i < 20; i++) {
        HistoryExample example = draws.next(random);
        var item = new SectionBatch.Item(example.section(), example.context(), 0);
        List<ContextLevel> context = SectionBatch.of(List.of(item), false, history).context();
        for (int at = 0; at < context.size(); at++) {
          Source source = example.section().sources().get(at);
          float[] shown = context.get(at).latents().toFloats();
          Frames video = example.video().pick(source.frames());
          if (source.level().role() == Level.Role.START) {
            assertArrayEquals(video.values(), shown);
            continue;
          }
          for (int t = 0; t < video.frames(); t++) {
            boolean exists = source.frames().get(t) != Source.MISSING;
            missing += exists ? 0 : 1;
            for (int p = 0; p < 64; p++) {
              List<Float> pixel = new ArrayList<>();
              for (int c = 0; c < 16; c++) {
                pixel.add(shown[video.index(c, t, 0, 0) + p]);
              }
              discrete += exists && codes.contains(pixel) ? 1 : 0;
              assertTrue(exists ? codes.contains(pixel) : pixel.equals(zeros()), pixel.toString());
            }
          }
        }
      }
      assertTrue(discrete > 1000 && missing > 5, discrete + " pixels, " + missing + " missing");
    }
  }

  private static List<Float> zeros() {
    return Collections.nCopies(16, 0f);
  }

  private static Set<List<Float>> codes(Codebook codebook) {
    Set<List<Float>> codes = new HashSet<>();
    for (int k = 0; k < codebook.size(); k++) {
      List<Float> code = new ArrayList<>();
      for (float v : codebook.code(k)) {
        code.add(v);
      }
      codes.add(code);
    }
    return codes;
  }

  @Test
  void a_name_and_a_treatment_that_disagree_are_refused() {
    try (Backend backend = Backends.open("cpu");
        NanoModel plain = model(PLAIN, backend);
        NanoModel discrete = model(DISCRETE, backend)) {
      HistoryTreatment codes = treatment(discrete);
      assertEquals(HistoryTreatment.NONE, treatment(plain));
      refused(
          "needs a codebook",
          () -> new ExampleDraws(BANK, sections(DISCRETE), HistoryTreatment.NONE));
      refused("has no '+d'", () -> new ExampleDraws(BANK, sections(PLAIN), codes));
      refused("needs a codebook", () -> rollout(discrete, HistoryTreatment.NONE));
      refused("has no '+d'", () -> rollout(plain, codes));
    }
  }

  private static void refused(String what, Executable made) {
    var error = assertThrows(IllegalArgumentException.class, made);
    assertTrue(error.getMessage().contains(what), error.getMessage());
  }

  private static Rollout rollout(NanoModel model, HistoryTreatment history) {
    return new Rollout(model, new Euler(), NanoTraining.SHIFT, 2, history, 5);
  }

  @Test
  void a_discrete_packing_trains_and_rolls_out_alike_on_any_number_of_threads() {
    var history =
        HistoryTreatment.noise(
                new HistoryNoise(HistoryNoise.Form.ADD, 0, 0.2),
                HistoryNoise.fixed(HistoryNoise.Form.ADD, 0.1))
            .with(new HistoryGuidance(1.5, 0.3));
    var variant = new DriftExperiment.Variant("discrete", DISCRETE, NanoTraining.of(3, 1), history);
    List<Frames> made = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (String device : List.of("cpu:1", "cpu:2")) {
      try (Backend backend = Backends.open(device)) {
        var outcome =
            new DriftExperiment(BANK, 2, 1, 2)
                .run(variant, backend, TrainingWatch.of(_ -> {}, () -> false))
                .orElseThrow();
        made.add(outcome.example());
        losses.add(outcome.training().losses()[2]);
      }
    }
    assertEquals(made.get(0), made.get(1));
    assertEquals(losses.get(0), losses.get(1));
    assertTrue(Double.isFinite(losses.get(0)));
  }

  @Test
  void a_run_stopped_while_its_codebook_is_fitted_has_no_outcome() {
    try (Backend backend = Backends.open("cpu")) {
      var variant =
          new DriftExperiment.Variant("", DISCRETE, NanoTraining.of(3, 1), HistoryTreatment.NONE);
      assertTrue(
          new DriftExperiment(BANK, 2, 1, 2)
              .run(variant, backend, TrainingWatch.of(_ -> {}, () -> true))
              .isEmpty());
    }
  }

  @Test
  void guidance_moves_away_from_the_section_that_is_made_without_history() {
    try (Backend backend = Backends.open("cpu");
        NanoModel model = model(PLAIN, backend)) {
      // Zero output weights would hide the history; a few steps open them.
      ExampleDraws draws = new ExampleDraws(BANK, sections(PLAIN), HistoryTreatment.NONE);
      NanoTraining.of(6, 1).run(model, draws, TrainingWatch.of(_ -> {}, () -> false));
      Frames one = made(model, HistoryTreatment.NONE);
      assertEquals(one, made(model, HistoryTreatment.NONE.with(new HistoryGuidance(1, 0.5))));
      Frames none = made(model, HistoryTreatment.NONE.with(new HistoryGuidance(0, 0)));
      Frames two = made(model, HistoryTreatment.NONE.with(new HistoryGuidance(2, 0)));
      assertNotEquals(one, none);
      assertNotEquals(one, two);
      double along = 0;
      for (int i = 0; i < one.values().length; i++) {
        along +=
            (double) (two.values()[i] - one.values()[i]) * (one.values()[i] - none.values()[i]);
      }
      assertTrue(along > 0, "the step away from 'none' has a component of " + along);
    }
  }

  private static Frames made(NanoModel model, HistoryTreatment history) {
    Frames known = BANK.window(BANK.test(3).getFirst(), 0, 1);
    return rollout(model, history)
        .run(
            new SectionPlan(PLAIN, 1, 1),
            List.of(new Rollout.Start(known, 0)),
            Rollout.Listener.NONE)
        .getFirst();
  }

  @Test
  void dropped_histories_are_noise_throughout_as_often_as_stated() {
    Frames video = BANK.window(BANK.test(3).getFirst(), 0, 12);
    HistoryTreatment third = HistoryTreatment.NONE.with(new HistoryGuidance(1, 1 / 3.0));
    int dropped = 0;
    double sum = 0;
    for (int i = 0; i < 600; i++) {
      Frames shown = third.training(video, 1, Philox.of(8, i)).frames();
      if (shown.equals(video)) {
        continue;
      }
      dropped++;
      for (int v = 0; v < video.values().length; v++) {
        sum += (double) shown.values()[v] * video.values()[v];
      }
    }
    assertEquals(200, dropped, 35);
    double mean = sum / dropped / video.values().length;
    assertEquals(0, mean, 0.01); // nothing of the video is left, not even of the given frame
  }

  @Test
  void without_dropout_the_draws_of_an_example_are_those_it_always_had() {
    Frames video = BANK.window(BANK.test(3).getFirst(), 0, 12);
    HistoryNoise noise = HistoryNoise.fixed(HistoryNoise.Form.ADD, 0.3);
    HistoryTreatment treatment = HistoryTreatment.noise(noise, HistoryNoise.NONE);
    assertEquals(
        noise.apply(video, 2, Philox.of(1)), treatment.training(video, 2, Philox.of(1)).frames());
    assertEquals(video, treatment.sampling(video, 2, Philox.of(1)).frames());
  }

  @Test
  void impossible_guidance_is_refused() {
    refused("got NaN", () -> new HistoryGuidance(Double.NaN, 0));
    refused("dropout from 0 to below 1", () -> new HistoryGuidance(1, 1));
    refused("dropout from 0 to below 1", () -> new HistoryGuidance(1, -0.1));
  }
}
