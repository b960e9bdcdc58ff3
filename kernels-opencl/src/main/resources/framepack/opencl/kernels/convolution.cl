// What of a convolution is no matrix product.

// conv_input_gradient: gx[b, c, t, h, w] = sum over o and the taps that met it of gy[b, o, ...] * weight[o, c, tap]
// shapes  : gy [batch, o, ot, oh, ow]; weight [o, c, kt, kh, kw]; gx [batch, c, t, h, w]
// assumes : all dense
// error   : max rel 1e-5; rounding errors of the sum are kept
// work    : 2 o kt kh kw flop an element, about what the forward pass takes
// source  : framepack.tensor.op.Conv3dBackward
kernel void conv_input_gradient(global const float *gy, long gy0, global const float *weight, long w0,
                                global float *gx, long gx0, long count, int o, int c, int t, int h, int w,
                                int kt, int kh, int kw, int ot, int oh, int ow, int st, int sh, int sw) {
  long item, from, to;
  if (!part(1, count, &item, &from, &to)) return;
  for (long i = from; i < to; i++) {
    int column = i % w, line = i / w % h, frame = i / w / h % t, channel = i / w / h / t % c;
    long b = i / w / h / t / c;
    Sum sum = zero();
    for (int a = 0; a < kt; a++) {
      if (frame < a || (frame - a) % st != 0 || (frame - a) / st >= ot) continue;
      for (int d = 0; d < kh; d++) {
        if (line < d || (line - d) % sh != 0 || (line - d) / sh >= oh) continue;
        for (int e = 0; e < kw; e++) {
          if (column < e || (column - e) % sw != 0 || (column - e) / sw >= ow) continue;
          long position = ((long)(frame - a) / st * oh + (line - d) / sh) * ow + (column - e) / sw;
          for (int f = 0; f < o; f++) {
            float g = gy[gy0 + (b * o + f) * ot * oh * ow + position];
            add(&sum, g * weight[w0 + ((((long)f * c + channel) * kt + a) * kh + d) * kw + e]);
          }
        }
      }
    }
    gx[gx0 + i] = total(sum);
  }
}
