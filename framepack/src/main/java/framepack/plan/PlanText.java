package framepack.plan;

import static framepack.plan.Quantity.bytes;
import static framepack.plan.Quantity.count;
import static framepack.plan.Quantity.digits;
import static framepack.plan.Quantity.percent;
import static framepack.plan.Quantity.seconds;
import static framepack.plan.Quantity.whole;

import framepack.order.Anchors;
import framepack.order.AntiDrifting;
import framepack.order.FarFirst;
import framepack.order.ForwardWithStart;
import framepack.order.InvertedAntiDrifting;
import framepack.order.InvertedFromText;
import framepack.order.MultipleEndpoints;
import framepack.order.Vanilla;
import framepack.pack.Level;
import framepack.plan.PackingPlan.LevelCost;
import framepack.plan.PackingPlan.Tokens;
import framepack.plan.SectionRun.TrainingPeak;
import framepack.tensor.core.DType;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/// Plans as text for a terminal of 100 columns.
public final class PlanText {
  private static final String INDENT = "  ";
  private static final int FIRST_SECTIONS = 8;
  private static final int LAST_SECTIONS = 4;
  private static final int LONGEST_NAME = 28;
  private static final int LONGEST_TIMES = 18;
  private static final int LONGEST_ANCHORS = 40;

  private PlanText() {}

  /// Everything: each packing on its own, then all side by side if there are several.
  public static String write(PlanSet set) {
    StringBuilder out = new StringBuilder(head(set));
    for (PackingPlan plan : set.plans()) {
      out.append(System.lineSeparator()).append(one(plan));
    }
    if (set.plans().size() > 1) {
      out.append(System.lineSeparator()).append(comparison(set.plans()));
    }
    set.ceilings().ifPresent(c -> out.append(System.lineSeparator()).append(machine(c)));
    return out.toString();
  }

  private static String head(PlanSet set) {
    PlanRequest request = set.request();
    Canvas canvas = request.canvas();
    String bucket =
        canvas.isBucket()
            ? ""
            : "; not a trained size, nearest %dx%d"
                .formatted(canvas.bucket().height(), canvas.bucket().width());
    return "%s at %s (latents %dx%d%s), %d steps%n"
        .formatted(
            request.model().name(),
            canvas,
            canvas.latentHeight(),
            canvas.latentWidth(),
            bucket,
            request.steps());
  }

