package framepack.order;

/// Blank sections between a section and what lies ahead of it, in the order of generation.
final class Paddings {
  /// Up to this many sections the paddings are the true distances.
  private static final int TRUE_UP_TO = 4;

  private Paddings() {}

  /// `S-1, ..., 1, 0` for `S <= 4`, else `[3] + [2]*(S-3) + [1, 0]`.
  ///
  /// The models never saw a larger gap: repeating 2 looks better than expanding (demo_gradio.py).
  ///
  /// @param sections number of sections `S`
  /// @param index generation step, `0..S-1`
  static int of(int sections, int index) {
    int remaining = sections - 1 - index;
    if (sections <= TRUE_UP_TO || remaining < 2) {
      return remaining;
    }
    return index == 0 ? 3 : 2;
  }
}
