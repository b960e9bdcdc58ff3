package framepack.pack;

import java.util.ArrayList;
import java.util.List;

/// RoPE time indices of some frames, one a frame, in any order and with any gaps (random access, paper §3.1).
public record Times(List<Integer> values) {
  public Times {
    values = List.copyOf(values);
  }

  /// Consecutive times.
  public static Times of(Span span) {
    List<Integer> values = new ArrayList<>(span.count());
    for (int i = 0; i < span.count(); i++) {
      values.add(span.first() + i);
    }
    return new Times(values);
  }

  /// Time of the first frame.
  public int first() {
    return values.getFirst();
  }

  /// Number of frames.
  public int count() {
    return values.size();
  }

  /// The times, in the order of the frames.
  public int[] toArray() {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
