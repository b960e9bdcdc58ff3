package framepack.media;

/// How luma and chroma are weighed from red, green and blue (ITU-T H.273, MatrixCoefficients).
enum YuvMatrix {
  BT601(0.299, 0.114),
  BT709(0.2126, 0.0722);

  final double red;
  final double green;
  final double blue;

  YuvMatrix(double red, double blue) {
    this.red = red;
    this.green = 1 - red - blue;
    this.blue = blue;
  }

  /// Code 1 is BT.709; 2 (unspecified) and the rest are read as BT.601, as FFmpeg does.
  static YuvMatrix ofCode(int code) {
    return code == 1 ? BT709 : BT601;
  }
}
