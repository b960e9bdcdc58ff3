package framepack.demo;

import framepack.experiment.ClipExperiment;
import framepack.experiment.DriftExperiment;
import framepack.experiment.MemoryExperiment;
import framepack.experiment.NanoTraining;
import framepack.experiment.report.FilmStrip;
import framepack.experiment.report.LineChart;
import framepack.experiment.report.PackingDrawing;
import framepack.experiment.report.Report;
import framepack.experiment.report.Series;
import framepack.experiment.report.Table;
import framepack.experiment.report.VideoGroup;
import framepack.pack.PackSpec;
import framepack.pack.TokenCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The demo's results as one self-contained page.
public final class DemoReport {
  private static final int STRIP_COLUMNS = 12;

  /// One trained model.
  private record Trained(
      String title, PackSpec spec, TokenCount tokens, NanoTraining.Outcome training) {}

  private final DemoResults results;
  private final DemoVideos videos;
  private final Map<String, String> provenance;

  /// @param provenance what made these results: command, version, device, JDK
  public DemoReport(DemoResults results, DemoVideos videos, Map<String, String> provenance) {
    this.results = results;
    this.videos = videos;
    this.provenance = provenance;
  }

  /// Writes the page, whole or not at all.
  public void write(Path file) {
    Report report =
        new Report(
            "FramePack on the JVM: demo",
            "A real clip continued in three orders, what packings remember, how long videos drift,"
                + " and what a section costs. Everything was trained and sampled by this run.");
    if (!results.finished()) {
      report.text("This run is not finished: the page shows what is done so far.");
    }
    clip(report);
    memory(report);
    drift(report);
    cost(report);
    report.section("How this was made");
    Map<String, String> made = new LinkedHashMap<>(provenance);
    made.put("wall time", "%.0f s".formatted(results.seconds()));
    report.definitions(made);
    report.writeTo(file);
  }

  private void clip(Report report) {
    if (results.clip() == null) {
      return;
    }
    var clip = results.clip();
    report.section("A real clip");
    report.text(
        "%s: %d frames of %d x %d pixels; the first %d are trained on, the last %d held out."
            .formatted(
                clip.name(),
                clip.pixels().frames(),
                clip.pixels().columns(),
                clip.pixels().rows(),
                clip.trainingFrames(),
                clip.pixels().frames() - clip.trainingFrames()));
    report.text(
        "The latent codec (principal components of 8 x 8 patches over colour and space, 16 channels)"
            + " keeps "
            + clip.kept()
            + ".");
    if (results.clips().isEmpty()) {
      return;
    }
    Table table =
        Table.of(
            "order",
            "reconstruction (dB)",
            "repeat last (dB)",
            "held out (dB)",
            "held out, repeat last (dB)",
            "held out, mean frame (dB)");
    List<Series> losses = new ArrayList<>();
    List<VideoGroup.Item> items = new ArrayList<>();
    List<Trained> trained = new ArrayList<>();
    items.add(new VideoGroup.Item("the clip", videos.truth()));
    for (ClipExperiment.Outcome o : results.clips()) {
      String title = title(o.spec());
      table.row(
          title,
          o.reconstructed().ours(),
          o.reconstructed().repeat(),
          o.heldOut().ours(),
          o.heldOut().repeat(),
          o.heldOut().mean());
      trained.add(new Trained(title, o.spec(), o.tokens(), o.training()));
      losses.add(Series.of(title, smoothed(o.training().losses())));
      items.add(new VideoGroup.Item(title, videos.of(o)));
    }
    table.digits("reconstruction (dB)", 1).digits("repeat last (dB)", 1);
    table.digits("held out (dB)", 1).digits("held out, repeat last (dB)", 1);
    table.digits("held out, mean frame (dB)", 1).bestIsHighest("held out (dB)");
    report.table(table.bestIsHighest("reconstruction (dB)"));
    report.text(
        "Reconstruction: sections inside the training part, made from their true history."
            + " Held out: the continuation after the last training frame, against the frames that"
            + " were never seen. PSNR on decoded pixels; the codec itself limits it.");
    report.figure(
        new VideoGroup(items),
        "The clip and its continuations; every video plays the training frames first.");
    report.figure(
        LineChart.of("training step", "loss", losses).withLogY(), "Training on the clip.");
    training(report, trained);
  }

  private static String title(PackSpec spec) {
    return switch (spec.order()) {
      case VANILLA -> "forward (vanilla)";
      case FORWARD_START -> "forward with start frame";
      case ENDPOINT -> "anti-drifting with endpoint";
      case INVERTED -> "inverted anti-drifting";
    };
  }

