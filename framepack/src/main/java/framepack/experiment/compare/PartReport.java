package framepack.experiment.compare;

import framepack.experiment.compare.Variant.Finished;
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
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// One part of a sweep: variants of one task, side by side.
final class PartReport {
  private static final int COLOURS = 8;
  private static final int MOST_VIDEOS = 9;
  private static final int COLUMNS = 6;

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
    worth(report, measures.stream().filter(measure -> !measure.isQuality()).toList());
    List<Measure> qualities = measures.stream().filter(Measure::isQuality).toList();
    if (!qualities.isEmpty()) {
      report.folded("Drift of qualities that need no truth", inner -> worth(inner, qualities));
    }
    pareto(report);
    Curves curves = new Curves(groups(), measures);
    curves.forgetting(report);
    curves.along(report);
    if (curves.hasQualities()) {
      report.folded("Qualities along the video", curves::qualities);
    }
    videos(report);
    tests(report);
    report.folded("Training loss", this::losses);
  }

  /// What a variant takes, and the one number that says most of what it gives.
  private Table costs() {
    List<String> columns = new ArrayList<>(List.of("variant"));
    boolean labelled = variants.stream().anyMatch(Variant::isLabelled);
    if (labelled) {
      columns.add("packing");
    }
    columns.addAll(List.of("seeds", "history tokens", "tokens", "step (ms)", "memory (MiB)"));
    headline().ifPresent(measure -> columns.add(measure.title()));
    columns.add("Elo");
    Table table = Table.of(columns.toArray(String[]::new));
    Map<String, Double> ratings =
        Pairs.ratings(
            variants, measures.stream().filter(m -> !(m.isQuality() && m.isSigned())).toList());
    for (Variant variant : variants) {
      List<Object> row = new ArrayList<>();
      row.add(variant.cell());
      if (labelled) {
        row.add(new Table.Code(variant.example().config().packing().toString()));
      }
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

  /// As many tables as it takes for each to fit the page.
  private void worth(Report report, List<Measure> shown) {
    for (List<Measure> part : evenly(shown, COLUMNS).toList()) {
      report.table(worth(part));
    }
  }

  private Table worth(List<Measure> shown) {
    List<String> columns = new ArrayList<>(List.of("variant"));
    shown.forEach(measure -> columns.add(measure.title()));
    Table table = Table.of(columns.toArray(String[]::new));
    for (Variant variant : variants) {
      List<Object> row = new ArrayList<>(List.of(variant.cell()));
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

  /// What the packing is for: memory at the longest lag, or a good end of a long video. Little drift alone is no good: what is
  /// bad from the start drifts least.
  private Optional<Measure> headline() {
    List<Measure> hidden = measures.stream().filter(Measure::isHidden).toList();
    return hidden.isEmpty()
        ? named("remembered").or(() -> named("last"))
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

  /// One chart, or several where one would have more lines than there are colours.
  private void losses(Report report) {
    for (List<Variant> group : groups()) {
      List<Series> series = group.stream().map(PartReport::loss).flatMap(Optional::stream).toList();
      if (!series.isEmpty()) {
        report.figure(LineChart.of("training step", "loss", series).withLogY(), "Mean over seeds.");
      }
    }
  }

  /// Empty for runs that were handed on without their metrics.
  private static Optional<Series> loss(Variant variant) {
    List<double[]> curves =
        variant.finished().stream()
            .map(run -> run.directory().losses())
            .filter(losses -> losses.length > 0)
            .toList();
    if (curves.isEmpty()) {
      return Optional.empty();
    }
    double[] mean = new double[curves.getFirst().length];
    for (double[] curve : curves) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += curve[i] / curves.size();
      }
    }
    return Optional.of(thinned(variant.name(), mean));
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

  /// What the file labels stays as the file has it, packings go by their order of sections.
  private List<List<Variant>> groups() {
    if (variants.size() <= COLOURS || variants.stream().anyMatch(Variant::isLabelled)) {
      return evenly(variants, COLOURS).toList();
    }
    Map<Object, List<Variant>> byOrder = new LinkedHashMap<>();
    for (Variant variant : variants) {
      byOrder
          .computeIfAbsent(variant.example().config().packing().order(), _ -> new ArrayList<>())
          .add(variant);
    }
    return byOrder.values().stream().flatMap(group -> evenly(group, COLOURS)).toList();
  }

  /// Parts of at most so many, of about the same size.
  private static <T> Stream<List<T>> evenly(List<T> all, int most) {
    int parts = Math.ceilDiv(all.size(), most);
    int size = Math.ceilDiv(all.size(), Math.max(1, parts));
    return IntStream.range(0, parts)
        .mapToObj(i -> all.subList(i * size, Math.min(all.size(), (i + 1) * size)));
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
      if (measure.equals(headline.get()) || measure.key().equals("drift")) {
        report.text("Differences in " + measure.title() + ", seed by seed:");
        report.table(Pairs.table(pairs, measure));
      } else {
        report.folded(
            "Differences in " + measure.title(), inner -> inner.table(Pairs.table(pairs, measure)));
      }
    }
  }
}
