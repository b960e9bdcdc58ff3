// Changes of resolution over dense volumes.

// avg_pool: y = mean over blocks (kt, kh, kw)
// shapes  : x [outer, t * kt, h * kh, w * kw]; y [outer, t, h, w]
// assumes : both dense
// error   : max rel 2e-6; rounding errors of the sum are kept
// work    : 4 bytes an element of x
// source  : framepack.tensor.op.AvgPool3d
kernel void avg_pool(global const float *x, long x0, global float *y, long y0, long count, int t, int h, int w,
                     int kt, int kh, int kw) {
  long row, from, to;
  if (!part(1, count, &row, &from, &to)) return;
  for (long i = from; i < to; i++) {
    long column = i % w * kw, line = i / w % h * kh, frame = i / w / h * kt;
    Sum sum = zero();
    for (int a = 0; a < kt; a++) {
      for (int b = 0; b < kh; b++) {
        long at = x0 + (((frame + a) * h * kh) + line + b) * w * kw + column;
        for (int c = 0; c < kw; c++) add(&sum, x[at + c]);
      }
    }
    y[y0 + i] = total(sum) / (kt * kh * kw);
  }
}

// upsample_nearest: every element repeated (st, sh, sw) times
// shapes  : x [outer, t, h, w] / (st, sh, sw); y [outer, t, h, w]
// assumes : both dense
// error   : none
// work    : 4 bytes an element of y
// source  : framepack.tensor.op.UpsampleNearest
kernel void upsample_nearest(global const float *x, long x0, global float *y, long y0, long count, int t, int h, int w,
                             int st, int sh, int sw) {
  long row, from, to;
  if (!part(1, count, &row, &from, &to)) return;
  for (long i = from; i < to; i++) {
    long outer = i / w / h / t;
    long frame = outer * (t / st) + i / w / h % t / st;
    y[y0 + i] = x[x0 + (frame * (h / sh) + i / w % h / sh) * (w / sw) + i % w / sw];
  }
}

// Where the centre of pixel `i` of `to` lies among `from` pixels: (i + 1/2) from / to - 1/2, in whole numbers, so that no
// digit is lost in large pictures.
static inline float centre(long i, int from, int to, int *before) {
  long twice = clamp((2 * i + 1) * from - to, 0L, 2L * to * (from - 1));
  *before = twice / (2 * to);
  return (float)(twice % (2 * to)) / (2 * to);
}

// resize_bilinear: half-pixel centres, edges clamped
// shapes  : x [planes, h, w]; y [planes, height, width]
// assumes : both dense
// error   : max rel 2e-6
// work    : 4 bytes an element of y
// source  : torch interpolate(align_corners=False), framepack.tensor.op.ResizeBilinear
kernel void resize_bilinear(global const float *x, long x0, global float *y, long y0, long count, int h, int w,
                            int height, int width) {
  long row, from, to;
  if (!part(1, count, &row, &from, &to)) return;
  for (long i = from; i < to; i++) {
    int top, left;
    float down = centre(i / width % height, h, height, &top), across = centre(i % width, w, width, &left);
    int bottom = min(top + 1, h - 1), right = min(left + 1, w - 1);
    global const float *plane = x + x0 + i / width / height * h * w;
    float upper = plane[(long)top * w + left] + across * (plane[(long)top * w + right] - plane[(long)top * w + left]);
    float lower =
        plane[(long)bottom * w + left] + across * (plane[(long)bottom * w + right] - plane[(long)bottom * w + left]);
    y[y0 + i] = upper + down * (lower - upper);
  }
}
