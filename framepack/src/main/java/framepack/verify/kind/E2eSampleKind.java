package framepack.verify.kind;

import framepack.guidance.Cfg;
import framepack.guidance.GuidedDenoiser;
import framepack.guidance.Precision;
import framepack.guidance.VelocityModel;
import framepack.model.Checkpoint;
import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanCheckpoint;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TextStates;
import framepack.model.hunyuan.TransformerInput;
import framepack.noise.FlowMatching;
import framepack.noise.TimeShift;
import framepack.sampler.UniPc;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/// `e2e_sample`: a whole sampling of one section (`sample_hunyuan` of k_diffusion_hunyuan.py), from given noise.
final class E2eSampleKind implements CaseKind {
  @Override
  public String name() {
    return "e2e_sample";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    try (Checkpoint<HunyuanVideoPacked> checkpoint =
        HunyuanCheckpoint.open(
            golden.folder().resolve("model.safetensors"),
            HunyuanConfigJson.read(new ConfigKeys("transformer", golden.setting("transformer"))),
            Workspace.current().backend(),
            golden.memory())) {
      sample(golden, verdicts, checkpoint.model());
    }
  }

  private static void sample(GoldenCase golden, Verdicts verdicts, HunyuanVideoPacked model) {
    JsonNode call = golden.setting("call");
    Cfg guidance =
        new Cfg(number(call, "real_guidance_scale", 1), number(call, "guidance_rescale", 0));
    double distilled = number(call, "distilled_guidance_scale", 6) * 1000;
    VelocityModel positive = velocity(golden, model, "", distilled);
    VelocityModel negative =
        guidance.needsNegative() ? velocity(golden, model, "neg_", distilled) : null;
    Tensor noise = golden.in("noise");
    double[] sigmas = sigmas(call, noise);
    Trace latents = new Trace();
    Trace predictions = new Trace();
    Tensor result =
        new UniPc(UniPc.Variant.BH1)
            .sample(
                new GuidedDenoiser(positive, negative, guidance, Precision.F32),
                start(golden, noise, sigmas[0]),
                sigmas,
                (_, x, denoised) -> {
                  latents.add(x);
                  predictions.add(denoised);
                });
    verdicts.offer("out.latents", result);
    latents.offer(verdicts, "tap.step_x");
    predictions.offer(verdicts, "tap.step_denoised");
  }

  /// The official default where the call does not say.
  private static double number(JsonNode call, String name, double absent) {
    JsonNode value = call.get(name);
    return value == null || value.isNull() ? absent : value.doubleValue();
  }

  /// Noise levels; `strength` scales them where sampling starts from latents.
  private static double[] sigmas(JsonNode call, Tensor noise) {
    double given = number(call, "shift", 0);
    TimeShift shift =
        given == 0
            ? TimeShift.forLatents(noise.extent(2), noise.extent(3), noise.extent(4))
            : TimeShift.of(given);
    double strength = number(call, "strength", 1);
    double[] sigmas = shift.sigmas((int) number(call, "num_inference_steps", 25));
    return Arrays.stream(sigmas).map(sigma -> strength * sigma).toArray();
  }

  private static Tensor start(GoldenCase golden, Tensor noise, double sigma) {
    return golden.has("in.initial_latent")
        ? FlowMatching.noisy(golden.in("initial_latent"), noise, sigma)
        : noise;
  }

  private static VelocityModel velocity(
      GoldenCase golden, HunyuanVideoPacked model, String side, double distilled) {
    FramePackInputs inputs = FramePackInputs.of(golden);
    Tensor noise = golden.in("noise");
    TextStates text =
        TextStates.of(
            repeated(golden.in(side + "prompt_embeds"), noise.extent(0)),
            repeated(golden.in(side + "prompt_embeds_mask"), noise.extent(0)));
    Tensor pooled = repeated(golden.in(side + "prompt_poolers"), noise.extent(0));
    Tensor guidance = Tensor.full(distilled, noise.extent(0));
    TransformerInput in = inputs.transformer(noise, guidance, guidance, text, pooled);
    return (x, timestep) -> model.forward(in.at(x, Tensor.full(timestep, x.extent(0))));
  }

  /// One prompt serves every item of a batch.
  private static Tensor repeated(Tensor prompt, long batch) {
    long[] extents = prompt.shape().toArray();
    extents[0] = batch;
    return prompt.extent(0) == 1 ? prompt.expand(extents) : prompt;
  }
}
