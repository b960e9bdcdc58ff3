package framepack.experiment.compare;

import framepack.experiment.report.Report;
import framepack.experiment.report.Table;
import framepack.experiment.run.Measure;
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
      for (Measure measure : Measure.of(here.getFirst().a.finished().getFirst().results())) {
        List<String[]> rows = new ArrayList<>();
        List<PairedTest> tests = new ArrayList<>();
        for (Both pair : here) {
          PairedTest test = Pairs.test(pair.b, pair.a, measure);
          if (test.pairs() > 0) {
            rows.add(new String[] {pair.a.name(), left});
            tests.add(test);
          }
        }
        if (!tests.isEmpty()) {
          Table table = Pairs.table(Pairs.corrected(rows, tests), measure);
          report.text(measure.title()).table(table);
        }
      }
    }
    return report;
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
