// Rotary position embedding of interleaved pairs, with or without an RMS norm before it: one group of work-items a head.

// rope: y[2i] = x[2i] cos[2i] - x[2i+1] sin[2i], y[2i+1] = x[2i+1] cos[2i+1] + x[2i] sin[2i+1], or the transposed map
// shapes  : x [batch, tokens, heads, d] walked from each head; y like x; weight [d] if `normed`; cos, sin [tables, tokens, d]
//           with one table a batch item or one for all
// assumes : heads contiguous, d even; y, weight, cos, sin dense
// error   : max rel 2e-6; rounding errors of the sum of squares are kept
// work    : 8 bytes an element
// source  : arXiv:2104.09864, framepack.tensor.op.Rope, framepack.tensor.op.RmsNormRope
kernel void rope(global const float *x, long x0, long8 extents, long8 strides, global const float *weight, long w0,
                 global const float *cosines, long c0, global const float *sines, long s0, global float *y, long y0,
                 int d, int heads, long tokens, long tables, float eps, int normed, int transpose) {
  GROUP_SCRATCH
  long run = GROUP_ID;
  x += x0 + place(run, extents, strides);
  y += y0 + run * d;
  long entry = run / heads % (tokens * tables) * d;
  cosines += c0 + entry;
  sines += s0 + entry;
  float scale = 1;
  int whole = d / LANES * LANES;
  if (normed) {
    Sums squares = zeros();
    Sum rest = zero();
    for (int i = get_local_id(0) * LANES; i < whole; i += GROUP * LANES) {
      VECTOR some = LOAD(x + i);
      add_lanes(&squares, some * some);
    }
    for (int i = whole + get_local_id(0); i < d; i += GROUP) add(&rest, x[i] * x[i]);
    scale = 1.0f / sqrt(group_sum(total_of_lanes(squares, rest)) / d + eps);
  }
#if LANES > 1
  for (int i = get_local_id(0) * LANES; i < whole; i += GROUP * LANES) {
    VECTOR some = LOAD(x + i), sine = LOAD(sines + i), turned;
    if (normed) some *= scale * LOAD(weight + w0 + i);
    if (transpose) {
      VECTOR part = some * sine;
      turned.even = part.odd;
      turned.odd = -part.even;
    } else {
      turned.even = -some.odd;
      turned.odd = some.even;
      turned *= sine;
    }
    STORE(some * LOAD(cosines + i) + turned, y + i);
  }
#else
  whole = 0;
#endif
  for (int i = whole + 2 * get_local_id(0); i < d; i += 2 * GROUP) {
    float even = x[i], odd = x[i + 1];
    if (normed) {
      even *= scale * weight[w0 + i];
      odd *= scale * weight[w0 + i + 1];
    }
    if (transpose) {
      y[i] = even * cosines[i] + odd * sines[i + 1];
      y[i + 1] = odd * cosines[i + 1] - even * sines[i];
    } else {
      y[i] = even * cosines[i] - odd * sines[i];
      y[i + 1] = odd * cosines[i + 1] + even * sines[i + 1];
    }
  }
}
