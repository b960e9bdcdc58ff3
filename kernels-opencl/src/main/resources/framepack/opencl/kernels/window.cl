// The windows of a convolution, as rows and columns of a packed matrix, of panels of PANEL columns.

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

#ifdef WINDOWS
// pack_windows: the element of x that tap `tap` of a convolution meets at result `position`, packed as `pack` does
// shapes  : x [batch, c, t, h, w] of any strides; packed [batch, panels, taps, PANEL] with columns = positions, or with
//           TAPS_ACROSS [1, panels, batch * positions, PANEL] with columns = taps
// assumes : packed dense; a work-item packs ACROSS neighbours of a row of a panel, of which PANEL is a multiple
// error   : none
// work    : 8 bytes an element; x is read once for every tap
// source  : framepack.tensor.op.Conv3d, framepack.tensor.op.Conv3dBackward
kernel void pack_windows(global const float *x, long x0, long8 xs, global float *packed, long p0, long matrices, int k,
                         int n, int first_panel, int panels, WINDOW_PARAMETERS) {
  long element = get_global_id(0) * ACROSS;
  if (element >= matrices * panels * k * PANEL) return;
  packed += p0 + element;
  int row = element / PANEL % k;
  long panel = element / PANEL / k;
  int first = (first_panel + panel % panels) * PANEL + element % PANEL;
  for (int c = 0; c < ACROSS; c++) {
    long at = WINDOW_PLACE(row, first + c, panel / panels);
    packed[c] = first + c < n ? x[x0 + at] : 0;
  }
}
#endif
