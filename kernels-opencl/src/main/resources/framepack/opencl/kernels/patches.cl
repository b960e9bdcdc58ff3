// Latents to tokens and back.

typedef struct { int c, t, h, w, kt, kh, kw; } Cut;

static inline int tiles(int extent, int kernel_extent) { return (extent + kernel_extent - 1) / kernel_extent; }

// Where element (b, c, frame, line, column) of the padded volume lies among the patches.
static inline long in_patches(Cut cut, long b, int c, int frame, int line, int column) {
  long nh = tiles(cut.h, cut.kh), nw = tiles(cut.w, cut.kw), nt = tiles(cut.t, cut.kt);
  long token = ((b * nt + frame / cut.kt) * nh + line / cut.kh) * nw + column / cut.kw;
  return (((token * cut.c + c) * cut.kt + frame % cut.kt) * cut.kh + line % cut.kh) * cut.kw + column % cut.kw;
}

// patches: y[b, token, (c, dt, dh, dw)] = x[b, c, t, h, w], edges repeated beyond the end
// shapes  : x [batch, c, t, h, w] of any strides; y [batch, tokens, c * kt * kh * kw]
// assumes : y dense
// error   : none
// work    : 8 bytes an element
// source  : framepack.tensor.op.Patches
kernel void patches(global const float *x, long x0, long8 xs, global float *y, long y0, long count,
                    int c, int t, int h, int w, int kt, int kh, int kw) {
  long row, from, to;
  if (!part(1, count, &row, &from, &to)) return;
  int nh = tiles(h, kh), nw = tiles(w, kw), nt = tiles(t, kt);
  for (long i = from; i < to; i++) {
    long rest = i;
    int dw = rest % kw;
    rest /= kw;
    int dh = rest % kh;
    rest /= kh;
    int dt = rest % kt;
    rest /= kt;
    int channel = rest % c;
    rest /= c;
    int column = min(w - 1, (int)(rest % nw) * kw + dw);
    rest /= nw;
    int line = min(h - 1, (int)(rest % nh) * kh + dh);
    rest /= nh;
    int frame = min(t - 1, (int)(rest % nt) * kt + dt);
    long b = rest / nt;
    y[y0 + i] = x[x0 + b * xs.s3 + channel * xs.s4 + frame * xs.s5 + line * xs.s6 + column * xs.s7];
  }
}

// patches_backward: gx[b, c, t, h, w] = sum of gy over the places that x went to
// shapes  : gx [batch, c, t, h, w]; gy [batch, tokens, c * kt * kh * kw]
// assumes : both dense
// error   : rounding errors are kept: one rounding of the sum
// work    : 8 bytes an element
// source  : framepack.tensor.op.PatchesBackward
kernel void patches_backward(global const float *gy, long gy0, global float *gx, long gx0, long count,
                             int c, int t, int h, int w, int kt, int kh, int kw) {
  long row, from, to;
  if (!part(1, count, &row, &from, &to)) return;
  Cut cut = {c, t, h, w, kt, kh, kw};
  for (long i = from; i < to; i++) {
    int column = i % w, line = i / w % h, frame = i / w / h % t, channel = i / w / h / t % c;
    long b = i / w / h / t / c;
    int last_frame = frame == t - 1 ? tiles(t, kt) * kt - 1 : frame;
    int last_line = line == h - 1 ? tiles(h, kh) * kh - 1 : line;
    int last_column = column == w - 1 ? tiles(w, kw) * kw - 1 : column;
    Sum sum = zero();
    for (int f = frame; f <= last_frame; f++) {
      for (int l = line; l <= last_line; l++) {
        for (int k = column; k <= last_column; k++) add(&sum, gy[gy0 + in_patches(cut, b, channel, f, l, k)]);
      }
    }
    gx[gx0 + i] = total(sum);
  }
}
