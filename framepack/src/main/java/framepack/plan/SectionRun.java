package framepack.plan;

import framepack.guidance.Cfg;
import framepack.guidance.GuidedDenoiser;
import framepack.guidance.Precision;
import framepack.noise.TimeShift;
import framepack.order.Section;
import framepack.order.Source;
import framepack.order.TailSource;
import framepack.pack.ContextLevel;
import framepack.pack.ContextTail;
import framepack.pack.TimeRuns;
import framepack.plan.PlannedModel.Network;
import framepack.plan.PlannedModel.Seen;
import framepack.plan.PlannedModel.Velocity;
import framepack.sampler.StepListener;
import framepack.sampler.UniPc;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.MemoryUse;
import framepack.tensor.core.DType;
import framepack.tensor.meta.Call;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.Params;
import framepack.train.Loss;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import framepack.train.VelocityLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// One section sampled, or trained on, by the real code: on `meta` to know what it costs, on any other backend to measure
/// it. All latents are blank; values change no cost.
///
/// @param batch videos at once
/// @param textTokens valid text tokens of every video
public record SectionRun(
    PlannedModel model, Section section, Canvas canvas, int batch, int textTokens) {
  private static final double SHIFT = 7; // of the released models; no level changes a cost

  /// What a section needs in its workspaces beyond weights.
  ///
  /// @param bytes most bytes of tensors at one moment
  /// @param slabs most bytes of the slabs that hold them
  public record Peak(long bytes, long slabs) {}

  /// What training needs.
  ///
  /// @param weights bytes of f32 weights
  /// @param state moments of the optimiser
  /// @param step gradients and recorded values of one step
  /// @param peak most bytes of all tensors together at one moment
  /// @param slabs most bytes of the slabs that hold them
  public record TrainingPeak(long weights, long state, long step, long peak, long slabs) {}

  /// Samples with `steps` steps of UniPC, as the released demos do.
  ///
  /// @param watch may wrap the network's forward pass
  public Peak sample(Network network, int steps, UnaryOperator<Velocity> watch, Backend backend) {
    backend.slabs().forgetPeak();
    MemoryUse before = backend.slabs().memory();
    try (Workspace _ = Workspace.open(backend)) {
      Seen seen = seen();
      Velocity velocity = watch.apply(network.conditioned(batch, textTokens));
      GuidedDenoiser denoiser =
          new GuidedDenoiser(
              (x, timestep) -> velocity.of(x, seen, sigma(timestep)),
              null,
              Cfg.NONE,
              Precision.F32);
      double[] sigmas = TimeShift.of(SHIFT).sigmas(steps);
      new UniPc(UniPc.Variant.BH1).sample(denoiser, noisy(), sigmas, StepListener.NONE);
    }
    MemoryUse after = backend.slabs().memory();
    return new Peak(after.peakUsed() - before.used(), after.peakLent() - before.lent());
  }

  /// Takes one training step: loss, tape, AdamW.
  ///
  /// @param recompute recompute every block in the backward pass
  /// @param ready told when everything is there and the step is about to be taken
  public TrainingPeak train(boolean recompute, Backend backend, Runnable ready) {
    backend.slabs().forgetPeak();
    MemoryUse before = backend.slabs().memory();
    try (Workspace home = Workspace.detached(backend)) {
      Params params = Params.blank(home, DType.F32);
      Network network = model.build(params, recompute);
      TrainConfig config = TrainConfig.nano(1, 1e-3);
      try (Trainer trainer = new Trainer(config, params.named(), loss(network), backend)) {
        ready.run();
        trainer.advance();
        MemoryUse after = backend.slabs().memory();
        return new TrainingPeak(
            home.usedBytes(),
            trainer.stateBytes(),
            trainer.peakBytes(),
            after.peakUsed() - before.used(),
            after.peakLent() - before.lent());
      }
    }
  }

  /// Counts on `meta`: `calls` holds what the last forward pass ran.
  static Velocity counted(Velocity velocity, MetaBackend meta, Map<Call, Long> calls) {
    return (latents, seen, sigma) -> {
      meta.reset();
      Tensor predicted = velocity.of(latents, seen, sigma);
      calls.clear();
      calls.putAll(meta.calls());
      return predicted;
    };
  }

  /// The velocity loss of this section, in the order in which the laboratory builds it.
  Loss loss(Network network) {
    return (_, _) -> {
      Tensor x0 = noisy();
      Tensor noise = noisy();
      Tensor sigma = sigma(0);
      Seen seen = seen();
      Velocity velocity = network.conditioned(batch, textTokens);
      Tensor mixed = VelocityLoss.noised(x0, noise, sigma);
      return VelocityLoss.of(velocity.of(mixed, seen, sigma), x0, noise);
    };
  }

  private Seen seen() {
    List<ContextLevel> levels = new ArrayList<>();
    for (Source source : section.sources()) {
      Tensor latents = latents(model.contextChannels(), source.times().count());
      long[][] times = times(source.times().toArray());
      levels.add(new ContextLevel(source.level().run().kernel(), latents, times));
    }
    return new Seen(times(section.noisy().toArray()), levels, tail());
  }

  private ContextTail tail() {
    List<TimeRuns> tokens = section.tail().tokens().stream().map(TailSource.Token::times).toList();
    if (tokens.isEmpty()) {
      return null;
    }
    Tensor means = Tensor.filled(_ -> {}, batch, model.contextChannels(), tokens.size());
    return new ContextTail(section.tail().kernel(), means, Collections.nCopies(batch, tokens));
  }

  private Tensor noisy() {
    return latents(model.channels(), section.count());
  }

  private Tensor latents(int channels, int frames) {
    return Tensor.filled(
        _ -> {}, batch, channels, frames, canvas.latentHeight(), canvas.latentWidth());
  }

  private Tensor sigma(double timestep) {
    return Tensor.filled(values -> Arrays.fill(values, (float) (timestep / 1000)), batch);
  }

  private long[][] times(int[] frames) {
    long[][] all = new long[batch][];
    Arrays.fill(all, Arrays.stream(frames).asLongStream().toArray());
    return all;
  }
}
