package framepack.media;

/// Axis order of a planar video, outermost first: frames (t), colours (c), rows (h), columns (w).
public enum PlaneOrder {
  /// `[t, c, h, w]`: frame by frame, as image models and metrics want it.
  TCHW,
  /// `[c, t, h, w]`: one batch item of a video autoencoder.
  CTHW;

  /// Offset of row 0, column 0 of colour `c` in frame `t`.
  int offset(int t, int c, int frames, int plane) {
    return switch (this) {
      case TCHW -> Math.multiplyExact(t * 3 + c, plane);
      case CTHW -> Math.multiplyExact(c * frames + t, plane);
    };
  }
}