  private static String one(PackingPlan plan) {
    return line(
            "%s: %s, %d sections of %d latents, %s frames",
            plan.spec(),
            order(plan),
            plan.sections().sections(),
            plan.spec().generated(),
            whole(plan.sections().pixelFrames()))
        + anchors(plan.sections().anchors())
        + levels(plan)
        + line("")
        + cost(plan)
        + line("")
        + memory(plan)
        + line("")
        + sections(plan);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values) + System.lineSeparator();
  }

  private static String order(PackingPlan plan) {
    return switch (plan.sections().order()) {
      case Vanilla _ -> "forward";
      case ForwardWithStart _ -> "forward with start";
      case InvertedAntiDrifting _ -> "inverted, last to first";
      case InvertedFromText _ -> "inverted, from text";
      case AntiDrifting _ -> "last section first, then forward";
      case MultipleEndpoints ends -> ends.text() + ", then forward";
      case FarFirst _ -> "far sections first";
    };
  }

  private static String anchors(Anchors anchors) {
    if (anchors.frames().isEmpty()) {
      return "";
    }
    String seen =
        switch (anchors.view()) {
          case ALWAYS -> "seen by every section";
          case PACKED -> "seen where a level has a place for them";
        };
    int[] frames = anchors.frames().stream().mapToInt(Integer::intValue).toArray();
    String all = Ranges.of(frames).toString();
    String shown =
        all.length() <= LONGEST_ANCHORS
            ? all
            : "%d to %d (%d of them)"
                .formatted(frames[0], frames[frames.length - 1], frames.length);
    return line(INDENT + "anchors at latents %s, %s", shown, seen);
  }

  private static String levels(PackingPlan plan) {
    TextTable table =
        new TextTable().row("tokens", "frames", "kernel", "tokens", "unpadded", "uncompressed");
    for (LevelCost cost : plan.rows()) {
      table.row(
          cost.title(),
          whole(cost.level().run().frames()),
          kernel(cost),
          whole(cost.tokens()),
          digits(cost.ideal()),
          whole(cost.full()));
    }
    Tokens tokens = plan.tokens();
    if (tokens.tail() > 0) {
      String tail = whole(tokens.tail());
      table.row("tail " + plan.spec().tailRule().code(), "", "", tail, tail, tail);
    }
    Tokens full = plan.full().tokens();
    String noisy = whole(tokens.noisy());
    table.row("noisy", whole(plan.spec().generated()), "(1,2,2)", noisy, noisy, noisy);
    table.row(
        "video",
        "",
        "",
        whole(tokens.video()),
        digits(tokens.ideal() + tokens.noisy()),
        whole(full.video()));
    if (tokens.joined() > 0) {
      table.row("image, text", "", "", whole(tokens.joined()), "", whole(full.joined()));
    }
    table.row("pairs", "", "", count(tokens.pairs()), "", count(full.pairs()));
    return table.text(INDENT);
  }

  private static String kernel(LevelCost cost) {
    var k = cost.level().run().kernel();
    return "(%d,%d,%d)".formatted(k.t(), k.h(), k.w());
  }

  private static String cost(PackingPlan plan) {
    TextTable table =
        new TextTable().row("cost", "flops", "matmul", "attention", "other", "bytes", "time");
    var prediction = plan.prediction();
    work(table, "step", plan.step(), prediction.map(p -> p.step()).map(Quantity::seconds));
    work(table, "section", plan.section(), prediction.map(p -> p.section()).map(Quantity::seconds));
    work(table, "video", plan.video(), prediction.map(p -> p.video()).map(Quantity::seconds));
    work(
        table,
        "training step of " + plan.training().batch(),
        plan.training().step(),
        prediction.map(p -> p.trainingStep()).map(Quantity::seconds));
    work(table, "step, uncompressed", plan.full().step(), Optional.empty());
    return table.text(INDENT);
  }

  private static void work(TextTable table, String title, Work work, Optional<String> time) {
    table.row(
        title,
        count(work.flops()),
        count(work.matmul()),
        count(work.attention()),
        count(work.other()),
        count(work.bytes()),
        time.orElse("-"));
  }

  private static String memory(PackingPlan plan) {
    var weights = plan.weights();
    TextTable table =
        new TextTable().row("memory", "weights", "optimiser", "activations", "peak", "with slabs");
    table.row(
        "sampling",
        bytes(weights.resident()),
        "-",
        bytes(plan.inference().bytes()),
        bytes(plan.inferencePeak()),
        bytes(weights.resident() + plan.inference().slabs()));
    table.row(
        "  blocks streaming",
        bytes(weights.blocks().bytes()),
        "-",
        bytes(plan.inference().bytes()),
        bytes(plan.streamingPeak()),
        bytes(plan.streamingMemory()));
    training(table, "training", plan.training().kept());
    training(table, "  recomputing blocks", plan.training().recomputed());
    String added =
        weights.added().isEmpty()
            ? ""
            : "; projections to add to the checkpoint: " + weights.added();
    return table.text(INDENT)
        + line(
            INDENT + "%s weights of type %s, a checkpoint of %s (%s bytes)%s%s",
            whole(weights.parameters()),
            name(weights.stored()),
            bytes(weights.bytes()),
            whole(weights.bytes()),
            weights.matrices().map(type -> "; layers hold theirs as " + name(type)).orElse(""),
            added);
  }

  private static String name(DType type) {
    return type.toString().toLowerCase(Locale.ROOT);
  }

  private static void training(TextTable table, String title, TrainingPeak peak) {
    table.row(
        title,
        bytes(peak.weights()),
        bytes(peak.state()),
        bytes(peak.step()),
        bytes(peak.peak()),
        bytes(peak.slabs()));
  }

  private static String sections(PackingPlan plan) {
    int all = plan.sections().sections();
    boolean cut = all > FIRST_SECTIONS + LAST_SECTIONS + 1;
    StringBuilder out = new StringBuilder();
    TextTable table = new TextTable();
    List<String> head = new ArrayList<>(List.of("section", "latents", "gap", "times"));
    plan.spec().levels().forEach(level -> head.add(level.run().toString()));
    if (plan.levels().size() > plan.spec().levels().size()) {
      head.add("anchors");
    }
    table.row(head.toArray(String[]::new));
    for (int step = 0; step < all; step++) {
      if (cut && step == FIRST_SECTIONS) {
        step = all - LAST_SECTIONS;
        table.row("...");
      }
      table.row(cells(SectionRow.of(plan.sections(), step)));
    }
    out.append(table.text(INDENT));
    out.append(line(INDENT + "A level's times; in brackets how many of its frames exist yet."));
    return out.toString();
  }

  private static String[] cells(SectionRow row) {
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(row.step() + 1));
    cells.add(row.makes().toString());
    cells.add(row.padding() == 0 ? "-" : Integer.toString(row.padding()));
    cells.add(row.noisy().toString());
    List<Ranges> anchors = new ArrayList<>();
    for (SectionRow.Seen seen : row.levels()) {
      int frames = seen.level().run().frames();
      if (seen.level().role() == Level.Role.ANCHOR) {
        anchors.add(seen.times());
      } else {
        cells.add("%s [%d]".formatted(seen.times(), frames - seen.missing()));
      }
    }
    if (!anchors.isEmpty()) {
      String times = Ranges.joined(anchors).toString();
      cells.add(times.length() <= LONGEST_TIMES ? times : anchors.size() + " frames");
    }
    return cells.toArray(String[]::new);
  }

  private static String comparison(List<PackingPlan> plans) {
    TextTable table = new TextTable();
    List<String> names = new ArrayList<>(List.of("side by side"));
    for (int i = 0; i < plans.size(); i++) {
      names.add(shortened(plans.get(i).spec().toString()));
    }
    table.row(names.toArray(String[]::new));
    compare(table, "history frames", plans, p -> whole(p.spec().historyFrames()));
    compare(table, "context tokens", plans, p -> whole(p.tokens().context()));
    compare(table, "video tokens", plans, p -> whole(p.tokens().video()));
    compare(table, "sections", plans, p -> whole(p.sections().sections()));
    compare(table, "flops a step", plans, p -> count(p.step().flops()));
    compare(table, "flops a video", plans, p -> count(p.video().flops()));
    compare(table, "against uncompressed", plans, PlanText::saved);
    compare(table, "sampling peak", plans, p -> bytes(p.inferencePeak()));
    compare(table, "training peak", plans, p -> bytes(p.training().kept().peak()));
    if (plans.getFirst().prediction().isPresent()) {
      compare(table, "time a step", plans, p -> seconds(p.prediction().get().step()));
      compare(table, "time a video", plans, p -> seconds(p.prediction().get().video()));
    }
    return table.text(INDENT);
  }

  private static String saved(PackingPlan plan) {
    BigInteger full = plan.full().step().flops();
    return Quantity.times(plan.step().flops().doubleValue() / full.doubleValue());
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "~";
  }

  private static void compare(
      TextTable table, String title, List<PackingPlan> plans, Function<PackingPlan, String> cell) {
    List<String> cells = new ArrayList<>(List.of(title));
    plans.forEach(plan -> cells.add(cell.apply(plan)));
    table.row(cells.toArray(String[]::new));
  }

  private static String machine(Ceilings c) {
    return line(
            "Time on %s (%s): matrix products %.1f GFLOP/s, attention %.1f GFLOP/s, memory %.1f GB/s.",
            c.machine().device(),
            c.machine().processor(),
            c.rates().matmul().ceiling() / 1e9,
            c.rates().attention().ceiling() / 1e9,
            c.rates().memory().ceiling() / 1e9)
        + line(
            "Checked on a small model: a forward pass was predicted %s off its measured %s, a training"
                + " step %s off %s.",
            percent(c.sampling().error()),
            seconds(c.sampling().measured()),
            percent(c.training().error()),
            seconds(c.training().measured()));
  }
}
