package framepack.order;

import java.util.stream.IntStream;

/// Far sections before near ones, coarse before fine: the last section, then the middle of every gap, the farthest first
/// (after the planned anti-drifting of FramePack-P1, of which neither code nor exact order are published).
///
/// Every section lies between finished ones or the known frames, so it depends on at most `log2 S` generated sections in
/// a row. The strides from the end of the video are powers of two: `2^k, ..., 2, 1`.
public record FarFirst() implements EndpointOrder {
  @Override
  public String text() {
    return "far-first";
  }

  @Override
  public int place(int sections, int step) {
    return sections - 1 - distance(sections, step);
  }

  /// Places between the section of a step and the last one.
  private static int distance(int sections, int step) {
    if (step == 0) {
      return 0;
    }
    int stride = Integer.highestOneBit(sections - 1);
    int begun = 1;
    while (step - begun >= multiples(sections, stride)) {
      begun += multiples(sections, stride);
      stride /= 2;
    }
    return (2 * (step - begun) + 1) * stride;
  }

  /// Odd multiples of `stride` among the distances `1 .. sections-1`.
  private static int multiples(int sections, int stride) {
    return ((sections - 1) / stride + 1) / 2;
  }

  @Override
  public int step(int sections, int place) {
    int distance = sections - 1 - place;
    if (distance == 0) {
      return 0;
    }
    int own = Integer.lowestOneBit(distance);
    int step = 1 + distance / own / 2;
    for (int stride = Integer.highestOneBit(sections - 1); stride > own; stride /= 2) {
      step += multiples(sections, stride);
    }
    return step;
  }

  @Override
  public IntStream longestTails(int sections) {
    return IntStream.range(0, sections);
  }

  @Override
  public Neighbours neighbours(int sections, int step) {
    int place = place(sections, step);
    int stride = Integer.lowestOneBit(sections - 1 - place);
    return step == 0
        ? new Neighbours(-1, sections, 0)
        : new Neighbours(Math.max(place - stride, -1), place + stride, 0);
  }

  @Override
  public int finished(int sections, int step) {
    int front = 0;
    while (front < sections && step(sections, front) <= step) {
      front++;
    }
    return front;
  }
}
