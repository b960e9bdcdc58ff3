package framepack.verify.kind;

import framepack.noise.FlowMatching;
import framepack.noise.WanLevels;
import framepack.sampler.Denoiser;
import framepack.sampler.UniPc;
import framepack.tensor.Tensor;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.Arrays;
import java.util.PrimitiveIterator;

/// `unipc_wan`: UniPC as Wan samples, over a stand-in model, every step of it.
final class UniPcWanKind implements CaseKind {
  @Override
  public String name() {
    return "unipc_wan";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    WanLevels levels =
        new WanLevels(golden.setting("scheduler").required("flow_shift").doubleValue());
    int steps = golden.setting("steps").intValue();
    double[] sigmas = levels.sigmas(steps);
    verdicts.offer("out.sigmas", floats(sigmas), sigmas.length);
    long[] timesteps = levels.timesteps(steps);
    verdicts.offer("out.timesteps_int64", timesteps, steps);

    AffineFlow flow = AffineFlow.of(golden, "pos");
    Tensor noise = golden.in("x");
    Trace latents = new Trace(); // what every step hands to the model of the next
    Trace velocities = new Trace();
    Trace predictions = new Trace();
    PrimitiveIterator.OfLong timestep = Arrays.stream(timesteps).iterator();
    Denoiser model =
        (x, sigma) -> {
          if (sigma != sigmas[0]) {
            latents.add(x);
          }
          Tensor velocity = flow.velocity(x, timestep.nextLong());
          velocities.add(velocity);
          return FlowMatching.clean(x, velocity, sigma);
        };
    latents.add(
        UniPc.WAN.sample(model, noise, sigmas, (_, _, denoised) -> predictions.add(denoised)));
    latents.offer(verdicts, "out.step_x");
    velocities.offer(verdicts, "tap.step_v");
    predictions.offer(verdicts, "tap.step_x0");
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
