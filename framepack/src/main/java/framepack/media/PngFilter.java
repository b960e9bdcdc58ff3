package framepack.media;

/// The five row filters of PNG. Source: W3C PNG §9.
final class PngFilter {
  private PngFilter() {}

  /// What filter 0 to 4 (none, sub, up, average, Paeth) expects at a byte.
  ///
  /// @param left the byte one pixel before, 0 to 255
  /// @param up the byte one row above
  /// @param corner the byte one row above and one pixel before
  static int predict(int filter, int left, int up, int corner) {
    return switch (filter) {
      case 0 -> 0;
      case 1 -> left;
      case 2 -> up;
      case 3 -> (left + up) / 2;
      case 4 -> paeth(left, up, corner);
      default -> throw new BitSource.Damaged("a row has the unknown filter " + filter);
    };
  }

  private static int paeth(int left, int up, int corner) {
    int byLeft = Math.abs(up - corner);
    int byUp = Math.abs(left - corner);
    int byCorner = Math.abs(left + up - 2 * corner);
    if (byLeft <= byUp && byLeft <= byCorner) {
      return left;
    }
    return byUp <= byCorner ? up : corner;
  }
}
