package framepack.tests.plan;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.pack.PackSpec;
import framepack.plan.Canvas;
import framepack.plan.HunyuanPlan;
import framepack.plan.ModelChoice;
import framepack.plan.PackingPlan;
import framepack.plan.PlanRequest;
import framepack.plan.PlannedModel;
import framepack.plan.Planner;
import framepack.plan.VideoLength;
import framepack.plan.VideoPlan;
import framepack.tensor.core.DType;
import java.util.Optional;

/// Plans without a machine.
public final class Plans {
  private Plans() {}

  /// A plan of the released model with the settings of the released demo.
  public static PackingPlan released(String name, int height, int width) {
    return released(name, height, width, 5);
  }

  /// The same for a video of so many seconds.
  public static PackingPlan released(String name, int height, int width, double seconds) {
    PlannedModel model = ModelChoice.of("framepack-13b");
    return of(model, name, new Canvas(height, width), new VideoLength.Seconds(seconds), 25, 1);
  }

  static PackingPlan of(PlannedModel model, String name, Canvas canvas, int steps, int batch) {
    return of(model, name, canvas, new VideoLength.Seconds(5), steps, batch);
  }

  static PackingPlan of(
      PlannedModel model, String name, Canvas canvas, VideoLength length, int steps, int batch) {
    return of(model, name, canvas, VideoPlan.of(length), steps, batch);
  }

  static PackingPlan of(
      PlannedModel model, String name, Canvas canvas, VideoPlan video, int steps, int batch) {
    return plan(new PlanRequest(model, canvas, video, steps, batch, 100, Optional.empty()), name);
  }

  /// A plan of one sampling step whose layers hold their matrices in this type.
  static PackingPlan withMatrices(DType type, PlannedModel model, String name, Canvas canvas) {
    VideoPlan video = VideoPlan.of(new VideoLength.Seconds(5));
    return plan(new PlanRequest(model, canvas, video, 1, 1, 100, Optional.of(type)), name);
  }

  private static PackingPlan plan(PlanRequest request, String name) {
    return new Planner(request, Optional.empty()).plan(PackSpec.parse(name));
  }

  static PlannedModel fresh(HunyuanConfig config) {
    return new HunyuanPlan("small", config, DType.F32, true);
  }
}
