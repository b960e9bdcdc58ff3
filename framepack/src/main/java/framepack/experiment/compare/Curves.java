package framepack.experiment.compare;

import framepack.experiment.metric.Quality;
import framepack.experiment.report.LineChart;
import framepack.experiment.report.Report;
import framepack.experiment.report.Series;
import framepack.experiment.run.Measure;
import framepack.experiment.statistics.Bootstrap.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// What a part's variants do over lag, over video time and over the order of generation, one chart for each group of variants.
///
/// @param groups of no more variants than there are colours
record Curves(List<List<Variant>> groups, List<Measure> measures) {
  /// More intervals than these in one chart hide each other; tables have them.
  private static final int BANDS = 4;

  private static final String VIDEO_TIME = "section in video time";
  private static final String GENERATION = "section in order of generation";

  /// Memory against the time since a place was last seen.
  void forgetting(Report report) {
    forgetting(report, Measure::isHidden, "PSNR of the hidden part (dB)");
    forgetting(report, Measure::isHiddenSimilarity, "SSIM of the hidden part");
  }

  private void forgetting(Report report, Predicate<Measure> which, String title) {
    List<Measure> hidden = measures.stream().filter(which).toList();
    if (hidden.size() < 2) {
      return;
    }
    double[] lags = hidden.stream().mapToDouble(Measure::lag).toArray();
    for (List<Variant> group : groups) {
      List<Series> series = new ArrayList<>();
      for (Variant variant : group) {
        List<Interval> points = hidden.stream().map(variant::interval).toList();
        series.add(series(group, variant.name(), lags, points).withDots());
      }
      report.figure(
          LineChart.of("frames since last seen", title, series), "Forgetting against lag.");
    }
  }

  /// Error along the video.
  void along(Report report) {
    for (List<Variant> group : groups) {
      Map<String, String> views = new LinkedHashMap<>();
      views.put("psnr", VIDEO_TIME);
      if (isMadeOtherwise(group, "psnr")) {
        views.put("psnr.generation", GENERATION);
      }
      views.put("psnr.exact", "section at its exact time");
      List<Report.Captioned> figures = new ArrayList<>();
      views.forEach((key, label) -> figure(group, key, "PSNR (dB)", label).ifPresent(figures::add));
      if (!figures.isEmpty()) {
        report.figures(figures);
      }
    }
  }

  boolean hasQualities() {
    return !groups.getFirst().getFirst().curve("ssim").isEmpty();
  }

  /// Structure against the truth, and every quality M over video time and over the order of generation.
  void qualities(Report report) {
    Map<String, String> titles = new LinkedHashMap<>();
    titles.put("ssim", "SSIM");
    titles.put("ms-ssim", "MS-SSIM");
    for (Quality quality : Quality.values()) {
      titles.put("quality." + quality.key(), quality.key());
    }
    titles.put("quality." + Measure.NETWORK, "different from the truth by the network");
    for (List<Variant> group : groups) {
      titles.forEach((key, title) -> {
        List<Report.Captioned> figures = new ArrayList<>();
        figure(group, key, title, VIDEO_TIME).ifPresent(figures::add);
        if (isMadeOtherwise(group, key)) {
          figure(group, key + ".generation", title, GENERATION).ifPresent(figures::add);
        }
        if (!figures.isEmpty()) {
          report.figures(figures);
        }
      });
    }
  }

  /// Whether some video is not made in the order of its time; otherwise both views are the same.
  private static boolean isMadeOtherwise(List<Variant> group, String key) {
    return group.stream().anyMatch(v -> !v.curve(key).equals(v.curve(key + ".generation")));
  }

  /// A curve of every variant that has it; the truth's level is said where there is one.
  private static Optional<Report.Captioned> figure(
      List<Variant> group, String key, String title, String along) {
    List<Series> series = new ArrayList<>();
    for (Variant variant : group) {
      List<Interval> points = variant.curve(key);
      if (!points.isEmpty()) {
        series.add(series(group, variant.name(), counted(points.size()), points));
      }
    }
    if (series.isEmpty()) {
      return Optional.empty();
    }
    String caption = title + " by " + along + ".";
    if (key.startsWith("quality.")) {
      String truth = key.replace("quality.", "truth.").replace(".generation", "");
      double level = group.getFirst().curve(truth).getFirst().mean();
      caption += String.format(Locale.ROOT, " The truth has %.3g.", level);
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

  private static Series series(
      List<Variant> group, String name, double[] x, List<Interval> points) {
    double[] y = points.stream().mapToDouble(Interval::mean).toArray();
    Series line = Series.of(name, x, y);
    if (group.size() > BANDS) {
      return line;
    }
    double[] low = points.stream().mapToDouble(Interval::low).toArray();
    double[] high = points.stream().mapToDouble(Interval::high).toArray();
    return line.band(low, high);
  }
}
