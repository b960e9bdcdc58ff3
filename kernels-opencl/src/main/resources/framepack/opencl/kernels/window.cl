// The windows of a convolution, as rows and columns of a packed matrix.

// Taps of the window, extents of the result, steps of the window.
#define WINDOW_PARAMETERS int kt, int kh, int kw, int ot, int oh, int ow, int st, int sh, int sw

// Where in x, of the strides xs [batch, c, t, h, w] in s3..s7, the entry of `row` and `column` lies: rows are taps, columns positions
// of results of item `item`, or with TAPS_ACROSS rows are positions of all items and columns are taps.
#ifdef TAPS_ACROSS
#define WINDOW_PLACE(row, column, item) window_place(xs, (row) / (ot * oh * ow), column, (row) % (ot * oh * ow), kt, kh, kw, oh, ow, st, sh, sw)
#else
#define WINDOW_PLACE(row, column, item) window_place(xs, item, row, column, kt, kh, kw, oh, ow, st, sh, sw)
#endif

static inline long window_place(long8 xs, long item, int tap, int position, int kt, int kh, int kw, int oh, int ow,
                                int st, int sh, int sw) {
  int frame = position / (oh * ow) * st + tap / (kh * kw) % kt;
  int line = position / ow % oh * sh + tap / kw % kh;
  int column = position % ow * sw + tap % kw;
  return item * xs.s3 + tap / (kt * kh * kw) * xs.s4 + frame * xs.s5 + line * xs.s6 + column * xs.s7;
}
