package framepack.experiment.compare;

import framepack.experiment.compare.Variant.Finished;
import framepack.experiment.metric.Quality;
import framepack.experiment.report.Figure;
import framepack.experiment.report.FilmStrip;
import framepack.experiment.report.LineChart;
import framepack.experiment.report.Report;
import framepack.experiment.report.ScatterChart;
import framepack.experiment.report.Series;
import framepack.experiment.report.Table;
import framepack.experiment.report.VideoGroup;
import framepack.experiment.run.Cost;
import framepack.experiment.run.Measure;
import framepack.experiment.run.Measure.Better;
import framepack.experiment.run.RunDirectory;
import framepack.experiment.statistics.Bootstrap.Interval;
import framepack.media.Clip;
import framepack.media.ClipReader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// One part of a sweep: variants of one task, side by side.
final class PartReport {
  private static final int COLOURS = 8;
  private static final int MOST_VIDEOS = 9;
  private static final int STRIP_COLUMNS = 12;
  private static final int SMOOTHED = 20;

  /// Costs further apart than this factor are drawn on a logarithmic axis.
  private static final double WIDE = 8;

  private final List<Variant> variants;
  private final List<Measure> measures;

  PartReport(List<Variant> variants) {
    this.variants = variants;
    this.measures = Measure.of(variants.getFirst().finished().getFirst().results());
  }

  void appendTo(Report report) {
    report.table(costs());
    report.table(worth(measures.stream().filter(measure -> !measure.isQuality()).toList()));
    List<Measure> qualities = measures.stream().filter(Measure::isQuality).toList();
    if (!qualities.isEmpty()) {
      report.folded(
          "Drift of qualities that need no truth", inner -> inner.table(worth(qualities)));
    }
    pareto(report);
    memory(report);
    along(report);
    if (!variants.getFirst().curve("ssim").isEmpty()) {
      report.folded("Qualities along the video", this::qualities);
    }
    videos(report);
    tests(report);
    report.folded("Training loss", inner -> grouped(inner, this::losses, "Mean over seeds."));
  }

  /// What a variant takes, and the one number that says most of what it gives.
  private Table costs() {
    List<String> columns =
        new ArrayList<>(
            List.of("variant", "seeds", "history tokens", "tokens", "step (ms)", "memory (MiB)"));
    headline().ifPresent(measure -> columns.add(measure.title()));
    columns.add("Elo");
    Table table = Table.of(columns.toArray(String[]::new));
    Map<String, Double> ratings =
        Pairs.ratings(
            variants, measures.stream().filter(m -> !(m.isQuality() && m.isSigned())).toList());
    for (Variant variant : variants) {
      List<Object> row = new ArrayList<>();
      row.add(new Table.Code(variant.name()));
      row.add(variant.finished().size());
      row.add((long) variant.cost(Cost::contextTokens));
      row.add((long) variant.cost(Cost::tokens));
      row.add(variant.cost(Cost::stepMillis));
      row.add(variant.cost(Cost::trainingBytes) / (1 << 20));
      headline().ifPresent(measure -> row.add(cell(variant, measure)));
      row.add(ratings.get(variant.name()));
      table.row(row.toArray());
    }
    table.digits("step (ms)", 1).digits("memory (MiB)", 0).digits("Elo", 0);
    headline().ifPresent(measure -> marked(table, measure));
    return table.bestIsHighest("Elo");
  }

  private Table worth(List<Measure> shown) {
    List<String> columns = new ArrayList<>(List.of("variant"));
    shown.forEach(measure -> columns.add(measure.title()));
    Table table = Table.of(columns.toArray(String[]::new));
    for (Variant variant : variants) {
      List<Object> row = new ArrayList<>(List.of(new Table.Code(variant.name())));
      shown.forEach(measure -> row.add(cell(variant, measure)));
      table.row(row.toArray());
    }
    shown.forEach(measure -> marked(table, measure));
    return table;
  }

  private static Table.Between cell(Variant variant, Measure measure) {
    Interval interval = variant.interval(measure);
    return new Table.Between(interval.mean(), interval.low(), interval.high());
  }

  private static void marked(Table table, Measure measure) {
    table.digits(measure.title(), measure.digits());
    if (measure.better() == Better.HIGHER) {
      table.bestIsHighest(measure.title());
    } else if (measure.better() == Better.LOWER) {
      table.bestIsLowest(measure.title());
    }
  }

