package framepack.order;

import framepack.pack.PackSpec;
import framepack.pack.Span;
import java.util.Arrays;
import java.util.stream.IntStream;

/// An order in which the sections of a video are generated (paper Fig. 2).
///
/// Sections lie at places `0 .. S-1` in video time and are generated at steps `0 .. S-1`.
public sealed interface SamplingOrder
    permits Vanilla, ForwardWithStart, InvertedOrder, EndpointOrder {

  /// The order that a packing name implies.
  static SamplingOrder of(PackSpec spec) {
    return switch (spec.order()) {
      case VANILLA -> new Vanilla();
      case ENDPOINT -> new AntiDrifting();
      case INVERTED -> new InvertedAntiDrifting();
      case FORWARD_START -> new ForwardWithStart();
    };
  }

  /// Reads `vanilla`, `forward-start`, `inverted`, `inverted-text`, `endpoint`, `endpoints:AT[,AT...]` or `far-first`.
  ///
  /// @throws IllegalArgumentException in one line for the user
  static SamplingOrder parse(String text) {
    if (text.startsWith(MultipleEndpoints.PREFIX)) {
      return MultipleEndpoints.parse(text);
    }
    SamplingOrder[] plain = {
      new Vanilla(),
      new ForwardWithStart(),
      new InvertedAntiDrifting(),
      new InvertedFromText(),
      new AntiDrifting(),
      new FarFirst()
    };
    return Arrays.stream(plain)
        .filter(order -> order.text().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "order '%s': expected vanilla, forward-start, inverted, inverted-text, endpoint, %s0.5,1 or far-first"
                    .formatted(text, MultipleEndpoints.PREFIX)));
  }

  /// The text that `parse` reads.
  String text();

  /// The order of names that have the levels this order needs.
  PackSpec.Order needs();

  /// True if the first step makes what the start of the packing lacks, so that no frame need be given.
  default boolean startsFromText() {
    return false;
  }

  /// The place that step `step` of `sections` generates.
  int place(int sections, int step);

  /// The step that generates a place.
  int step(int sections, int place);

  /// Finished places around a finished one, all in a row, when step `step` begins; not necessarily all there are.
  default Span around(int sections, int step, int place) {
    return new Span(place, 1);
  }

  /// Steps among which is one whose section has the longest tail. Where the front of the video grows, tails do.
  default IntStream longestTails(int sections) {
    return IntStream.of(sections - 1);
  }

  /// The section generated at step `index` of a plan. Any section can be asked for on its own:
  /// training draws single sections, sampling takes them in turn.
  Section section(SectionPlan plan, int index);
}
