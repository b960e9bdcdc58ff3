package framepack.tests.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.ExampleDraws;
import framepack.experiment.HistoryExample;
import framepack.experiment.MemoryExperiment;
import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.Rollout;
import framepack.experiment.TrainingWatch;
import framepack.experiment.dataset.Carousel;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.StripBank;
import framepack.history.HistoryNoise;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.SectionPlan;
import framepack.order.TrainingDraws;
import framepack.pack.PackSpec;
import framepack.pack.Span;
import framepack.sampler.Euler;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.random.Philox;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Packings that see their tail train and roll out like those that delete it.
class TailTrainingTest {
  private static final StripBank BANK = StripBank.of(new Carousel(), 2, List.of(3), 20, 1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "td_f2k2f1k1_g3",
        "ta_f2k2f1k1_g3",
        "tc_f2k2f1k1_g3",
        "f1k1_x_tc_f2k2f1k1_g3",
        "f1k1_x_g3_f1k1f2k2_ta",
        "tc_f2k2f1k1_g3_x_f1k1",
      })
  void a_packing_trains_and_rolls_out_whatever_its_tail(String name) {
    PackSpec spec = PackSpec.parse(name);
    int channels = BANK.norm().channels();
    try (Backend backend = Backends.open("cpu");
        NanoModel model =
            NanoModel.create(spec, channels, BANK.labels(), Position.SPACE_TIME, 1, backend)) {
      NanoTraining.Outcome training =
          new NanoTraining(3, 4, 6e-3, 1)
              .run(model, draws(spec), TrainingWatch.of(_ -> {}, () -> false));
      assertTrue(training.finished());
      assertTrue(training.losses()[2] < 3, "loss " + training.losses()[2]);
      Frames known = BANK.window(BANK.test(3).getFirst(), 0, 1);
      List<Frames> made =
          new Rollout(model, new Euler(), NanoTraining.SHIFT, 2, HistoryTreatment.NONE, 1)
              .run(
                  new SectionPlan(spec, 4, 1),
                  List.of(new Rollout.Start(known, 0)),
                  Rollout.Listener.NONE);
      assertEquals(13, made.getFirst().frames());
      for (float value : made.getFirst().values()) {
        assertTrue(Float.isFinite(value));
      }
    }
  }

  /// 19 known frames: 16 lie beyond the 3 of the packed history, which take 4 and 16 tokens.
  @ParameterizedTest
  @CsvSource({"td_f2k2f1k1_g3, 20", "ta_f2k2f1k1_g3, 36", "tc_f2k2f1k1_g3, 21"})
  void what_a_run_costs_includes_its_tail(String name, long tokens) {
    MemoryExperiment experiment =
        new MemoryExperiment(StripBank.memory(1, List.of(4)), NanoTraining.of(1, 0), 1);
    try (Backend backend = Backends.open("cpu")) {
      MemoryExperiment.Outcome outcome =
          experiment
              .run(PackSpec.parse(name), backend, TrainingWatch.of(_ -> {}, () -> false))
              .orElseThrow();
      assertEquals(tokens, outcome.tokens().context());
    }
  }

  @Test
  void vanilla_examples_have_tails_of_every_length_up_to_the_longest() {
    Set<Integer> tails = new TreeSet<>();
    ExampleDraws draws = draws(PackSpec.parse("ta_f2k2f1k1_g3"));
    for (int i = 0; i < 500; i++) {
      var example = draws.next(Philox.of(9, i));
      tails.add(example.section().tail().tokens().size());
      assertEquals(3, example.target().frames());
    }
    assertEquals(Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), tails);
  }

  @Test
  void noise_on_the_history_reaches_the_tail() {
    PackSpec spec = PackSpec.parse("tc_f2k2f1k1_g3");
    TrainingDraws sections = new TrainingDraws(spec, List.of(4), 0, 0);
    HistoryNoise noise = HistoryNoise.fixed(HistoryNoise.Form.ADD, 0.5);
    HistoryTreatment strong = HistoryTreatment.noise(noise, noise);
    ExampleDraws draws = new ExampleDraws(BANK, sections, strong);
    int seen = 0;
    for (int i = 0; i < 10; i++) {
      HistoryExample example = draws.next(Philox.of(4, i));
      if (example.section().tail().count() > 0) {
        seen++;
        Span tail = example.section().tail().stretches().getFirst().frames();
        assertNotEquals(
            example.video().slice(tail.first(), tail.count()),
            example.context().slice(tail.first(), tail.count()));
      }
    }
    assertTrue(seen > 5, seen + " examples with a tail");
  }

  private static ExampleDraws draws(PackSpec spec) {
    return new ExampleDraws(
        BANK, new TrainingDraws(spec, List.of(2, 4), 0.3, 0.3), HistoryTreatment.NONE);
  }
}