  private void memory(Report report) {
    if (results.memories().isEmpty()) {
      return;
    }
    report.section("Memory");
    report.text(
        "A camera pans over a periodic world. History is true; the next three frames show places"
            + " that the newest frame does not. How well these come back, against the time since"
            + " they were last seen, is the memory of the packing.");
    List<Integer> lags = List.copyOf(results.memories().getFirst().hidden().keySet());
    List<String> columns = new ArrayList<>(List.of("packing", "history tokens", "tokens"));
    columns.add("visible (dB)");
    lags.forEach(lag -> columns.add(hidden(lag)));
    Table table = Table.of(columns.toArray(String[]::new));
    List<Trained> trained = new ArrayList<>();
    List<Series> curves = new ArrayList<>();
    for (MemoryExperiment.Outcome o : results.memories()) {
      String name =
          results.memories().size() > specs() ? o.spec() + " #" + o.seed() : o.spec() + "";
      List<Object> row = new ArrayList<>(List.of(name, o.tokens().context(), o.tokens().total()));
      row.add(o.visible());
      trained.add(new Trained(name, o.spec(), o.tokens(), o.training()));
      row.addAll(o.hidden().values());
      table.row(row.toArray());
      double[] x = o.hidden().keySet().stream().mapToDouble(Integer::doubleValue).toArray();
      double[] y = o.hidden().values().stream().mapToDouble(Double::doubleValue).toArray();
      curves.add(Series.of(o.spec().toString(), x, y).withDots());
    }
    table.digits("visible (dB)", 1);
    lags.forEach(lag -> table.digits(hidden(lag), 1).bestIsHighest(hidden(lag)));
    report.table(table);
    if (lags.size() > 1) {
      report.figure(
          LineChart.of("frames since last seen", "PSNR of the hidden part (dB)", curves),
          "Memory against lag. Predicting the mean of the data gives about 13.6 dB.");
    }
    MemoryExperiment.Outcome longest = results.memories().getLast();
    report.figure(
        PackingDrawing.of(
            longest.tokens().levels(), longest.spec().generated(), longest.tokens().noisy()),
        "The packing " + longest.spec() + ": every frame and the tokens it gets.");
    training(report, trained);
  }

  private static String hidden(int lag) {
    return "hidden, lag " + lag + " (dB)";
  }

  private long specs() {
    return results.memories().stream().map(MemoryExperiment.Outcome::spec).distinct().count();
  }

  private void drift(Report report) {
    if (results.drifts().isEmpty()) {
      return;
    }
    int sections = results.drifts().getFirst().psnr().length;
    report.section("Drift");
    report.text(
        "One true frame of a carousel, then %d sections made from what was made before."
                .formatted(sections)
            + " Drift is the mean over videos of |first 15 % - last 15 %| of the sections' PSNR;"
            + " signed, it is negative where quality is lost over the video's time.");
    Table table =
        Table.of(
            "variant",
            "first (dB)",
            "last (dB)",
            "drift (dB)",
            "signed (dB)",
            "sharpness",
            "contrast");
    List<Series> curves = new ArrayList<>();
    List<Trained> trained = new ArrayList<>();
    for (DriftExperiment.Outcome o : results.drifts()) {
      String name = o.variant().title();
      table.row(
          name,
          o.psnr()[0],
          o.psnr()[sections - 1],
          o.drift(),
          o.signed(),
          o.sharpness(),
          o.contrast());
      trained.add(new Trained(name, o.variant().spec(), o.tokens(), o.training()));
      curves.add(Series.of(name, sectionNumbers(sections), o.psnr()).withDots());
    }
    table.digits("first (dB)", 1).digits("last (dB)", 1);
    table.digits("drift (dB)", 1).digits("signed (dB)", 1).bestIsLowest("drift (dB)");
    report.table(table.digits("sharpness", 2).digits("contrast", 2));
    report.figure(
        LineChart.of("section in video time", "PSNR (dB)", curves),
        "Quality along the video. Sharpness and contrast above are those of the last 15 %,"
            + " relative to the truth.");
    report.figure(strip(), "The first test video: the truth, then each variant.");
    training(report, trained);
  }

  /// What was trained and what it took, folded away.
  private static void training(Report report, List<Trained> trained) {
    Table table = Table.of("model", "packing", "tokens", "steps", "seconds", "ms per step", "loss");
    for (Trained t : trained) {
      double[] losses = smoothed(t.training.losses());
      table.row(
          t.title,
          new Table.Code(t.spec.toString()),
          t.tokens.total(),
          losses.length,
          t.training.seconds(),
          t.training.millisPerStep(),
          losses[losses.length - 1]);
    }
    table.digits("seconds", 1).digits("ms per step", 1).digits("loss", 4);
    report.folded("Training", r -> r.table(table));
  }

  private FilmStrip strip() {
    List<FilmStrip.Row> rows = new ArrayList<>();
    rows.add(new FilmStrip.Row("truth", videos.carousel()));
    for (DriftExperiment.Outcome o : results.drifts()) {
      rows.add(new FilmStrip.Row(o.variant().title(), videos.of(o)));
    }
    return new FilmStrip(rows, STRIP_COLUMNS);
  }

  private void cost(Report report) {
    SectionCost cost = results.cost();
    if (cost == null) {
      return;
    }
    report.section("What a section costs");
    int last = cost.seconds().length;
    Table table = Table.of("section", "tokens", "ms").digits("ms", 2);
    for (int section : new int[] {2, last / 2, last}) {
      table.row(section, cost.tokens(), 1e3 * cost.around(section));
    }
    report.table(table);
    report.text(
        "Packing %s, one video of %d sections; each time is the least of three passes, the median of five neighbours."
            .formatted(cost.spec(), last));
    double[] millis = cost.seconds().clone();
    for (int i = 0; i < millis.length; i++) {
      millis[i] *= 1e3;
    }
    report.figure(
        LineChart.of(
            "section", "ms", Series.of(cost.spec().toString(), sectionNumbers(last), millis)),
        "The context length is constant, and so is the time.");
  }

  private static double[] sectionNumbers(int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i + 1;
    }
    return numbers;
  }

  /// Mean over the last 20 steps, so that a curve of single batches can be read.
  private static double[] smoothed(double[] values) {
    double[] means = new double[values.length];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += values[i] - (i >= 20 ? values[i - 20] : 0);
      means[i] = sum / Math.min(i + 1, 20);
    }
    return means;
  }
}
