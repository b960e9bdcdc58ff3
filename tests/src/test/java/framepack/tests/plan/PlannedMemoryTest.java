package framepack.tests.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.ExampleDraws;
import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.Rollout;
import framepack.experiment.SectionLoss;
import framepack.experiment.dataset.ChannelNorm;
import framepack.experiment.dataset.FrameSource;
import framepack.experiment.dataset.Frames;
import framepack.experiment.dataset.LinearPatchCodec;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.order.TrainingDraws;
import framepack.pack.PackSpec;
import framepack.plan.Canvas;
import framepack.plan.PackingPlan;
import framepack.plan.PlannedModel;
import framepack.plan.SectionRun;
import framepack.plan.WanPlan;
import framepack.sampler.UniPc;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.backend.MemoryUse;
import framepack.tensor.core.DType;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import framepack.tensor.random.Philox;
import framepack.tests.model.SmallModel;
import framepack.tests.model.SmallWan;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The peak that a plan states is the one that a real run reaches, to the byte.
class PlannedMemoryTest {
  private static final int CHANNELS = 4;
  private static final Canvas CANVAS = new Canvas(64, 96);
  private static final int STEPS = 7;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "td_f16k4f2k2f1k1_g3",
        "f1k1_x_g3_f1k1f2k2f5k4_td",
        "td_f9k8_g1",
        "tc_f2k2f1k1_g2"
      })
  void sampling_a_nano_model_needs_what_its_plan_says(String name) {
    PackingPlan plan = Plans.of(nano(name), name, CANVAS, STEPS, 1);
    try (Backend cpu = Backends.open("cpu");
        NanoModel model = nanoModel(name, cpu)) {
      MemoryUse before = cpu.slabs().memory();
      Frames known = Frames.zeros(CHANNELS, 1, CANVAS.latentHeight(), CANVAS.latentWidth());
      new Rollout(
              model,
              new UniPc(UniPc.Variant.BH1),
              NanoTraining.SHIFT,
              STEPS,
              HistoryTreatment.NONE,
              0)
          .run(
              new SectionPlan(model.spec(), 1, 1),
              List.of(new Rollout.Start(known, 0)),
              Rollout.Listener.NONE);
      MemoryUse after = cpu.slabs().memory();
      assertEquals(before.used(), after.used(), "nothing stays");
      assertEquals(plan.weights().resident(), before.used());
      assertEquals(plan.inference().bytes(), after.peakUsed() - before.used());
      assertEquals(plan.inference().slabs(), after.peakLent() - before.lent());
      assertEquals(plan.inferencePeak(), after.peakUsed());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "Q8_0", "Q4_0"})
  void layers_of_another_type_take_what_their_plan_says(DType type) {
    String name = "td_f9k8_g1";
    long stored = Plans.of(nano(name), name, CANVAS, 1, 1).weights().resident();
    long planned = Plans.withMatrices(type, nano(name), name, CANVAS).weights().resident();
    try (Backend cpu = Backends.open("cpu");
        Workspace home = Workspace.detached(cpu)) {
      new HunyuanVideoPacked(config(name), Params.create(home, 0).withMatrices(type));
      assertEquals(planned, home.usedBytes());
      assertTrue(planned < stored, planned + " of " + stored);
    }
  }

  @ParameterizedTest
  @CsvSource({"td_f16k4f2k2f1k1_g3, 1", "f1k1_x_g3_f1k1f2k2f5k4_td, 2", "td_f9k8_g1, 3"})
  void training_a_nano_model_needs_what_its_plan_says(String name, int batch) {
    PackingPlan plan = Plans.of(nano(name), name, CANVAS, STEPS, batch);
    try (Backend cpu = Backends.open("cpu");
        NanoModel model = nanoModel(name, cpu)) {
      Frames frames = Frames.zeros(CHANNELS, 64, CANVAS.latentHeight(), CANVAS.latentWidth());
      TrainingDraws sections = new TrainingDraws(model.spec(), List.of(1), 0, 0);
      ExampleDraws draws = new ExampleDraws(new Blank(frames), sections, HistoryTreatment.NONE);
      SectionLoss loss = new SectionLoss(model, draws, batch, NanoTraining.SHIFT, 0);
      try (Trainer trainer = new Trainer(TrainConfig.nano(2, 1e-3), model.weights(), loss, cpu)) {
        trainer.advance();
        trainer.advance();
        var planned = plan.training().kept();
        assertEquals(planned.step(), trainer.peakBytes());
        assertEquals(planned.state(), trainer.stateBytes());
        assertEquals(planned.peak(), cpu.slabs().memory().peakUsed());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, false", "1, true", "2, false", "2, true"})
  void a_model_with_text_and_image_needs_what_its_plan_says(int batch, boolean recompute) {
    PlannedModel model = Plans.fresh(SmallModel.withText(2, 2));
    PackSpec spec = PackSpec.parse("f1k1_x_g2_f1k1f2k2f4k4_td");
    SectionRun run =
        new SectionRun(model, new SectionPlan(spec, 3, 1).section(1), CANVAS, batch, 50);
    samplesAsPlanned(run);
    trainsAsPlanned(run, recompute);
  }

  @ParameterizedTest
  @CsvSource({"td, 0, 1, false", "ta, 2, 1, false", "tc, 2, 2, false", "ta, 2, 2, true"})
  void a_wan_model_needs_what_its_plan_says_with_any_tail(
      String tail, int tailFrames, int batch, boolean recompute) {
    PlannedModel model = new WanPlan("small", SmallWan.packed(2, true), DType.F32);
    PackSpec spec = PackSpec.parse(tail + "_f4k4f2k2f1k1_g2");
    Section section = new SectionPlan(spec, 5, 1).section(4);
    assertEquals(tailFrames, section.tail().count());
    samplesAsPlanned(new SectionRun(model, section, CANVAS, 1, 50)); // plans sample one video
    trainsAsPlanned(new SectionRun(model, section, CANVAS, batch, 50), recompute);
  }

  private static void samplesAsPlanned(SectionRun run) {
    try (Backend cpu = Backends.open("cpu");
        MetaBackend meta = new MetaBackend()) {
      assertEquals(sampled(run, meta), sampled(run, cpu));
    }
  }

  private static void trainsAsPlanned(SectionRun run, boolean recompute) {
    try (Backend cpu = Backends.open("cpu");
        MetaBackend meta = new MetaBackend()) {
      SectionRun.TrainingPeak planned = run.train(recompute, meta, () -> {});
      SectionRun.TrainingPeak real = run.train(recompute, cpu, () -> {});
      assertEquals(planned.peak(), real.peak());
      assertEquals(planned.step(), real.step());
      assertEquals(planned.state(), real.state());
      assertEquals(planned.weights(), real.weights());
    }
  }

  private static SectionRun.Peak sampled(SectionRun run, Backend backend) {
    try (Workspace home = Workspace.detached(backend)) {
      Params params = Params.blank(home, DType.F32);
      return run.sample(run.model().build(params, false), 4, UnaryOperator.identity(), backend);
    }
  }

  @Test
  void more_steps_need_no_more_memory_and_recomputing_needs_less() {
    PackingPlan five = Plans.of(nano("td_f4k2f1k1_g3"), "td_f4k2f1k1_g3", CANVAS, 5, 4);
    PackingPlan fifty = Plans.of(nano("td_f4k2f1k1_g3"), "td_f4k2f1k1_g3", CANVAS, 50, 4);
    assertEquals(five.inference(), fifty.inference());
    var training = five.training();
    assertTrue(training.recomputed().peak() < training.kept().peak());
  }

  private static PlannedModel nano(String name) {
    return Plans.fresh(config(name));
  }

  private static HunyuanConfig config(String name) {
    return NanoModel.config(PackSpec.parse(name), CHANNELS, 1, Position.SPACE_TIME);
  }

  private static NanoModel nanoModel(String name, Backend cpu) {
    return NanoModel.create(PackSpec.parse(name), CHANNELS, 1, Position.SPACE_TIME, 0, cpu);
  }

  /// Frames without content, of which nothing but the shape is asked.
  private record Blank(Frames frames) implements FrameSource {
    @Override
    public Take take(Philox draws, int count) {
      return new Take(frames.slice(0, count), 0);
    }

    @Override
    public int longest() {
      return frames.frames();
    }

    @Override
    public ChannelNorm norm() {
      throw new UnsupportedOperationException("blank frames are not decoded");
    }

    @Override
    public LinearPatchCodec codec() {
      throw new UnsupportedOperationException("blank frames are not decoded");
    }
  }
}
