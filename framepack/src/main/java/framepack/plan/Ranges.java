package framepack.plan;

import framepack.pack.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Integers as the runs they consist of.
record Ranges(List<Range> runs) {
  /// The integers `first..last`.
  record Range(int first, int last) {
    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + ".." + last;
    }
  }

  static Ranges of(int... values) {
    List<Range> runs = new ArrayList<>();
    for (int value : values) {
      boolean next = !runs.isEmpty() && runs.getLast().last + 1 == value;
      int first = next ? runs.removeLast().first : value;
      runs.add(new Range(first, value));
    }
    return new Ranges(runs);
  }

  static Ranges of(List<Span> spans) {
    List<Range> runs = new ArrayList<>();
    for (Span span : spans) {
      boolean next = !runs.isEmpty() && runs.getLast().last + 1 == span.first();
      int first = next ? runs.removeLast().first : span.first();
      runs.add(new Range(first, span.end() - 1));
    }
    return new Ranges(runs);
  }

  /// The runs of all of these, one after the other.
  static Ranges joined(List<Ranges> parts) {
    return of(
        parts.stream()
            .flatMap(part -> part.runs.stream())
            .flatMapToInt(run -> IntStream.rangeClosed(run.first, run.last))
            .toArray());
  }

  /// As `3..5, 9`; a dash for none.
  @Override
  public String toString() {
    return runs.isEmpty() ? "-" : String.join(", ", runs.stream().map(Range::toString).toList());
  }
}
