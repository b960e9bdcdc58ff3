package framepack.experiment.compare;

import framepack.experiment.compare.Variant.Finished;
import framepack.experiment.report.Table;
import framepack.experiment.run.Measure;
import framepack.experiment.statistics.Bootstrap.Interval;
import framepack.experiment.statistics.Elo;
import framepack.experiment.statistics.Holm;
import framepack.experiment.statistics.PairedTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Variants against one another, seed by seed.
final class Pairs {
  /// Up to so many variants everyone meets everyone; beyond, everyone meets the first.
  private static final int ALL_PAIRS = 6;

  private Pairs() {}

  /// Two variants in one measure, by their cells in a table.
  ///
  /// @param corrected p of the t-test, by Holm over all pairs of the measure
  record Compared(Object a, Object b, PairedTest test, double corrected) {}

  /// All pairs that have a seed in common, the later variant minus the earlier one.
  static List<Compared> compared(List<Variant> variants, Measure measure) {
    List<Object[]> names = new ArrayList<>();
    List<PairedTest> tests = new ArrayList<>();
    for (int i = 0; i < variants.size(); i++) {
      for (int j = i + 1; j < variants.size(); j++) {
        if (i > 0 && variants.size() > ALL_PAIRS) {
          continue;
        }
        PairedTest test = test(variants.get(j), variants.get(i), measure);
        if (test.pairs() > 0) {
          names.add(new Object[] {variants.get(j).cell(), variants.get(i).cell()});
          tests.add(test);
        }
      }
    }
    return corrected(names, tests);
  }

  private static List<Compared> corrected(List<Object[]> names, List<PairedTest> tests) {
    double[] p = Holm.adjusted(tests.stream().mapToDouble(PairedTest::student).toArray());
    List<Compared> compared = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      compared.add(new Compared(names.get(i)[0], names.get(i)[1], tests.get(i), p[i]));
    }
    return compared;
  }

  /// `a` minus `b` over the seeds that both have.
  static PairedTest test(Variant a, Variant b, Measure measure) {
    List<double[]> pairs = common(a, b, measure);
    return PairedTest.of(
        pairs.stream().mapToDouble(pair -> pair[0]).toArray(),
        pairs.stream().mapToDouble(pair -> pair[1]).toArray());
  }

  /// Values of `a` and `b` for every seed that both have.
  static List<double[]> common(Variant a, Variant b, Measure measure) {
    List<double[]> pairs = new ArrayList<>();
    for (Finished one : a.finished()) {
      for (Finished other : b.finished()) {
        double x = Variant.value(one, measure);
        double y = Variant.value(other, measure);
        if (one.seed() == other.seed() && Double.isFinite(x) && Double.isFinite(y)) {
          pairs.add(new double[] {x, y});
        }
      }
    }
    return pairs;
  }

  static Table table(List<Compared> pairs, Measure measure) {
    Table table = Table.of("variant", "against", "seeds", "difference", "d", "p (Holm)", "exact p");
    for (Compared pair : pairs) {
      Interval d = pair.test().difference();
      table.row(
          pair.a(),
          pair.b(),
          pair.test().pairs(),
          new Table.Between(d.mean(), d.low(), d.high()),
          pair.test().effect(),
          pair.corrected(),
          pair.test().signFlip());
    }
    table.digits("difference", Math.max(1, measure.digits())).digits("d", 1);
    return table.digits("p (Holm)", 3).digits("exact p", 3);
  }

  /// Elo of every variant from all wins by seed and measure.
  static Map<String, Double> ratings(List<Variant> variants, List<Measure> measures) {
    List<Elo.Match> matches = new ArrayList<>();
    for (Variant a : variants) {
      for (Variant b : variants.subList(variants.indexOf(a) + 1, variants.size())) {
        for (Finished one : a.finished()) {
          for (Finished other : b.finished()) {
            if (one.seed() == other.seed()) {
              measures.forEach(measure -> matches.add(match(a, b, one, other, measure)));
            }
          }
        }
      }
    }
    return Elo.mean(variants.stream().map(Variant::name).toList(), matches);
  }

  private static Elo.Match match(
      Variant a, Variant b, Finished one, Finished other, Measure measure) {
    double x = Variant.value(one, measure);
    double y = Variant.value(other, measure);
    double score = measure.better().prefers(x, y) ? 1 : measure.better().prefers(y, x) ? 0 : 0.5;
    return new Elo.Match(a.name(), b.name(), score);
  }
}
