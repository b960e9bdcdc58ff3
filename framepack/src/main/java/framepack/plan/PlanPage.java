package framepack.plan;

import static framepack.plan.Quantity.bytes;
import static framepack.plan.Quantity.count;
import static framepack.plan.Quantity.seconds;

import framepack.experiment.report.BarChart;
import framepack.experiment.report.BarChart.Bar;
import framepack.experiment.report.PackingDrawing;
import framepack.experiment.report.Report;
import framepack.experiment.report.Table;
import framepack.experiment.report.TimelineDrawing;
import framepack.pack.PatchKernel;
import framepack.pack.TokenCount;
import framepack.plan.PackingPlan.LevelCost;
import framepack.plan.PackingPlan.Tokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Plans as one self-contained page with drawings.
public final class PlanPage {
  private static final int MOST_ROWS = 12;
  private static final int MOST_LISTED = 200;
  private static final int LONGEST_TIMES = 2000;
  private static final int MOST_CARDS = 80;
  private static final double TERA = 1e12;
  private static final double GIB = 1L << 30;

  private PlanPage() {}

  /// The page of these plans.
  public static Report of(PlanSet set) {
    PlanRequest request = set.request();
    Report report =
        new Report(
            set.plans().size() == 1
                ? "The packing " + set.plans().getFirst().spec()
                : set.plans().size() + " packings compared",
            "%s at %s, %d sampling steps: what every section sees, and what it costs."
                .formatted(request.model().name(), request.canvas(), request.steps()));
    if (set.plans().size() > 1) {
      comparison(report, set.plans());
    }
    set.plans().forEach(plan -> one(report, plan));
    set.ceilings().ifPresent(ceilings -> machine(report, ceilings));
    return report;
  }

  private static void comparison(Report report, List<PackingPlan> plans) {
    report.section("Side by side");
    Table table =
        Table.of("packing", "history frames", "video tokens", "flops a step", "sampling peak");
    for (PackingPlan plan : plans) {
      table.row(
          new Table.Code(plan.spec().toString()),
          plan.spec().historyFrames(),
          plan.tokens().video(),
          count(plan.step().flops()),
          bytes(plan.inferencePeak()));
    }
    report.table(table.bestIsLowest("video tokens").bestIsHighest("history frames"));
    chart(report, plans, "Tflop a step", p -> p.step().flops().doubleValue() / TERA);
  }

  private static void chart(
      Report report, List<PackingPlan> plans, String unit, ToDoubleFunction<PackingPlan> value) {
    List<Bar> bars =
        plans.stream()
            .map(plan -> Bar.of(plan.spec().toString(), value.applyAsDouble(plan)))
            .toList();
    report.figure(BarChart.of(unit, bars), "One forward pass of each packing.");
  }

  private static void one(Report report, PackingPlan plan) {
    report.section(plan.spec().toString());
    tokens(report, plan);
    cost(report, plan);
    memory(report, plan);
    sections(report, plan);
  }

  private static void tokens(Report report, PackingPlan plan) {
    Tokens tokens = plan.tokens();
    report.text(
        "A section makes %d latent frames and looks at %d others. At full length these would be %,d tokens; packed they are %,d."
            .formatted(
                plan.spec().generated(),
                plan.levels().stream().mapToInt(l -> l.level().run().frames()).sum(),
                plan.full().tokens().video(),
                tokens.video()));
    drawing(report, plan);
    Table table =
        Table.of("level", "frames", "kernel", "tokens", "without padding", "uncompressed");
    for (LevelCost cost : plan.rows()) {
      table.row(
          cost.title(),
          cost.level().run().frames(),
          kernel(cost.level().run().kernel()),
          cost.tokens(),
          cost.ideal(),
          cost.full());
    }
    if (tokens.tail() > 0) {
      table.row("tail", 0, "-", tokens.tail(), (double) tokens.tail(), tokens.tail());
    }
    table.row(
        "frames to make",
        plan.spec().generated(),
        kernel(PatchKernel.BASE),
        tokens.noisy(),
        (double) tokens.noisy(),
        tokens.noisy());
    report.table(table);
  }

  /// Too many cards would be a grey area.
  private static void drawing(Report report, PackingPlan plan) {
    List<TokenCount.Share> shares =
        plan.levels().stream()
            .map(cost -> new TokenCount.Share(cost.level(), cost.tokens()))
            .toList();
    PackingDrawing drawing =
        PackingDrawing.of(shares, plan.spec().generated(), plan.tokens().noisy());
    if (drawing.cards() > MOST_CARDS) {
      return;
    }
    report.figure(
        drawing,
        "Every card is a frame, or a stack of frames that share tokens; every patch of its grid becomes"
            + " one token, so a coarse grid is a frame that costs little. Grids are drawn eight patches"
            + " wide at the finest. Below: kernel (frames, height, width), tokens, and their share.");
  }

  private static String kernel(PatchKernel k) {
    return "(%d, %d, %d)".formatted(k.t(), k.h(), k.w());
  }

