package framepack.order;

import framepack.pack.PackSpec;
import java.util.List;
import java.util.stream.IntStream;

/// All sections of one video: `known` given latent frames, then `sections` times `g` generated ones.
///
/// Video frames are counted from the first given one. The released layouts know one frame (the
/// encoded image), so a plan of `S` sections has `9S + 1` latents and `36S + 1` pixel frames.
///
/// @param spec the packing; its name implies the order
/// @param sections number of sections `S`, at least 1
/// @param known latent frames given at the start of the video; 0 means text only
public record SectionPlan(PackSpec spec, int sections, int known) {
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
          "video length: expected positive seconds and a window of at least 1, got %s s, window %d"
              .formatted(seconds, window));
    }
    return Math.max((int) Math.rint(sections), 1);
  }

  /// The order of the sections.
  public SamplingOrder order() {
    return SamplingOrder.of(spec);
  }

  /// The section generated at step `index`.
  public Section section(int index) {
    if (index < 0 || index >= sections) {
      throw new IndexOutOfBoundsException(
          "section %d of a plan with %d sections".formatted(index, sections));
    }
    return order().section(this, index);
  }

  /// All sections in the order of generation.
  public List<Section> all() {
    return IntStream.range(0, sections).mapToObj(this::section).toList();
  }

  /// Latent frames of the finished video, given ones included.
  public int latents() {
    return known + sections * spec.generated();
  }

  /// Pixel frames of the finished video.
  public int pixelFrames() {
    return DecodeWindow.pixelFrames(latents());
  }

  /// First video frame of the stretch at `place`, counted in video time.
  int firstOf(int place) {
    return known + place * spec.generated();
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
