package framepack.tensor.reference;

import framepack.tensor.core.View;

/// Which element of x meets which weight in a three-dimensional convolution without padding.
record Window(int c, int t, int h, int w, int kt, int kh, int kw, int ot, int oh, int ow) {
  /// For x [batch, c, t, h, w], weight [o, c, kt, kh, kw] and result [batch, o, t', h', w'].
  static Window of(View x, View weight, View y) {
    return new Window(
        Cells.extent(x, 1),
        Cells.extent(x, 2),
        Cells.extent(x, 3),
        Cells.extent(x, 4),
        Cells.extent(weight, 2),
        Cells.extent(weight, 3),
        Cells.extent(weight, 4),
        Cells.extent(y, 2),
        Cells.extent(y, 3),
        Cells.extent(y, 4));
  }

  /// Number of weights per output channel.
  int taps() {
    return c * kt * kh * kw;
  }

  /// Number of results per item and channel.
  int positions() {
    return ot * oh * ow;
  }

  /// Index in x of what weight `tap` meets at result `position` of item `batch`.
  int source(int batch, int position, int tap, int st, int sh, int sw) {
    int frame = position / (oh * ow) * st + tap / (kh * kw) % kt;
    int line = position / ow % oh * sh + tap / kw % kh;
    int column = position % ow * sw + tap % kw;
    int channel = tap / (kt * kh * kw);
    return (((batch * c + channel) * t + frame) * h + line) * w + column;
  }
}
