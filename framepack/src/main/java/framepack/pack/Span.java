package framepack.pack;

import java.util.Arrays;

/// The consecutive integers `first .. first + count - 1`, here RoPE time indices.
public record Span(int first, int count) {
  public Span {
    if (count < 0) {
      throw new IllegalArgumentException("span: count must not be negative, got " + count);
    }
  }

  /// One past the last index.
  public int end() {
    return first + count;
  }

  /// The indices, ascending.
  public int[] toArray() {
    int[] all = new int[count];
    Arrays.setAll(all, i -> first + i);
    return all;
  }
}
