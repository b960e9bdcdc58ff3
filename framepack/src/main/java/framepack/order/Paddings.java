package framepack.order;

/// How far away a section is shown what lies across a gap of blank frames.
final class Paddings {
  /// Up to this many sections the paddings are the true distances.
  private static final int TRUE_UP_TO = 4;

  /// The models never saw a larger gap, in sections.
  private static final int MOST = 3;

  private Paddings() {}

  /// Sections shown between a section and what it moves towards: `S-1, ..., 1, 0` for `S <= 4`, else
  /// `[3] + [2]*(S-3) + [1, 0]`.
  ///
  /// Repeating 2 looks better than expanding (demo_gradio.py).
  ///
  /// @param sections number of sections `S`
  /// @param index generation step, `0..S-1`
  static int of(int sections, int index) {
    int remaining = sections - 1 - index;
    if (sections <= TRUE_UP_TO || remaining < 2) {
      return remaining;
    }
    return index == 0 ? MOST : 2;
  }

  /// Longest gap that is shown, in frames.
  static int most(int generated) {
    return MOST * generated;
  }
}
