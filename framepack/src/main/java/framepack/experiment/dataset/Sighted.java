package framepack.experiment.dataset;

import java.util.HashSet;
import java.util.Set;

/// A video and what each of its pixels is a sight of, so that it is known what has to be remembered.
///
/// @param pixels [3, T, H, W] in [-1, 1]
/// @param things `[frame][pixel]`: the same number wherever the same thing is seen; [#NOTHING] for what is not followed
public record Sighted(Frames pixels, int[][] things) {
  /// Not followed.
  public static final int NOTHING = -1;

  /// Where frames after the known ones show what was seen before, but not in the newest known frame: only memory brings it
  /// back. `[frame][pixel]`, frames counted from the first one after the known.
  public boolean[][] remembered(int known) {
    Set<Integer> newest = seen(known - 1);
    Set<Integer> before = new HashSet<>();
    for (int t = 0; t < known - 1; t++) {
      before.addAll(seen(t));
    }
    before.removeAll(newest);
    boolean[][] mask = new boolean[things.length - known][];
    for (int t = 0; t < mask.length; t++) {
      int[] frame = things[known + t];
      mask[t] = new boolean[frame.length];
      for (int i = 0; i < frame.length; i++) {
        mask[t][i] = before.contains(frame[i]);
      }
    }
    return mask;
  }

  private Set<Integer> seen(int frame) {
    Set<Integer> seen = new HashSet<>();
    for (int thing : things[frame]) {
      if (thing != NOTHING) {
        seen.add(thing);
      }
    }
    return seen;
  }
}
