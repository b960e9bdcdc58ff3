package framepack.order;

import framepack.pack.Level;
import framepack.pack.PackSpec;
import framepack.pack.Span;
import framepack.pack.Tail;
import framepack.pack.TokenCount;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// All sections of one video: `known` given latent frames, then `sections` times `g` generated ones.
///
/// Video frames are counted from the first given one. The released layouts know one frame (the
/// encoded image), so a plan of `S` sections has `9S + 1` latents and `36S + 1` pixel frames.
///
/// @param spec the packing; its name implies the order
/// @param sections number of sections `S`, at least 1
/// @param known latent frames given at the start of the video: 1 for an image, more for a clip to continue, 0 for text
/// only
/// @param order which section comes next
/// @param anchors latent frames given elsewhere
public record SectionPlan(
    PackSpec spec, int sections, int known, SamplingOrder order, Anchors anchors) {
  private static final double FRAMES_PER_SECOND = 30;
  private static final int MOST_LATENTS = 100_000_000;

  public SectionPlan {
    if (sections < 1 || known < 0 || (long) sections * spec.generated() + known > MOST_LATENTS) {
      throw new IllegalArgumentException(
          "section plan of %s: expected sections >= 1, known frames >= 0 and at most %d latents in"
                  .formatted(spec, MOST_LATENTS)
              + " all, got %d sections and %d known frames".formatted(sections, known));
    }
    if (spec.endpointFrames() > spec.generated()) {
      throw new IllegalArgumentException(
          "section plan of %s: the endpoint has %d frames, a section only %d"
              .formatted(spec, spec.endpointFrames(), spec.generated()));
    }
    if (order.needs() != spec.order()) {
      throw new IllegalArgumentException(
          "section plan of %s: its levels are those of the order '%s', they do not fit '%s'"
              .formatted(spec, SamplingOrder.of(spec).text(), order.text()));
    }
    if (head(spec, known, order) >= spec.generated()) {
      throw new IllegalArgumentException(
          "section plan of %s: its first section makes %d start frames and the end of the video, so it needs more than %d frames"
              .formatted(spec, head(spec, known, order), spec.generated()));
    }
    int latents = known + sections * spec.generated();
    for (int anchor : anchors.frames()) {
      if (anchor < known || anchor > latents) {
        throw new IllegalArgumentException(
            "section plan of %s: anchor %d is not among the frames to make, %d..%d, or just behind them (%d, 'end')"
                .formatted(spec, anchor, known, latents - 1, latents));
      }
    }
  }

  /// A plan in the order that the packing's name implies, without anchors.
  public SectionPlan(PackSpec spec, int sections, int known) {
    this(spec, sections, known, SamplingOrder.of(spec), Anchors.NONE);
  }

  /// A plan as the released demos make it: one known frame, length in seconds at 30 fps.
  public static SectionPlan ofSeconds(PackSpec spec, double seconds) {
    return new SectionPlan(spec, sectionsFor(seconds, spec.generated()), 1);
  }

  /// Sections of a video: `max(round(seconds·30 / (4·window)), 1)`, half to even as in Python.
  public static int sectionsFor(double seconds, int window) {
    double sections = seconds * FRAMES_PER_SECOND / (4.0 * window);
    if (!(seconds > 0) || window < 1 || sections > MOST_LATENTS) {
      throw new IllegalArgumentException(
          "video length: expected positive seconds, at most %d sections, and a window of at least 1, got %s s, window %d"
              .formatted(MOST_LATENTS, seconds, window));
    }
    return Math.max((int) Math.rint(sections), 1);
  }

  /// The same video in another order.
  public SectionPlan with(SamplingOrder order) {
    return new SectionPlan(spec, sections, known, order, anchors);
  }

  /// The same video with these anchors.
  public SectionPlan with(Anchors anchors) {
    return new SectionPlan(spec, sections, known, order, anchors);
  }

  /// The section generated at step `index`.
  public Section section(int index) {
    if (index < 0 || index >= sections) {
      throw new IndexOutOfBoundsException(
          "section %d of a plan with %d sections".formatted(index, sections));
    }
    return order.section(this, index);
  }

  /// All sections in the order of generation.
  public List<Section> all() {
    return IntStream.range(0, sections).mapToObj(this::section).toList();
  }

  /// The section that sees the most: appended tails grow, nothing else does. Where sections are made ahead, the last one
  /// need not have the longest.
  public Section largest() {
    if (spec.tailRule() != Tail.APPEND) {
      return section(sections - 1);
    }
    return order
        .longestTails(sections)
        .mapToObj(this::section)
        .max(Comparator.comparingInt(section -> section.tail().count()))
        .orElseThrow();
  }

  /// Tokens of the [#largest] section, its anchors included, for latents of `height` x `width`.
  public TokenCount tokens(int height, int width) {
    Section section = largest();
    List<Level> anchored = section.sources(Level.Role.ANCHOR).stream().map(Source::level).toList();
    return spec.tokens(height, width, section.tail().count()).with(anchored, height, width);
  }

  /// Latent frames of the finished video, given ones included.
  public int latents() {
    return known + sections * spec.generated();
  }

  /// Pixel frames of the finished video.
  public int pixelFrames() {
    return DecodeWindow.pixelFrames(latents());
  }

  /// Latent frames that a run has to hold: the video's, and an anchor just behind it.
  public int stored() {
    return anchors.contains(latents()) ? latents() + 1 : latents();
  }

  /// True if a frame of the video is there when step `index` begins: given, or generated earlier.
  public boolean exists(int frame, int index) {
    if (frame < known || anchors.contains(frame)) {
      return frame >= 0;
    }
    if (frame < firstOf(0)) {
      return index > 0; // made in step 0
    }
    return frame < latents()
        && order.step(sections, (frame - firstOf(0)) / spec.generated()) < index;
  }

  /// Frames behind the given ones that step 0 makes besides the last place's: what the start of the packing lacks, in an
  /// order that starts from text. The last place is shorter by as many.
  int head() {
    return head(spec, known, order);
  }

  private static int head(PackSpec spec, int known, SamplingOrder order) {
    return order.startsFromText() ? Math.max(0, spec.startFrames() - known) : 0;
  }

  /// Frames around one that exists when step `index` begins, all of which exist too: those of finished sections in a row,
  /// all given ones, or an anchor alone. Where sections come one after the other, these are all.
  Span stretch(int frame, int index) {
    int place = Math.floorDiv(frame - firstOf(0), spec.generated());
    if (frame < known) {
      return new Span(0, known);
    }
    if (frame < firstOf(0) || frame >= latents() || order.step(sections, place) >= index) {
      return new Span(frame, 1);
    }
    Span places = order.around(sections, index, place);
    int first = firstOf(places.first());
    return new Span(first, Math.min(firstOf(places.end()), latents()) - first);
  }

  /// All frames that are there when step `index` begins, ascending.
  public List<Integer> existing(int index) {
    return IntStream.range(0, stored()).filter(frame -> exists(frame, index)).boxed().toList();
  }

  /// The first anchor at or after `frame`, `otherwise` if it is not before that.
  int anchorFrom(int frame, int otherwise) {
    return anchors.frames().stream()
        .filter(anchor -> anchor >= frame && anchor < otherwise)
        .findFirst()
        .orElse(otherwise);
  }

  /// The last anchor before `frame`, `otherwise` if it is not after that.
  int anchorBefore(int frame, int otherwise) {
    return anchors.frames().reversed().stream()
        .filter(anchor -> anchor < frame && anchor > otherwise)
        .findFirst()
        .orElse(otherwise);
  }

  /// First video frame of the stretch at `place`, counted in video time.
  int firstOf(int place) {
    return known + head() + place * spec.generated();
  }

  /// What a forward order can decode after the stretch at `place` (demo_gradio_f1.py).
  DecodeWindow forwardWindow(int place) {
    int g = spec.generated();
    int end = firstOf(place) + g;
    return place == 0
        ? DecodeWindow.opening(0, end)
        : DecodeWindow.joined(end - 2 * g, 2 * g, g, false);
  }
}
