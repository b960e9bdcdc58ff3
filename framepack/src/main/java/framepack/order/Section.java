package framepack.order;

import framepack.pack.ContextIndex;
import framepack.pack.Level;
import framepack.pack.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// One section to generate: its place in the video and everything it sees.
///
/// @param index step of generation, from 0
/// @param first first latent frame of the video that it generates
/// @param count latent frames that it generates
/// @param padding blank sections ahead of it (0 for orders without a gap)
/// @param sources context levels in token order
/// @param noisy RoPE times of the generated frames
/// @param decodes windows that can be decoded once it is done, in this order
public record Section(
    int index,
    int first,
    int count,
    int padding,
    List<Source> sources,
    Span noisy,
    List<DecodeWindow> decodes) {

  public Section {
    sources = List.copyOf(sources);
    decodes = List.copyOf(decodes);
  }

  /// Last latent frame that it generates.
  public int last() {
    return first + count - 1;
  }

  /// The levels of one role, in time order.
  public List<Source> sources(Level.Role role) {
    return sources.stream()
        .filter(source -> source.level().role() == role)
        .sorted((a, b) -> Integer.compare(a.times().first(), b.times().first()))
        .toList();
  }

  /// Fills the levels of an index: level frames are consecutive, starting where each role starts.
  ///
  /// @param exists tells whether a video frame is there yet
  static List<Source> fill(
      ContextIndex index, int start, int history, int endpoint, IntPredicate exists) {
    List<Source> sources = new ArrayList<>();
    for (ContextIndex.Placed placed : index.levels()) {
      Level level = placed.level();
      int base =
          switch (level.role()) {
            case START -> start;
            case HISTORY -> history;
            case ENDPOINT -> endpoint;
          };
      List<Integer> frames = new ArrayList<>();
      for (int i = 0; i < level.run().frames(); i++) {
        int frame = base + level.offset() + i;
        frames.add(exists.test(frame) ? frame : Source.MISSING);
      }
      sources.add(new Source(level, placed.times(), frames));
    }
    return sources;
  }
}
