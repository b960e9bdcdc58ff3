package framepack.pack;

import java.util.ArrayList;
import java.util.List;

/// RoPE time indices of one section: where every level and the noisy frames stand (paper §3.1).
///
/// Indices are relative to the window and start at 0; they never grow with the section number.
/// Skipped times own indices but no tokens (random access, paper §4.1).
///
/// @param levels the levels in token order, as `PackSpec.levels()`
/// @param noisy times of the generated frames
/// @param length number of indices, blank ones included
public record ContextIndex(List<Placed> levels, Span noisy, int length) {
  /// A level and the times of its frames.
  public record Placed(Level level, Span times) {}

  public ContextIndex {
    levels = List.copyOf(levels);
  }

  /// Indices of a packing, in time order
  ///
  /// - inverted: `start | before | noisy | history`, the released `[1 | p | 9 | 1 | 2 | 16]`
  /// - otherwise: `start | history | before | noisy | after | endpoint`, F1's `[1 | 16 | 2 | 1 | 9]`
  ///
  /// @param before blank frames before the noisy ones
  /// @param after blank frames between the noisy ones and the endpoint
  public static ContextIndex of(PackSpec spec, int before, int after) {
    return of(spec, spec.generated(), before, after);
  }

  /// The same for a section of which only `generated` frames stand at the noisy times.
  public static ContextIndex of(PackSpec spec, int generated, int before, int after) {
    requireGaps(spec, before, after);
    boolean inverted = spec.order() == PackSpec.Order.INVERTED;
    int afterStart = spec.startFrames();
    int history = inverted ? afterStart + before + generated : afterStart;
    int noisy = inverted ? afterStart + before : afterStart + spec.historyFrames() + before;
    int endpoint = noisy + generated + after;
    List<Placed> placed = new ArrayList<>();
    for (Level level : spec.levels()) {
      int base =
          switch (level.role()) {
            case START -> 0;
            case HISTORY -> history;
            case ENDPOINT -> endpoint;
            case ANCHOR -> throw new IllegalArgumentException("a packing has no level of anchors");
          };
      placed.add(new Placed(level, new Span(base + level.offset(), level.run().frames())));
    }
    int length = inverted ? history + spec.historyFrames() : endpoint + spec.endpointFrames();
    return new ContextIndex(placed, new Span(noisy, generated), length);
  }

  /// Times of `frames` tail frames, ascending: outside the window, so that no other index moves.
  ///
  /// Left of the window (`.. -2, -1`) if the history lies left of the generated frames, otherwise right of it. No frame
  /// at all still has the time next to the window, at which a `tc` token without frames stands.
  public Span tail(PackSpec spec, int frames) {
    int count = Math.max(1, frames);
    return new Span(spec.side() == PackSpec.Side.LEFT ? -count : length, count);
  }

  private static void requireGaps(PackSpec spec, int before, int after) {
    boolean hasAfter = !spec.endpoint().isEmpty();
    boolean hasBefore = hasAfter || spec.order() == PackSpec.Order.INVERTED;
    boolean fits =
        before >= 0 && after >= 0 && (hasBefore || before == 0) && (hasAfter || after == 0);
    if (!fits) {
      throw new IllegalArgumentException(
          "packing %s: a gap of %d frames before and %d after the generated ones does not fit its order"
              .formatted(spec, before, after));
    }
  }
}