  /// What the packing is for: memory at the longest lag, or little drift.
  private Optional<Measure> headline() {
    List<Measure> hidden = measures.stream().filter(Measure::isHidden).toList();
    return hidden.isEmpty()
        ? named("remembered").or(() -> named("drift"))
        : Optional.of(hidden.getLast());
  }

  private Optional<Measure> named(String key) {
    return measures.stream().filter(measure -> measure.key().equals(key)).findFirst();
  }

  private void pareto(Report report) {
    Optional<Measure> headline = headline();
    if (headline.isEmpty() || variants.size() < 2) {
      return;
    }
    Measure measure = headline.get();
    List<ScatterChart.Point> points = new ArrayList<>();
    for (Variant variant : variants) {
      Interval interval = variant.interval(measure);
      points.add(
          new ScatterChart.Point(
              variant.name(),
              variant.cost(Cost::contextTokens),
              interval.mean(),
              interval.low(),
              interval.high(),
              variant.values(measure),
              points.size() % COLOURS));
    }
    boolean highest = measure.better() == Better.HIGHER;
    double[] tokens = points.stream().mapToDouble(ScatterChart.Point::x).toArray();
    boolean wide =
        Arrays.stream(tokens).max().orElse(1) > WIDE * Arrays.stream(tokens).min().orElse(1);
    report.figure(
        new ScatterChart("history tokens", measure.title(), points, wide, highest),
        "Cost against quality. Small dots are seeds; the dashed line joins what nothing else beats in both.");
  }

  private void memory(Report report) {
    forgetting(report, Measure::isHidden, "PSNR of the hidden part (dB)");
    forgetting(report, Measure::isHiddenSimilarity, "SSIM of the hidden part");
  }

  private void forgetting(Report report, Predicate<Measure> which, String title) {
    List<Measure> hidden = measures.stream().filter(which).toList();
    if (hidden.size() < 2) {
      return;
    }
    double[] lags = hidden.stream().mapToDouble(Measure::lag).toArray();
    grouped(
        report,
        group -> {
          List<Series> series = new ArrayList<>();
          for (Variant variant : group) {
            List<Interval> points = hidden.stream().map(variant::interval).toList();
            series.add(series(variant.name(), lags, points).withDots());
          }
          return LineChart.of("frames since last seen", title, series);
        },
        "Forgetting against lag.");
  }

  private void along(Report report) {
    if (variants.getFirst().curve("psnr").isEmpty()) {
      return;
    }
    Map<String, String> views = new LinkedHashMap<>();
    views.put("psnr", "section in video time");
    views.put("psnr.generation", "section in order of generation");
    views.put("psnr.exact", "section at its exact time");
    for (List<Variant> group : groups()) {
      List<Report.Captioned> figures = new ArrayList<>();
      views.forEach((key, label) -> figure(group, key, "PSNR (dB)", label).ifPresent(figures::add));
      report.figures(figures);
    }
  }

  /// Structure against the truth, and every quality M over video time and over the order of generation.
  private void qualities(Report report) {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("ssim", "SSIM");
    titles.put("ms-ssim", "MS-SSIM");
    for (Quality quality : Quality.values()) {
      titles.put("quality." + quality.key(), quality.key());
    }
    for (List<Variant> group : groups()) {
      titles.forEach((key, title) -> {
        List<Report.Captioned> figures = new ArrayList<>();
        figure(group, key, title, "section in video time").ifPresent(figures::add);
        figure(group, key + ".generation", title, "section in order of generation")
            .ifPresent(figures::add);
        if (!figures.isEmpty()) {
          report.figures(figures);
        }
      });
    }
  }

  /// A curve of every variant that has it, beside the truth's level where there is one.
  private Optional<Report.Captioned> figure(
      List<Variant> group, String key, String title, String along) {
    List<Series> series = new ArrayList<>();
    for (Variant variant : group) {
      List<Interval> points = variant.curve(key);
      if (!points.isEmpty()) {
        series.add(series(variant.name(), counted(points.size()), points));
      }
    }
    if (series.isEmpty()) {
      return Optional.empty();
    }
    String truth = key.replace("quality.", "truth.").replace(".generation", "");
    List<Interval> level = group.getFirst().curve(truth);
    String caption = title + " by " + along + ".";
    if (!level.isEmpty() && !truth.equals(key)) {
      caption += String.format(Locale.ROOT, " The truth has %.3g.", level.getFirst().mean());
    }
    return Optional.of(new Report.Captioned(LineChart.of(along, title, series), caption));
  }

