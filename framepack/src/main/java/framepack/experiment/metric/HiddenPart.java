package framepack.experiment.metric;

import framepack.experiment.dataset.LinearPatchCodec;
import framepack.experiment.dataset.StripWorld;

/// Which part of the next section the newest history frame does not show, in a world of period P.
///
/// The camera moves by a quarter of its frame. Frame k of the section (k = 0 … section-1) shows
/// quarters 1+k … 4+k of the strip from the newest history frame's first; quarter r is hidden if
/// `r mod P >= 4`. It was last seen P - 3 frames before the section's frame.
public final class HiddenPart {
  private HiddenPart() {}

  /// [section][side], latent columns of frames that are `side` wide; true where hidden.
  public static boolean[][] columns(int period, int section, int side) {
    boolean[][] hidden = new boolean[section][side];
    int step = side / StripWorld.STEPS;
    for (int k = 0; k < section; k++) {
      for (int x = 0; x < hidden[k].length; x++) {
        hidden[k][x] = (1 + k + x / step) % period >= StripWorld.STEPS;
      }
    }
    return hidden;
  }

  /// The complement of [columns].
  public static boolean[][] visibleColumns(int period, int section, int side) {
    boolean[][] visible = columns(period, section, side);
    for (boolean[] row : visible) {
      for (int x = 0; x < row.length; x++) row[x] = !row[x];
    }
    return visible;
  }

  /// Latent columns as the columns of pixels that they stand for, [section][8 · columns].
  public static boolean[][] pixels(boolean[][] columns) {
    boolean[][] pixels = new boolean[columns.length][];
    for (int k = 0; k < columns.length; k++) {
      pixels[k] = new boolean[columns[k].length * LinearPatchCodec.PATCH];
      for (int x = 0; x < pixels[k].length; x++) {
        pixels[k][x] = columns[k][x / LinearPatchCodec.PATCH];
      }
    }
    return pixels;
  }

  /// Frames since the hidden part was last seen; 0 when nothing is hidden (period up to 4).
  public static int lag(int period) {
    return period > StripWorld.STEPS ? period - (StripWorld.STEPS - 1) : 0;
  }
}
