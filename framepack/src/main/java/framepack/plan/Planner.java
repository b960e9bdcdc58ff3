package framepack.plan;

import framepack.order.Section;
import framepack.order.SectionPlan;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.pack.Run;
import framepack.pack.TokenCount;
import framepack.plan.PackingPlan.FullResolution;
import framepack.plan.PackingPlan.LevelCost;
import framepack.plan.PackingPlan.Prediction;
import framepack.plan.PackingPlan.Tokens;
import framepack.plan.PackingPlan.Training;
import framepack.plan.PackingPlan.Weights;
import framepack.plan.PlannedModel.Network;
import framepack.plan.PlannedModel.Velocity;
import framepack.plan.SectionRun.Peak;
import framepack.plan.SectionRun.TrainingPeak;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.DType;
import framepack.tensor.cpu.Threads;
import framepack.tensor.meta.Call;
import framepack.tensor.meta.MetaBackend;
import framepack.tensor.nn.BlockMemory;
import framepack.tensor.nn.Params;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/// Plans packings: runs a section's sampling and a training step of the real model on the `meta` backend and adds up.
public final class Planner {
  /// UniPC's memory no longer grows after so many steps.
  private static final int SETTLED = 5;

  private static final long MOST_TOKENS = 100_000_000;

  private final PlanRequest request;
  private final Optional<Ceilings> ceilings;

  /// @param ceilings the machine whose seconds are wanted
  public Planner(PlanRequest request, Optional<Ceilings> ceilings) {
    this.request = request;
    this.ceilings = ceilings;
    if (!request.model().patch().equals(PatchKernel.BASE)) {
      throw new IllegalArgumentException(
          "model %s: its patch is %s, packings are defined on (1, 2, 2)"
              .formatted(request.model().name(), request.model().patch()));
    }
  }

  /// The plan of one packing.
  public PackingPlan plan(PackSpec spec) {
    PlannedModel model = request.model();
    SectionPlan sections = request.video().sections(spec);
    PackSpec uncompressed = uncompressed(spec);
    Section section = sections.largest();
    TokenCount count = count(sections);
    Tokens tokens = tokens(count);
    SectionPlan plainSections = request.video().sections(uncompressed);
    Section whole = plainSections.largest();
    TokenCount fullCount = count(plainSections);
    Tokens fullTokens = tokens(fullCount);
    require(fullTokens);
    List<PatchKernel> kernels = kernels(spec);
    PlannedModel fitted = model.fittedTo(kernels);
    PlannedModel plain = model.fittedTo(List.of(PatchKernel.BASE));
    Map<Call, Long> trained = new HashMap<>();
    AtomicReference<Training> training = new AtomicReference<>();
    AtomicReference<Sampled> sample = new AtomicReference<>();
    AtomicReference<Sampled> full = new AtomicReference<>();
    beside(
        () -> training.set(train(fitted, section, trained)),
        () -> sample.set(sample(fitted, section, request.steps())),
        () -> full.set(sample(plain, whole, 1)));
    Sampled sampled = sample.get();
    return new PackingPlan(
        spec,
        sections,
        levels(count, fullCount),
        tokens,
        new FullResolution(fullTokens, Work.of(full.get().calls)),
        sampled.weights(fitted.stored(), request.matrices(), model.lacking(kernels)),
        Work.of(sampled.calls),
        request.steps(),
        sampled.peak,
        training.get(),
        ceilings.map(c -> prediction(c, sampled.calls, trained, sections.sections())));
  }

  /// Runs that share nothing, at once: most of the time of a plan goes into code that is still cold.
  private static void beside(Runnable... runs) {
    try (Threads threads = new Threads()) {
      threads.parallel(runs.length, i -> runs[i].run());
    }
  }

  private TokenCount count(SectionPlan sections) {
    return sections.tokens(request.canvas().latentHeight(), request.canvas().latentWidth());
  }

