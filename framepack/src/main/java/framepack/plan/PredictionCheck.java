package framepack.plan;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.plan.Ceilings.Check;
import framepack.plan.PlannedModel.Network;
import framepack.plan.PlannedModel.Velocity;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.meta.Call;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Holds predictions against the clock: runs a small model of the released kind for real.
record PredictionCheck(Backend backend, Rates rates) {
  private static final int FORWARDS = 8; // the first half warms up
  private static final int STEPS = 4;
  private static final int TEXT = 64;
  private static final Canvas CANVAS = new Canvas(96, 96);
  private static final SectionRun RUN = run();

  private static SectionRun run() {
    HunyuanConfig config =
        new HunyuanConfig(
            16,
            16,
            3,
            128,
            1,
            2,
            1,
            4,
            PatchKernel.BASE,
            true,
            256,
            64,
            256,
            List.of(16, 56, 56),
            0,
            HunyuanConfig.RELEASED_KERNELS,
            HunyuanConfig.Laboratory.OFF);
    Section section = new SectionPlan(PackSpec.parse("td_f16k4f2k2f1k1_g3"), 1, 1).section(0);
    PlannedModel model = new HunyuanPlan("check", config, DType.F32, true);
    return new SectionRun(model, section, CANVAS, 1, TEXT);
  }

  /// Of a forward pass.
  Check sampling() {
    Map<Call, Long> calls = new HashMap<>();
    try (MetaBackend meta = new MetaBackend()) {
      forward(meta, velocity -> SectionRun.counted(velocity, meta, calls));
    }
    List<Double> seconds = new ArrayList<>();
    forward(backend, velocity -> timed(velocity, seconds));
    return new Check(rates.seconds(calls), typical(seconds));
  }

  private static void forward(Backend on, UnaryOperator<Velocity> watch) {
    try (Workspace home = Workspace.detached(on)) {
      RUN.sample(RUN.model().build(weights(home), false), FORWARDS, watch, on);
    }
  }

  private static Params weights(Workspace home) {
    return home.backend().hasValues() ? Params.create(home, 0) : Params.blank(home, DType.F32);
  }

  private static Velocity timed(Velocity velocity, List<Double> seconds) {
    return (latents, seen, sigma) -> {
      long began = System.nanoTime();
      Tensor predicted = velocity.of(latents, seen, sigma);
      seconds.add((System.nanoTime() - began) / 1e9);
      return predicted;
    };
  }

  /// Of a training step.
  Check training() {
    Map<Call, Long> calls = new HashMap<>();
    try (MetaBackend meta = new MetaBackend()) {
      RUN.train(false, meta, meta::reset);
      calls.putAll(meta.calls());
    }
    List<Double> seconds = new ArrayList<>();
    try (Workspace home = Workspace.detached(backend)) {
      Params params = weights(home);
      Network network = RUN.model().build(params, false);
      TrainConfig config = TrainConfig.nano(STEPS, 1e-4);
      try (Trainer trainer = new Trainer(config, params.named(), RUN.loss(network), backend)) {
        for (int i = 0; i < STEPS; i++) {
          long began = System.nanoTime();
          trainer.advance();
          seconds.add((System.nanoTime() - began) / 1e9);
        }
      }
    }
    return new Check(rates.seconds(calls), typical(seconds));
  }

  /// The median of the second half.
  private static double typical(List<Double> seconds) {
    double[] warm =
        seconds.stream()
            .skip(seconds.size() / 2)
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    return warm[warm.length / 2];
  }
}
