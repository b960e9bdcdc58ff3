package framepack.experiment.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A table: numbers to the right and with the same decimals down a column, the best marked.
///
/// A cell is a text, a [Number], an [Interval], a [Between] or a [Code].
public final class Table {
  private final List<String> columns;
  private final List<List<Object>> rows = new ArrayList<>();
  private final Map<Integer, Integer> digits = new HashMap<>();
  private final Map<Integer, Boolean> highestIsBest = new HashMap<>();

  /// A mean and what to add and take away for its confidence interval.
  public record Interval(double mean, double half) {}

  /// A mean and the ends of an interval that need not lie evenly around it; ends that are not numbers are not shown.
  public record Between(double mean, double low, double high) {}

  /// A command or name in fixed width.
  public record Code(String text) {}

  private Table(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  public static Table of(String... columns) {
    return new Table(List.of(columns));
  }

  /// Adds a row with one cell a column.
  public Table row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "a row of %d cells for the %d columns %s"
              .formatted(cells.length, columns.size(), columns));
    }
    rows.add(List.of(cells));
    return this;
  }

  /// Decimals of the numbers in a column; without it as many as suit them all.
  public Table digits(String column, int decimals) {
    digits.put(index(column), decimals);
    return this;
  }

  /// Marks the highest value of a column, or all that equal it.
  public Table bestIsHighest(String column) {
    highestIsBest.put(index(column), true);
    return this;
  }

  public Table bestIsLowest(String column) {
    highestIsBest.put(index(column), false);
    return this;
  }

  private int index(String column) {
    int index = columns.indexOf(column);
    if (index < 0) {
      throw new IllegalArgumentException("no column '" + column + "' among " + columns);
    }
    return index;
  }

  void appendTo(Markup html) {
    html.open("div", "class", "wide").open("table").open("thead").open("tr");
    for (int c = 0; c < columns.size(); c++) {
      String style = isNumeric(c) ? "number" : "words";
      html.element("th", columns.get(c), "scope", "col", "class", style);
    }
    html.close("tr").close("thead").open("tbody");
    for (List<Object> row : rows) {
      html.open("tr");
      for (int c = 0; c < row.size(); c++) {
        cell(html, row.get(c), c);
      }
      html.close("tr");
    }
    html.close("tbody").close("table").close("div");
  }

  private void cell(Markup html, Object cell, int column) {
    int decimals = digits.computeIfAbsent(column, this::commonDigits);
    boolean best = Double.isFinite(value(cell)) && value(cell) == best(column);
    String style = (isNumeric(column) ? "number" : "words") + (best ? " best" : "");
    html.open("td", "class", style);
    switch (cell) {
      case Interval(double mean, double half) -> {
        html.text(Numbers.format(mean, decimals));
        if (Double.isFinite(half)) {
          html.element("small", " \u00b1\u00a0" + Numbers.format(half, decimals));
        }
      }
      case Between(double mean, double low, double high) -> {
        html.text(Numbers.format(mean, decimals));
        if (Double.isFinite(low) && Double.isFinite(high)) {
          String ends = Numbers.format(low, decimals) + ", " + Numbers.format(high, decimals);
          html.element("small", " [" + ends + "]", "class", "ends");
        }
      }
      case Number number -> html.text(Numbers.format(number.doubleValue(), decimals));
      case Code(String text) -> html.element("code", text);
      default -> html.text(cell.toString());
    }
    html.close("td");
  }

  private int commonDigits(int column) {
    return Numbers.commonDigits(rows.stream().mapToDouble(r -> value(r.get(column))).toArray());
  }

  /// The best value of a column that has one, else not a number, which equals nothing.
  private double best(int column) {
    Boolean highest = highestIsBest.get(column);
    double best = Double.NaN;
    for (List<Object> row : rows) {
      double value = value(row.get(column));
      if (highest != null && Double.isFinite(value)) {
        boolean better = Double.isNaN(best) || (highest ? value > best : value < best);
        best = better ? value : best;
      }
    }
    return best;
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty()
        && rows.stream()
            .map(row -> row.get(column))
            .allMatch(cell ->
                cell instanceof Number || cell instanceof Interval || cell instanceof Between);
  }

  private static double value(Object cell) {
    return switch (cell) {
      case Interval interval -> interval.mean;
      case Between between -> between.mean;
      case Number number -> number.doubleValue();
      default -> Double.NaN;
    };
  }
}
