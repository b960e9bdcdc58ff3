package framepack.verify.kind;

import framepack.noise.DiscreteLevels;
import framepack.noise.FlowMatching;
import framepack.sampler.Euler;
import framepack.tensor.Tensor;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/// `euler`: diffusers' flow-matching Euler scheduler, its noise levels and every step over a stand-in model.
final class EulerKind implements CaseKind {
  @Override
  public String name() {
    return "euler";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    double[] sigmas = sigmas(golden);
    verdicts.offer("out.sigmas", sigmas, sigmas.length);
    JsonNode scheduler = golden.setting("scheduler");
    double scale = scheduler.required("num_train_timesteps").doubleValue();
    double[] timesteps =
        Arrays.stream(sigmas).limit(sigmas.length - 1).map(s -> s * scale).toArray();
    verdicts.offer("out.timesteps", timesteps, timesteps.length);

    AffineFlow flow = AffineFlow.of(golden, "pos");
    Trace latents = new Trace();
    Trace velocities = new Trace();
    new Euler()
        .sample(
            (x, sigma) -> {
              Tensor velocity = flow.velocity(x, sigma * scale);
              velocities.add(velocity);
              return FlowMatching.clean(x, velocity, sigma);
            },
            golden.in("x"),
            sigmas,
            (step, x, denoised) -> latents.add(x));
    latents.offer(verdicts, "out.step_x");
    velocities.offer(verdicts, "tap.step_v");
  }

  private static double[] sigmas(GoldenCase golden) {
    JsonNode scheduler = golden.setting("scheduler");
    DiscreteLevels levels =
        new DiscreteLevels(
            scheduler.required("num_train_timesteps").intValue(),
            scheduler.required("shift").doubleValue(),
            scheduler.required("use_dynamic_shifting").booleanValue());
    int steps = golden.setting("steps").intValue();
    double mu = golden.setting("mu").isNull() ? 0 : golden.setting("mu").doubleValue();
    if (!golden.setting("sigmas_linspace0").booleanValue()) {
      return levels.sigmas(steps, mu);
    }
    double[] grid = new double[steps];
    for (int i = 0; i < steps; i++) {
      grid[i] = 1 - i / (double) steps;
    }
    return levels.shifted(grid, mu);
  }
}