  private static void cost(Report report, PackingPlan plan) {
    List<Bar> bars = new ArrayList<>();
    Work step = plan.step();
    bars.add(bar("matrix products", step.matmul().doubleValue() / TERA, 0));
    bars.add(bar("attention", step.attention().doubleValue() / TERA, 1));
    bars.add(bar("everything else", step.other().doubleValue() / TERA, 2));
    bars.add(bar("packed, in all", step.flops().doubleValue() / TERA, 6));
    bars.add(bar("uncompressed, in all", plan.full().step().flops().doubleValue() / TERA, 3));
    report.figure(BarChart.of("Tflop a step", bars), "What one sampling step computes.");
    Table table = Table.of("", "flops", "bytes moved", "time");
    var p = plan.prediction();
    table.row("step", count(step.flops()), count(step.bytes()), time(p.map(t -> t.step())));
    Work section = plan.section();
    Work video = plan.video();
    Work training = plan.training().step();
    table.row(
        "section", count(section.flops()), count(section.bytes()), time(p.map(t -> t.section())));
    table.row("video", count(video.flops()), count(video.bytes()), time(p.map(t -> t.video())));
    table.row(
        "training step of " + plan.training().batch(),
        count(training.flops()),
        count(training.bytes()),
        time(p.map(t -> t.trainingStep())));
    report.table(table);
  }

  private static Bar bar(String name, double value, int colour) {
    return Bar.of(name, value).inColour(colour);
  }

  private static String time(Optional<Double> value) {
    return value.map(Quantity::seconds).orElse("-");
  }

  private static void memory(Report report, PackingPlan plan) {
    List<Bar> bars = new ArrayList<>();
    bars.add(bar("weights", plan.weights().resident() / GIB, 0));
    bars.add(bar("sampling, in all", plan.inferencePeak() / GIB, 1));
    bars.add(bar("training, blocks recomputed", plan.training().recomputed().peak() / GIB, 2));
    bars.add(bar("training, everything kept", plan.training().kept().peak() / GIB, 3));
    report.figure(BarChart.of("GiB", bars), "Most memory at one moment.");
  }

  private static void sections(Report report, PackingPlan plan) {
    List<SectionRow> shown = rows(plan, MOST_ROWS);
    timeline(report, shown);
    report.folded(
        "Section table",
        inside -> {
          Table table = Table.of("section", "makes", "gap", "times", "level: times, frames");
          for (SectionRow row : rows(plan, MOST_LISTED)) {
            table.row(
                Integer.toString(row.step() + 1),
                row.makes().toString(),
                Integer.toString(row.padding()),
                row.noisy().toString(),
                String.join("; ", row.levels().stream().map(PlanPage::seen).toList()));
          }
          inside.table(table);
        });
  }

  private static String seen(SectionRow.Seen seen) {
    return "%s: %s, %s".formatted(seen.level().run(), seen.times(), seen.frames());
  }

  /// All sections, or the first and last of them.
  private static List<SectionRow> rows(PackingPlan plan, int most) {
    int all = plan.sections().sections();
    List<SectionRow> rows = new ArrayList<>();
    for (int step = 0; step < all; step++) {
      if (all > most && step == most / 2) {
        step = all - most / 2;
      }
      rows.add(SectionRow.of(plan.sections(), step));
    }
    return rows;
  }

  private static void timeline(Report report, List<SectionRow> rows) {
    int first = Integer.MAX_VALUE;
    int last = Integer.MIN_VALUE;
    List<TimelineDrawing.Row> drawn = new ArrayList<>();
    for (SectionRow row : rows) {
      List<TimelineDrawing.Part> parts = new ArrayList<>();
      int made = row.levels().size();
      for (Ranges.Range run : row.noisy().runs()) {
        parts.add(part("makes latents " + row.makes(), run, made, false, true));
      }
      for (int i = 0; i < row.levels().size(); i++) {
        SectionRow.Seen seen = row.levels().get(i);
        String frames =
            seen.frames().runs().isEmpty() ? "no frames yet" : "latents " + seen.frames();
        boolean missing = seen.frames().runs().isEmpty();
        for (Ranges.Range run : seen.times().runs()) {
          String title = seen.level().run() + ": " + frames;
          parts.add(part(title, run, i, missing, false));
        }
      }
      for (TimelineDrawing.Part part : parts) {
        first = Math.min(first, part.first());
        last = Math.max(last, part.last());
      }
      drawn.add(new TimelineDrawing.Row("section " + (row.step() + 1), parts));
    }
    if (last - first < LONGEST_TIMES) {
      report.figure(
          new TimelineDrawing(first, last, drawn),
          "Sections in the order in which they are made, and the time indices that their frames are given."
              + " Colours as above; outlined: the frames to make; hollow: frames that do not exist yet;"
              + " dotted: gaps, which cost no tokens.");
    }
  }

  private static TimelineDrawing.Part part(
      String title, Ranges.Range run, int colour, boolean missing, boolean made) {
    return new TimelineDrawing.Part(
        title, run.first(), run.last(), Math.floorMod(colour, 8), missing, made);
  }

  private static void machine(Report report, Ceilings ceilings) {
    report.section("The machine whose time is predicted");
    Map<String, String> facts = new LinkedHashMap<>();
    Machine machine = ceilings.machine();
    facts.put("device", machine.device() + ", " + machine.processor());
    facts.put("Java", machine.java());
    facts.put(
        "matrix products", "%.1f GFLOP/s".formatted(ceilings.rates().matmul().ceiling() / 1e9));
    facts.put("attention", "%.1f GFLOP/s".formatted(ceilings.rates().attention().ceiling() / 1e9));
    facts.put("memory", "%.1f GB/s".formatted(ceilings.rates().memory().ceiling() / 1e9));
    facts.put("error of a forward pass", error(ceilings.sampling()));
    facts.put("error of a training step", error(ceilings.training()));
    report.definitions(facts);
  }

  private static String error(Ceilings.Check check) {
    return "%s against %s measured"
        .formatted(Quantity.percent(check.error()), seconds(check.measured()));
  }
}
