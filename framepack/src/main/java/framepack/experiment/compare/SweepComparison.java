package framepack.experiment.compare;

import framepack.experiment.report.Report;
import framepack.experiment.report.Table;
import framepack.experiment.run.Measure;
import framepack.experiment.statistics.Bootstrap.Interval;
import framepack.experiment.statistics.Holm;
import framepack.experiment.statistics.PairedTest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Two sweeps against each other: variants of the same part and name, seed by seed.
public final class SweepComparison {
  private final Sweep a;
  private final Sweep b;

  /// @param a the one that `b` is compared with
  public SweepComparison(Sweep a, Sweep b) {
    this.a = a;
    this.b = b;
  }

  private record Both(String part, Variant a, Variant b) {}

  public Report page() {
    String left = a.experiment().name();
    String right = b.experiment().name();
    List<Both> both = both();
    Report report =
        new Report(
            right + " against " + left,
            "%d variants are in both; differences are %s minus %s, paired by seed."
                .formatted(both.size(), right, left));
    if (both.isEmpty()) {
      return report.text(
          "Nothing is finished in both. Variants meet by part and name: %s has %s, %s has %s."
              .formatted(left, names(a), right, names(b)));
    }
    for (String part : a.parts().keySet()) {
      List<Both> here = both.stream().filter(pair -> pair.part.equals(part)).toList();
      if (here.isEmpty()) {
        continue;
      }
      report.section(part);
      List<Measure> measures = Measure.of(here.getFirst().a.finished().getFirst().results());
      measures.stream().filter(m -> !m.isQuality()).forEach(m -> differences(report, here, m));
      List<Measure> qualities = measures.stream().filter(Measure::isQuality).toList();
      if (!qualities.isEmpty()) {
        report.folded(
            "Qualities that need no truth",
            inner -> qualities.forEach(m -> differences(inner, here, m)));
      }
    }
    return report;
  }

  /// One measure of every variant: both means over the common seeds, and their difference.
  private void differences(Report report, List<Both> here, Measure measure) {
    List<Both> rows = new ArrayList<>();
    List<PairedTest> tests = new ArrayList<>();
    for (Both pair : here) {
      PairedTest test = Pairs.test(pair.b, pair.a, measure);
      if (test.pairs() > 0) {
        rows.add(pair);
        tests.add(test);
      }
    }
    if (tests.isEmpty()) {
      return;
    }
    String left = a.experiment().name();
    String right = b.experiment().name();
    Table table =
        Table.of("variant", left, right, "seeds", "difference", "d", "p (Holm)", "exact p");
    double[] corrected = Holm.adjusted(tests.stream().mapToDouble(PairedTest::student).toArray());
    for (int i = 0; i < corrected.length; i++) {
      Both pair = rows.get(i);
      PairedTest test = tests.get(i);
      Interval d = test.difference();
      table.row(
          pair.a.cell(),
          mean(pair, measure, 1),
          mean(pair, measure, 0),
          test.pairs(),
          new Table.Between(d.mean(), d.low(), d.high()),
          test.effect(),
          corrected[i],
          test.signFlip());
    }
    for (String column : List.of(left, right, "difference")) {
      table.digits(column, Math.max(1, measure.digits()));
    }
    report.text(measure.title());
    report.table(table.digits("d", 1).digits("p (Holm)", 3).digits("exact p", 3));
  }

  private static double mean(Both pair, Measure measure, int which) {
    return Pairs.common(pair.b, pair.a, measure).stream()
        .mapToDouble(values -> values[which])
        .average()
        .orElse(Double.NaN);
  }

  private List<Both> both() {
    List<Both> both = new ArrayList<>();
    a.parts()
        .forEach((part, variants) -> {
          for (Variant one : variants) {
            for (Variant other : b.parts().getOrDefault(part, List.of())) {
              boolean done = !one.finished().isEmpty() && !other.finished().isEmpty();
              if (one.name().equals(other.name()) && done) {
                both.add(new Both(part, one, other));
              }
            }
          }
        });
    return both;
  }

  private static Set<String> names(Sweep sweep) {
    Set<String> names = new LinkedHashSet<>();
    sweep
        .parts()
        .forEach((part, variants) ->
            variants.forEach(variant -> names.add(part + " " + variant.name())));
    return names;
  }
}
