package framepack.experiment.metric;

import framepack.experiment.dataset.LinearPatchCodec;

/// Which part of the next section the newest history frame does not show, in a world of period P.
///
/// The camera moves one token (2 latent columns) a frame and sees 4 tokens. Frame k of the section
/// (k = 0 … section-1) shows strip tokens 1+k … 4+k from the newest history frame's first; token r
/// is hidden if `r mod P >= 4`. It was last seen P - 3 frames before the section's frame.
public final class HiddenPart {
  private static final int TOKENS = 4;
  private static final int TOKEN_WIDTH = 2;

  private HiddenPart() {}

  /// [section][8 latent columns]; true where hidden.
  public static boolean[][] columns(int period, int section) {
    boolean[][] hidden = new boolean[section][TOKENS * TOKEN_WIDTH];
    for (int k = 0; k < section; k++) {
      for (int x = 0; x < hidden[k].length; x++) {
        hidden[k][x] = (1 + k + x / TOKEN_WIDTH) % period >= TOKENS;
      }
    }
    return hidden;
  }

  /// The complement of [columns].
  public static boolean[][] visibleColumns(int period, int section) {
    boolean[][] visible = columns(period, section);
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
    return period > TOKENS ? period - (TOKENS - 1) : 0;
  }
}