  private static void require(Tokens tokens) {
    if (tokens.sequence() > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "a section has %d tokens if nothing is compressed: expected at most %d; use a smaller size or packing"
              .formatted(tokens.sequence(), MOST_TOKENS));
    }
  }

  private Tokens tokens(TokenCount count) {
    double ideal =
        count.tail()
            + count.levels().stream()
                .mapToDouble(s -> s.level().run().ideal() * count.perFrame())
                .sum();
    int joined = request.model().joinedTokens(1, request.textTokens());
    return new Tokens(
        count.perFrame(), count.tail(), count.context(), ideal, count.noisy(), joined);
  }

  private static List<LevelCost> levels(TokenCount count, TokenCount full) {
    List<LevelCost> levels = new ArrayList<>();
    for (int i = 0; i < count.levels().size(); i++) {
      TokenCount.Share share = count.levels().get(i);
      double ideal = share.level().run().ideal() * count.perFrame();
      long uncompressed = full.levels().get(i).tokens();
      levels.add(new LevelCost(share.level(), share.tokens(), ideal, uncompressed));
    }
    return levels;
  }

  private static List<PatchKernel> kernels(PackSpec spec) {
    return spec.levels().stream().map(l -> l.run().kernel().layer()).distinct().toList();
  }

  /// The same frames, none compressed.
  private static PackSpec uncompressed(PackSpec spec) {
    return new PackSpec(
        uncompressed(spec.start()),
        uncompressed(spec.history()),
        spec.side(),
        spec.generated(),
        spec.discrete(),
        uncompressed(spec.endpoint()),
        spec.tail());
  }

  private static List<Run> uncompressed(List<Run> runs) {
    return runs.stream().map(run -> new Run(run.frames(), PatchKernel.BASE)).toList();
  }

  /// @param calls of the last forward pass
  /// @param resident bytes of the weights in memory
  private record Sampled(
      Map<Call, Long> calls, Peak peak, long parameters, long resident, BlockMemory blocks) {
    Weights weights(DType stored, Optional<DType> matrices, List<PatchKernel> added) {
      long bytes = parameters * stored.bytes();
      return new Weights(parameters, stored, bytes, matrices, resident, blocks, added);
    }
  }

  private Sampled sample(PlannedModel model, Section section, int steps) {
    SectionRun run = new SectionRun(model, section, request.canvas(), 1, request.textTokens());
    Map<Call, Long> calls = new HashMap<>();
    try (MetaBackend meta = new MetaBackend();
        Workspace home = Workspace.detached(meta)) {
      Params stored = Params.blank(home, model.stored());
      Params params = request.matrices().map(stored::withMatrices).orElse(stored);
      Network network = model.build(params, false);
      int settled = Math.min(steps, SETTLED);
      Peak peak =
          run.sample(
              network,
              settled,
              velocity -> endsOnly(SectionRun.counted(velocity, meta, calls), settled),
              meta);
      long parameters = params.named().values().stream().mapToLong(w -> w.shape().elements()).sum();
      return new Sampled(calls, peak, parameters, home.usedBytes(), params.blockMemory());
    }
  }

  /// The network in the first step and in the last, when the solver remembers most; what comes between repeats the first.
  private static Velocity endsOnly(Velocity network, int steps) {
    AtomicInteger step = new AtomicInteger();
    return (latents, seen, sigma) -> {
      int now = step.incrementAndGet();
      boolean end = now == 1 || now == steps;
      return end ? network.of(latents, seen, sigma) : Tensor.zeros(latents.shape().toArray());
    };
  }

  private Training train(PlannedModel model, Section section, Map<Call, Long> calls) {
    int batch = request.batch();
    SectionRun run = new SectionRun(model, section, request.canvas(), batch, request.textTokens());
    try (MetaBackend keeping = new MetaBackend();
        MetaBackend recomputing = new MetaBackend()) {
      TrainingPeak kept = run.train(false, keeping, keeping::reset);
      calls.putAll(keeping.calls());
      TrainingPeak recomputed = run.train(true, recomputing, () -> {});
      return new Training(batch, Work.of(calls), kept, recomputed);
    }
  }

  private Prediction prediction(
      Ceilings machine, Map<Call, Long> step, Map<Call, Long> training, int sections) {
    double seconds = machine.rates().seconds(step);
    double section = seconds * request.steps();
    return new Prediction(seconds, section, section * sections, machine.rates().seconds(training));
  }
}
