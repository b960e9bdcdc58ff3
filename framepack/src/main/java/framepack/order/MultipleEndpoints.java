package framepack.order;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Several sections first, spread over the video, then the gaps between them from the left (paper Fig. 2d).
///
/// Endpoints are generated in the order in which they are stated, each from what exists then.
///
/// @param at where they lie: 1 is the last section, 0.5 ends at half of the video
public record MultipleEndpoints(List<Double> at) implements EndpointOrder {
  static final String PREFIX = "endpoints:";

  /// More would be a list of all sections.
  private static final int MOST = 1000;

  public MultipleEndpoints {
    at = List.copyOf(at);
    if (at.isEmpty() || at.size() > MOST || at.stream().anyMatch(x -> !(x > 0 && x <= 1))) {
      throw new IllegalArgumentException(
          "endpoints %s: expected 1..%d places, each above 0 and at most 1".formatted(at, MOST));
    }
  }

  static MultipleEndpoints parse(String text) {
    try {
      return new MultipleEndpoints(
          Arrays.stream(text.substring(PREFIX.length()).split(",", -1))
              .map(Double::valueOf)
              .toList());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "order '%s': expected places in the video, such as %s0.5,1".formatted(text, PREFIX), e);
    }
  }

  @Override
  public String text() {
    return PREFIX + at.stream().map(MultipleEndpoints::number).collect(Collectors.joining(","));
  }

  private static String number(double x) {
    return x == Math.rint(x) ? String.valueOf((long) x) : String.valueOf(x);
  }

  /// Places of the endpoints in the order of generation; places that coincide count once.
  private int[] ahead(int sections) {
    return at.stream()
        .mapToInt(x -> Math.max((int) Math.rint(x * sections), 1) - 1)
        .distinct()
        .toArray();
  }

  @Override
  public int place(int sections, int step) {
    int[] ahead = ahead(sections);
    if (step < ahead.length) {
      return ahead[step];
    }
    int place = step - ahead.length;
    for (int endpoint : sorted(ahead)) {
      place += endpoint <= place ? 1 : 0;
    }
    return place;
  }

  @Override
  public int step(int sections, int place) {
    int[] ahead = ahead(sections);
    int before = 0;
    for (int i = 0; i < ahead.length; i++) {
      if (ahead[i] == place) {
        return i;
      }
      before += ahead[i] < place ? 1 : 0;
    }
    return ahead.length + place - before;
  }

  @Override
  public IntStream longestTails(int sections) {
    return IntStream.concat(IntStream.range(0, ahead(sections).length), IntStream.of(sections - 1));
  }

  @Override
  public Neighbours neighbours(int sections, int step) {
    int[] ahead = ahead(sections);
    int place = place(sections, step);
    int left = -1;
    int right = sections;
    for (int endpoint : Arrays.copyOf(ahead, Math.min(step, ahead.length))) {
      left = endpoint < place ? Math.max(left, endpoint) : left;
      right = endpoint > place ? Math.min(right, endpoint) : right;
    }
    boolean fills = step >= ahead.length;
    return new Neighbours(fills ? place - 1 : left, right, fills ? place - 1 - left : 0);
  }

  @Override
  public int finished(int sections, int step) {
    int[] ahead = ahead(sections);
    int front = step < ahead.length ? 0 : place(sections, step) + 1;
    for (int endpoint : sorted(Arrays.copyOf(ahead, Math.min(step + 1, ahead.length)))) {
      front += endpoint == front ? 1 : 0;
    }
    return front;
  }

  private static int[] sorted(int[] places) {
    return Arrays.stream(places).sorted().toArray();
  }
}