  private static double[] counted(int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i + 1;
    }
    return numbers;
  }

  private static Series series(String name, double[] x, List<Interval> points) {
    double[] y = points.stream().mapToDouble(Interval::mean).toArray();
    double[] low = points.stream().mapToDouble(Interval::low).toArray();
    double[] high = points.stream().mapToDouble(Interval::high).toArray();
    return Series.of(name, x, y).band(low, high);
  }

  private LineChart losses(List<Variant> group) {
    List<Series> series = new ArrayList<>();
    for (Variant variant : group) {
      List<double[]> curves =
          variant.finished().stream().map(run -> run.directory().losses()).toList();
      double[] mean = new double[curves.getFirst().length];
      for (double[] curve : curves) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += curve[i] / curves.size();
        }
      }
      series.add(thinned(variant.name(), mean));
    }
    return LineChart.of("training step", "loss", series).withLogY();
  }

  /// Means of runs of steps, at most 200 points, so that single batches do not hide the course.
  private static Series thinned(String name, double[] losses) {
    int run = Math.max(Math.min(SMOOTHED, losses.length), Math.ceilDiv(losses.length, 200));
    int count = losses.length / run;
    double[] x = new double[count];
    double[] y = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = (i + 0.5) * run;
      for (int j = 0; j < run; j++) {
        y[i] += losses[i * run + j] / run;
      }
    }
    return Series.of(name, x, y);
  }

  /// One chart, or one for each order of sections where one would have more lines than there are colours.
  private void grouped(Report report, Function<List<Variant>, Figure> chart, String caption) {
    for (List<Variant> group : groups()) {
      report.figure(chart.apply(group), caption);
    }
  }

  private List<List<Variant>> groups() {
    if (variants.size() <= COLOURS) {
      return List.of(variants);
    }
    Map<Object, List<Variant>> byOrder = new LinkedHashMap<>();
    for (Variant variant : variants) {
      byOrder
          .computeIfAbsent(variant.example().config().packing().order(), _ -> new ArrayList<>())
          .add(variant);
    }
    return List.copyOf(byOrder.values());
  }

  private void videos(Report report) {
    List<FilmStrip.Row> rows = new ArrayList<>();
    for (Variant variant : variants) {
      Finished first = variant.finished().getFirst();
      RunDirectory directory = first.directory();
      if (!Files.exists(directory.generated()) || rows.size() >= MOST_VIDEOS) {
        continue;
      }
      if (rows.isEmpty()) {
        rows.add(new FilmStrip.Row("truth", ClipReader.read(directory.truth())));
      }
      rows.add(new FilmStrip.Row(variant.name(), ClipReader.read(directory.generated())));
    }
    if (rows.isEmpty()) {
      return;
    }
    long seed = variants.getFirst().finished().getFirst().seed();
    report.figure(
        new FilmStrip(rows, STRIP_COLUMNS),
        "The first test video of seed %d: the truth, then as it was made.".formatted(seed));
    List<VideoGroup.Item> items = new ArrayList<>();
    for (FilmStrip.Row row : rows) {
      Clip clip = row.clip();
      items.add(new VideoGroup.Item(row.label(), clip));
    }
    report.figure(new VideoGroup(items), "The same, in motion and in step.");
  }

  private void tests(Report report) {
    Optional<Measure> headline = headline();
    if (headline.isEmpty() || variants.size() < 2) {
      return;
    }
    for (Measure measure : measures) {
      List<Pairs.Compared> pairs = Pairs.compared(variants, measure);
      if (pairs.isEmpty() || measure.isQuality() && measure.isSigned()) {
        continue;
      }
      if (measure.equals(headline.get())) {
        report.text("Differences in " + measure.title() + ", seed by seed:");
        report.table(Pairs.table(pairs, measure));
      } else {
        report.folded(
            "Differences in " + measure.title(), inner -> inner.table(Pairs.table(pairs, measure)));
      }
    }
  }
}
