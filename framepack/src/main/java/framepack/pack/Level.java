package framepack.pack;

import java.util.ArrayList;
import java.util.List;

/// One stretch of context tokens: a run of frames and what these frames are to the section.
///
/// @param role where the frames come from
/// @param run how many, by which kernel
/// @param offset frames of the same role that stand before this run in time
public record Level(Role role, Run run, int offset) {
  /// Where a level's frames come from.
  public enum Role {
    /// given first frames, written left of `_x_`
    START,
    /// frames next to the section
    HISTORY,
    /// frames of an already generated section ahead, written right of `_x_`
    ENDPOINT,
    /// one frame that the user gives, wherever it stands; no part of a name
    ANCHOR
  }

  /// Levels of runs that follow each other in time.
  static List<Level> inTime(Role role, List<Run> runs) {
    List<Level> levels = new ArrayList<>();
    int offset = 0;
    for (Run run : runs) {
      levels.add(new Level(role, run, offset));
      offset += run.frames();
    }
    return levels;
  }
}
