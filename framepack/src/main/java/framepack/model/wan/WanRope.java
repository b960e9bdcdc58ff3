package framepack.model.wan;

import framepack.model.Rope3d;

/// Wan's split of a head: height and width get `2 (head / 6)` rotary channels each, time the rest; angles in double
/// precision, rounded once (diffusers `WanRotaryPosEmbed`).
public final class WanRope {
  private static final double THETA = 10_000;

  private WanRope() {}

  /// Phases of heads of `head` channels, even.
  public static Rope3d of(int head) {
    if (head < 6 || head % 2 != 0) {
      throw new IllegalArgumentException("rope: expected an even head of at least 6, got " + head);
    }
    int space = 2 * (head / 6);
    return new Rope3d(head - 2 * space, space, space, THETA, Rope3d.Angles.F64);
  }
}
