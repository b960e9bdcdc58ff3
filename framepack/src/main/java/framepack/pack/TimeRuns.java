package framepack.pack;

import java.util.List;

/// Times that one token stands for, as runs of consecutive ones: however many they are, they take little memory.
public record TimeRuns(List<Span> runs) {
  public TimeRuns {
    runs = List.copyOf(runs);
    if (runs.isEmpty() || runs.stream().anyMatch(run -> run.count() < 1)) {
      throw new IllegalArgumentException("times of a token: expected at least one, got " + runs);
    }
  }

  /// Consecutive times.
  public static TimeRuns of(Span run) {
    return new TimeRuns(List.of(run));
  }

  /// The last of all times.
  long latest() {
    return runs.stream().mapToLong(run -> run.end() - 1L).max().orElseThrow();
  }

  /// The first time of every run.
  long[] firsts() {
    return runs.stream().mapToLong(Span::first).toArray();
  }

  /// The number of times of every run.
  int[] counts() {
    return runs.stream().mapToInt(Span::count).toArray();
  }
}
