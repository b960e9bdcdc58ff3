package framepack.tests.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.experiment.NanoModel;
import framepack.experiment.SectionBatch;
import framepack.experiment.dataset.Frames;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.model.hunyuan.TransformerInput;
import framepack.order.SamplingOrder;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.plan.Canvas;
import framepack.plan.PackingPlan;
import framepack.plan.VideoLength;
import framepack.plan.VideoPlan;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The tokens that a plan states are those that the packer makes of the plan's sections, whatever order and anchors.
class PlannedSectionsTest {
  private static final int CHANNELS = 4;
  private static final Canvas CANVAS =
      new Canvas(96, 160); // latents 12 x 20, not whole in k4 and k8

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "framepack | inverted | 5,end",
        "framepack | inverted-text | 7",
        "framepack-f1 | forward-start | packed:20",
        "td_f16k4f2k2_g9 | vanilla | 3,4,11",
        "ta_f5k2_g4 | vanilla | 9",
        "tc_f2k8f1k1_g3 | vanilla | end",
        "td_f2k2f1k1_g9_x_f1k1 | endpoint | ",
        "ta_f2k2f1k1_g9_x_f2k2 | far-first | 15,end",
        "ta_f2k2f1k1_g9_x_f2k2 | endpoints:0.5,1 | 30",
        "f2k1_x_g3_f1k1f2k2_ta | inverted-text | 5",
      })
  void tokens_are_those_that_the_packer_makes(String name, String order, String anchors) {
    PackSpec spec = PackSpec.parse(name);
    VideoPlan video =
        new VideoPlan(
            new VideoLength.Sections(5),
            Optional.of(SamplingOrder.parse(order)),
            Optional.ofNullable(anchors));
    PackingPlan plan =
        Plans.of(
            Plans.fresh(NanoModel.config(spec, CHANNELS, 1, Position.SPACE_TIME)),
            name,
            CANVAS,
            video,
            2,
            1);
    assertEquals(video.sections(spec), plan.sections());
    long most = 0;
    try (Backend backend = Backends.open("cpu");
        NanoModel model = NanoModel.create(spec, CHANNELS, 1, Position.SPACE_TIME, 7, backend)) {
      for (Section section : plan.sections().all()) {
        long packed = packed(model, plan.sections(), section);
        long tail = section.tail().tokens().size();
        assertEquals(plan.tokens().video() - plan.tokens().tail(), packed - tail);
        most = Math.max(most, packed);
      }
    }
    assertEquals(most, plan.tokens().video());
    long levels = plan.levels().stream().mapToLong(PackingPlan.LevelCost::tokens).sum();
    assertEquals(plan.tokens().context(), levels + plan.tokens().tail());
  }

  private static long packed(NanoModel model, SectionPlan plan, Section section) {
    try (Workspace _ = Workspace.open(model.backend())) {
      int h = CANVAS.latentHeight();
      int w = CANVAS.latentWidth();
      Frames frames = Frames.zeros(CHANNELS, plan.stored(), h, w);
      SectionBatch batch =
          SectionBatch.of(
              List.of(new SectionBatch.Item(section, frames, 0)), false, HistoryTreatment.NONE);
      Tensor noisy = Tensor.zeros(1, CHANNELS, section.count(), h, w);
      TransformerInput in =
          TransformerInput.ofVideo(noisy, batch.times(), batch.context(), Tensor.full(500, 1), null)
              .withTail(batch.tail());
      return model.network().pack(in).hidden().extent(1);
    }
  }
}
