package framepack.plan;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.plan.Ceilings.Check;
import framepack.plan.PlannedModel.Network;
import framepack.plan.PlannedModel.Velocity;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.meta.Call;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// A small model of the released kind, run for real, to hold predictions against the clock.
record SmallModel(Backend backend, Settled settled) {
  /// Shape the learning rate; the clock says how many are taken.
  private static final int STEPS = 100;

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

  /// What it took, and what it ran.
  record Timed(double seconds, Map<Call, Long> calls) {
    /// What these rates predict, held against the clock.
    Check against(Rates rates) {
      return new Check(rates.seconds(calls), seconds);
    }
  }

  /// A training step.
  Timed training() {
    try (MetaBackend meta = new MetaBackend();
        Workspace home = Workspace.detached(backend)) {
      RUN.train(false, meta, meta::reset);
      Params params = weights(home);
      Network network = RUN.model().build(params, false);
      TrainConfig config = TrainConfig.nano(STEPS, 1e-4);
      try (Trainer trainer = new Trainer(config, params.named(), RUN.loss(network), backend)) {
        double seconds =
            settled.seconds(() -> {
              trainer.advance();
              backend.finish();
            });
        return new Timed(seconds, meta.calls());
      }
    }
  }

  /// A forward pass.
  Timed sampling() {
    Map<Call, Long> calls = new HashMap<>();
    try (MetaBackend meta = new MetaBackend()) {
      forward(meta, velocity -> SectionRun.counted(velocity, meta, calls));
    }
    double[] seconds = new double[1];
    forward(backend, velocity -> timed(velocity, seconds));
    return new Timed(seconds[0], calls);
  }

  private static void forward(Backend on, UnaryOperator<Velocity> watch) {
    try (Workspace home = Workspace.detached(on)) {
      RUN.sample(RUN.model().build(weights(home), false), 1, watch, on);
    }
  }

  private static Params weights(Workspace home) {
    return home.backend().hasValues() ? Params.create(home, 0) : Params.blank(home, DType.F32);
  }

  private Velocity timed(Velocity velocity, double[] seconds) {
    return (latents, seen, sigma) -> {
      seconds[0] =
          settled.seconds(() -> {
            try (Workspace _ = Workspace.open(backend)) {
              velocity.of(latents, seen, sigma);
              backend.finish();
            }
          });
      return velocity.of(latents, seen, sigma);
    };
  }
}
