package framepack.order;

import framepack.pack.Level;
import framepack.pack.PackSpec;
import framepack.pack.PatchKernel;
import framepack.pack.Run;
import framepack.pack.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Latent frames that the user gives inside or at the end of the video: an end frame, keyframes. They are clean latents
/// with indices and exist before the first section.
///
/// An anchor fills every slot of a packing that its frame falls into, as the released code does with an end image
/// (`history[0]` of musubi-tuner; diffusers replaces the same latent, but in the first section only). With `ALWAYS` each
/// anchor also has a level of its own, one frame at the kernel of the nearest history, in every section.
///
/// @param frames latent frames of the video, ascending
/// @param view where sections see them
public record Anchors(List<Integer> frames, View view) {
  /// No anchors.
  public static final Anchors NONE = new Anchors(List.of(), View.ALWAYS);

  private static final String PACKED_PREFIX = "packed:";
  private static final String END = "end";

  /// Where sections see an anchor.
  public enum View {
    /// in every section, for one frame's tokens each
    ALWAYS,
    /// only where the packing has a slot for that frame: no tokens of their own, the released way
    PACKED
  }

  public Anchors {
    frames = List.copyOf(frames);
    for (int i = 0; i < frames.size(); i++) {
      if (frames.get(i) < 0 || i > 0 && frames.get(i) <= frames.get(i - 1)) {
        throw new IllegalArgumentException(
            "anchors %s: expected latent frames from 0, ascending, each once".formatted(frames));
      }
    }
  }

  /// Anchors in view of every section.
  public static Anchors at(Integer... frames) {
    return new Anchors(List.of(frames), View.ALWAYS);
  }

  /// Reads `[packed:]FRAME[,FRAME...]`, a frame being a number or `end`.
  ///
  /// @param latents latent frames of the video; `end` is the one just behind the last
  /// @throws IllegalArgumentException in one line for the user
  public static Anchors parse(String text, int latents) {
    boolean packed = text.startsWith(PACKED_PREFIX);
    String list = packed ? text.substring(PACKED_PREFIX.length()) : text;
    List<Integer> frames = new ArrayList<>();
    for (String item : list.split(",", -1)) {
      frames.add(item.equals(END) ? latents : frame(item, text));
    }
    List<Integer> ascending = frames.stream().sorted().toList();
    return new Anchors(ascending, packed ? View.PACKED : View.ALWAYS);
  }

  private static int frame(String item, String text) {
    if (!item.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "anchors '%s': expected latent frames such as 12,36 or 'end', found '%s'"
              .formatted(text, item));
    }
    return Integer.parseInt(item);
  }

  /// True if the user gives this frame.
  public boolean contains(int frame) {
    return java.util.Collections.binarySearch(frames, frame) >= 0;
  }

  /// Levels of their own, in time order; none with `PACKED`.
  List<Source> sources(PackSpec spec, WindowClock clock, int length) {
    if (view == View.PACKED) {
      return List.of();
    }
    PatchKernel kernel = spec.nearest().kernel();
    int latest = Math.max(length, clock.noisy().end() + Paddings.most(spec.generated()));
    List<Source> sources = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      int time = Math.clamp(clock.at(frames.get(i)), 0, latest);
      Level level = new Level(Level.Role.ANCHOR, new Run(1, kernel), i);
      sources.add(new Source(level, new Times(List.of(time)), List.of(frames.get(i))));
    }
    return sources;
  }

  /// The text form.
  @Override
  public String toString() {
    return (view == View.PACKED ? PACKED_PREFIX : "")
        + frames.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
