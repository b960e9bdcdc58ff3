package framepack.plan;

import framepack.order.Anchors;
import framepack.pack.PackCatalogue;
import framepack.pack.PatchKernel;
import framepack.plan.PackingPlan.FullResolution;
import framepack.plan.PackingPlan.LevelCost;
import framepack.plan.PackingPlan.Prediction;
import framepack.plan.PackingPlan.Tokens;
import framepack.plan.PackingPlan.Training;
import framepack.plan.SectionRun.TrainingPeak;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Plans as JSON; the schema is `docs/plan.md`. Counts are exact integers of any size.
public final class PlanJson {
  /// Raised whenever a key changes its meaning or goes.
  public static final int SCHEMA = 1;

  /// Longer section tables lose their middle.
  static final int MOST_SECTIONS = 1000;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PlanJson() {}

  /// One JSON object, indented.
  public static String write(PlanSet set) {
    ObjectNode root = JSON.createObjectNode();
    PlanRequest request = set.request();
    root.put("schema", SCHEMA);
    root.put("framepack", set.build());
    ObjectNode model = root.putObject("model");
    model.put("name", request.model().name());
    model.put("architecture", request.model().architecture());
    model.put("latent_channels", request.model().channels());
    canvas(root.putObject("canvas"), request.canvas());
    root.put("steps", request.steps());
    root.put("text_tokens", request.textTokens());
    root.put("training_batch", request.batch());
    if (set.ceilings().isPresent()) {
      machine(root.putObject("machine"), set.ceilings().get());
    } else {
      root.putNull("machine");
    }
    ArrayNode plans = root.putArray("plans");
    set.plans().forEach(plan -> plan(plans.addObject(), plan));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  /// The packings that have a name, and the models, as one JSON object.
  ///
  /// @param build version of the program
  public static String list(String build) {
    ObjectNode root = JSON.createObjectNode();
    root.put("schema", SCHEMA);
    root.put("framepack", build);
    ArrayNode packings = root.putArray("packings");
    for (PackCatalogue.Entry entry : PackCatalogue.ENTRIES) {
      ObjectNode packing = packings.addObject();
      packing.put("name", entry.name());
      packing.put("source", entry.source());
      packing.put("meaning", entry.meaning());
    }
    ArrayNode models = root.putArray("models");
    ModelChoice.presetNames().forEach(models::add);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }

  private static void canvas(ObjectNode node, Canvas canvas) {
    node.put("height", canvas.height());
    node.put("width", canvas.width());
    node.put("latent_height", canvas.latentHeight());
    node.put("latent_width", canvas.latentWidth());
    node.put("trained_size", canvas.isBucket());
    ArrayNode nearest = node.putArray("nearest_trained_size");
    nearest.add(canvas.bucket().height()).add(canvas.bucket().width());
  }

  private static void machine(ObjectNode node, Ceilings ceilings) {
    Machine machine = ceilings.machine();
    node.put("device", machine.device());
    node.put("processor", machine.processor());
    node.put("java", machine.java());
    node.put("build", machine.build());
    Rates rates = ceilings.rates();
    node.put("matmul_flops_per_second", rates.matmul().ceiling());
    node.put("attention_flops_per_second", rates.attention().ceiling());
    node.put("bytes_per_second", rates.memory().ceiling());
    check(node.putObject("sampling_check"), ceilings.sampling());
    check(node.putObject("training_check"), ceilings.training());
  }

  private static void check(ObjectNode node, Ceilings.Check check) {
    node.put("predicted_seconds", check.predicted());
    node.put("measured_seconds", check.measured());
    node.put("error", check.error());
  }

  private static void plan(ObjectNode node, PackingPlan plan) {
    node.put("name", plan.spec().toString());
    node.put("order", plan.spec().order().name().toLowerCase(Locale.ROOT));
    node.put("tail", plan.spec().tailRule().code());
    node.put("sampling_order", plan.sections().order().text());
    anchors(node.putObject("anchors"), plan.sections().anchors());
    ObjectNode video = node.putObject("video");
    video.put("sections", plan.sections().sections());
    video.put("known_latents", plan.sections().known());
    video.put("latents_per_section", plan.spec().generated());
    video.put("latents", plan.sections().latents());
    video.put("pixel_frames", plan.sections().pixelFrames());
    ArrayNode levels = node.putArray("levels");
    plan.levels().forEach(level -> level(levels.addObject(), level));
    tokens(node.putObject("tokens"), plan.tokens());
    node.put("whole_video_tokens", plan.wholeVideo());
    full(node.putObject("full_resolution"), plan.full());
    weights(node.putObject("weights"), plan.weights());
    work(node.putObject("step"), plan.step());
    work(node.putObject("section"), plan.section());
    work(node.putObject("video_total"), plan.video());
    ObjectNode memory = node.putObject("inference_memory");
    memory.put("weights", plan.weights().resident());
    memory.put("activations", plan.inference().bytes());
    memory.put("activation_slabs", plan.inference().slabs());
    memory.put("peak", plan.inferencePeak());
    ObjectNode streaming = node.putObject("inference_memory_streaming_blocks");
    streaming.put("weights", plan.weights().blocks().bytes());
    streaming.put("resident", plan.weights().blocks().resident());
    streaming.put("largest_block", plan.weights().blocks().largest());
    streaming.put("copied_a_step", plan.weights().blocks().streamed());
    streaming.put("peak", plan.streamingPeak());
    training(node.putObject("training"), plan.training());
    if (plan.prediction().isPresent()) {
      prediction(node.putObject("seconds"), plan.prediction().get());
    } else {
      node.putNull("seconds");
    }
    sections(node, plan);
  }

  private static void anchors(ObjectNode node, Anchors anchors) {
    node.put("view", anchors.view().name().toLowerCase(Locale.ROOT));
    ArrayNode frames = node.putArray("frames");
    anchors.frames().forEach(frames::add);
  }

  private static void level(ObjectNode node, LevelCost cost) {
    node.put("role", cost.level().role().name().toLowerCase(Locale.ROOT));
    node.put("run", cost.level().run().toString());
    node.put("frames", cost.level().run().frames());
    kernel(node.putArray("kernel"), cost.level().run().kernel());
    node.put("rate", cost.level().run().kernel().rate());
    node.put("tokens", cost.tokens());
    node.put("ideal_tokens", cost.ideal());
    node.put("full_resolution_tokens", cost.full());
  }

  private static void kernel(ArrayNode node, PatchKernel kernel) {
    node.add(kernel.t()).add(kernel.h()).add(kernel.w());
  }

  private static void tokens(ObjectNode node, Tokens tokens) {
    node.put("per_frame", tokens.perFrame());
    node.put("tail", tokens.tail());
    node.put("context", tokens.context());
    node.put("ideal_context", tokens.ideal());
    node.put("noisy", tokens.noisy());
    node.put("video", tokens.video());
    node.put("joined", tokens.joined());
    node.put("sequence", tokens.sequence());
    node.put("pairs", tokens.pairs());
  }

  private static void full(ObjectNode node, FullResolution full) {
    tokens(node.putObject("tokens"), full.tokens());
    work(node.putObject("step"), full.step());
  }

  private static void weights(ObjectNode node, PackingPlan.Weights weights) {
    node.put("parameters", weights.parameters());
    node.put("type", weights.stored().toString().toLowerCase(Locale.ROOT));
    node.put("bytes", weights.bytes());
    node.put(
        "matrices",
        weights.matrices().orElse(weights.stored()).toString().toLowerCase(Locale.ROOT));
    ArrayNode added = node.putArray("added_kernels");
    weights.added().forEach(kernel -> kernel(added.addArray(), kernel));
  }

  private static void work(ObjectNode node, Work work) {
    node.put("flops", work.flops());
    node.put("matmul_flops", work.matmul());
    node.put("attention_flops", work.attention());
    node.put("other_flops", work.other());
    node.put("bytes", work.bytes());
  }

  private static void training(ObjectNode node, Training training) {
    node.put("batch", training.batch());
    work(node.putObject("step"), training.step());
    memory(node.putObject("memory"), training.kept());
    memory(node.putObject("memory_recomputing_blocks"), training.recomputed());
  }

  private static void memory(ObjectNode node, TrainingPeak peak) {
    node.put("weights", peak.weights());
    node.put("optimizer", peak.state());
    node.put("step", peak.step());
    node.put("peak", peak.peak());
    node.put("slabs", peak.slabs());
  }

  private static void prediction(ObjectNode node, Prediction seconds) {
    node.put("step", seconds.step());
    node.put("section", seconds.section());
    node.put("video", seconds.video());
    node.put("training_step", seconds.trainingStep());
  }

  private static void sections(ObjectNode node, PackingPlan plan) {
    int all = plan.sections().sections();
    int omitted = Math.max(0, all - MOST_SECTIONS);
    node.put("sections_omitted", omitted);
    ArrayNode rows = node.putArray("sections");
    for (int step = 0; step < all; step++) {
      if (omitted > 0 && step == MOST_SECTIONS / 2) {
        step += omitted;
      }
      section(rows.addObject(), SectionRow.of(plan.sections(), step));
    }
  }

  private static void section(ObjectNode node, SectionRow row) {
    node.put("step", row.step());
    ranges(node.putArray("makes"), row.makes());
    node.put("padding", row.padding());
    ranges(node.putArray("times"), row.noisy());
    ranges(node.putArray("blank_times"), row.blank());
    ranges(node.putArray("tail_times"), row.tailTimes());
    ranges(node.putArray("tail_frames"), row.tailFrames());
    ArrayNode levels = node.putArray("levels");
    for (SectionRow.Seen seen : row.levels()) {
      ObjectNode level = levels.addObject();
      level.put("role", seen.level().role().name().toLowerCase(Locale.ROOT));
      level.put("run", seen.level().run().toString());
      ranges(level.putArray("times"), seen.times());
      ranges(level.putArray("frames"), seen.frames());
      level.put("missing", seen.missing());
    }
  }

  /// Each run as [first, last].
  private static void ranges(ArrayNode node, Ranges ranges) {
    ranges.runs().forEach(run -> node.addArray().add(run.first()).add(run.last()));
  }
}
