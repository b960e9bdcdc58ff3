package framepack.verify.kind;

import framepack.guidance.Cfg;
import framepack.guidance.GuidedDenoiser;
import framepack.guidance.Precision;
import framepack.guidance.VelocityModel;
import framepack.sampler.UniPc;
import framepack.tensor.Tensor;
import framepack.verify.CaseException;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.Locale;

/// `unipc_fm`: FramePack's UniPC over a guided stand-in model, every step of it.
final class UniPcKind implements CaseKind {
  @Override
  public String name() {
    return "unipc_fm";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    Tensor noise = golden.in("x");
    Trace inputs = new Trace();
    Trace timesteps = new Trace();
    AffineFlow flow = AffineFlow.of(golden, "pos");
    VelocityModel watched =
        (x, timestep) -> {
          inputs.add(x);
          timesteps.add(Tensor.full(timestep, noise.extent(0)));
          return flow.velocity(x, timestep);
        };
    Cfg guidance =
        new Cfg(
            golden.setting("cfg_scale").doubleValue(), golden.setting("cfg_rescale").doubleValue());
    VelocityModel negative = guidance.needsNegative() ? AffineFlow.of(golden, "neg") : null;
    var denoiser = new GuidedDenoiser(watched, negative, guidance, precision(golden));

    Trace latents = new Trace();
    Trace predictions = new Trace();
    Tensor result =
        new UniPc(variant(golden))
            .sample(
                denoiser,
                noise,
                sigmas(golden),
                (step, x, denoised) -> {
                  latents.add(x);
                  predictions.add(denoised);
                });
    verdicts.offer("out.result", result);
    latents.offer(verdicts, "out.step_x");
    predictions.offer(verdicts, "out.step_denoised");
    inputs.offer(verdicts, "tap.model_inputs");
    timesteps.offer(verdicts, "tap.model_timesteps");
  }

  private static double[] sigmas(GoldenCase golden) {
    float[] given = golden.in("sigmas").toFloats();
    double[] sigmas = new double[given.length];
    for (int i = 0; i < given.length; i++) {
      sigmas[i] = given[i];
    }
    return sigmas;
  }

  private static UniPc.Variant variant(GoldenCase golden) {
    String name = golden.setting("variant").stringValue();
    return switch (name) {
      case "bh1" -> UniPc.Variant.BH1;
      case "bh2" -> UniPc.Variant.BH2;
      default -> throw new CaseException("unipc: unknown variant '" + name + "'");
    };
  }

  private static Precision precision(GoldenCase golden) {
    String dtype = golden.setting("dtype").stringValue().toLowerCase(Locale.ROOT);
    return switch (dtype) {
      case "float32" -> Precision.F32;
      case "bfloat16" -> Precision.OFFICIAL_BF16;
      default -> throw new CaseException("unipc: unknown model dtype '" + dtype + "'");
    };
  }
}
