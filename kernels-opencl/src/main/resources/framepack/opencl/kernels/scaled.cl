// Products and sums with scalars or per-item vectors, some in place: operands of any strides merged to at most 8 axes.

// affine: y = factor * x + shift
// shapes  : x, y of one shape, walked as rows x inner
// assumes : y dense
// error   : one rounding
// work    : 8 bytes an element
// source  : framepack.tensor.op.Affine
kernel void affine(long8 extents, long rows, long inner, global const float *x, long x0, long8 xs, long x_step,
                   global float *y, long y0, float factor, float shift) {
  long row, from, to;
  if (!part(rows, inner, &row, &from, &to)) return;
  x += x0 + place(row, extents, xs);
  y += y0 + row * inner;
  for (long i = from; i < to; i++) y[i] = fma(factor, x[i * x_step], shift);
}

// gated_residual: y = residual + gate * x
// shapes  : residual, x, y [batch, tokens, d]; gate [batch, d] repeated along tokens by a stride of 0
// assumes : y dense
// error   : one rounding
// work    : 12 bytes an element
// source  : framepack.tensor.op.GatedResidual
kernel void gated_residual(long8 extents, long rows, long inner, global const float *r, long r0, long8 rs, long r_step,
                           global const float *x, long x0, long8 xs, long x_step,
                           global const float *gate, long g0, long8 gs, long g_step, global float *y, long y0) {
  long row, from, to;
  if (!part(rows, inner, &row, &from, &to)) return;
  r += r0 + place(row, extents, rs);
  x += x0 + place(row, extents, xs);
  gate += g0 + place(row, extents, gs);
  y += y0 + row * inner;
  for (long i = from; i < to; i++) y[i] = fma(gate[i * g_step], x[i * x_step], r[i * r_step]);
}

// blend: target = keep * target + factor * x, in place
// shapes  : target, x of one shape, walked as rows x inner
// assumes : no element of target twice
// error   : two roundings
// work    : 12 bytes an element
// source  : framepack.tensor.op.Accumulate (keep 1), framepack.tensor.op.Lerp (factor 1 - keep)
kernel void blend(long8 extents, long rows, long inner, global float *target, long t0, long8 ts, long t_step,
                  global const float *x, long x0, long8 xs, long x_step, float keep, float factor) {
  long row, from, to;
  if (!part(rows, inner, &row, &from, &to)) return;
  target += t0 + place(row, extents, ts);
  x += x0 + place(row, extents, xs);
  for (long i = from; i < to; i++) target[i * t_step] = fma(factor, x[i * x_step], keep * target[i * t_step]);
}

// adamw: one step of AdamW with decoupled weight decay, in place
// shapes  : parameter, gradient, m, v of one shape, walked as rows x inner
// assumes : no element of parameter, m, v twice; corrections for the step number are in step_size and correction
// error   : 2e-6 of the largest result
// work    : 28 bytes an element
// source  : arXiv:1711.05101, framepack.tensor.op.AdamW
kernel void adamw(long8 extents, long rows, long inner, global float *parameter, long p0, long8 ps, long p_step,
                  global const float *gradient, long g0, long8 gs, long g_step,
                  global float *m, long m0, long8 ms, long m_step, global float *v, long v0, long8 vs, long v_step,
                  float beta1, float rest1, float beta2, float rest2, float decay, float step_size, float correction,
                  float eps, float gradient_scale) {
  long row, from, to;
  if (!part(rows, inner, &row, &from, &to)) return;
  parameter += p0 + place(row, extents, ps);
  gradient += g0 + place(row, extents, gs);
  m += m0 + place(row, extents, ms);
  v += v0 + place(row, extents, vs);
  for (long i = from; i < to; i++) {
    float g = gradient_scale * gradient[i * g_step];
    float mean = beta1 * m[i * m_step] + rest1 * g;
    float square = beta2 * v[i * v_step] + rest2 * g * g;
    m[i * m_step] = mean;
    v[i * v_step] = square;
    parameter[i * p_step] = decay * parameter[i * p_step] - step_size * mean / (sqrt(square) / correction + eps);
  }
}

// timestep_embedding: y[r, i] = cos(t[r] * frequency[i]), y[r, half + i] = sin(...), 0 last where dim is odd
// shapes  : t [rows]; frequency [dim / 2]; y [rows, dim]
// assumes : y dense; frequencies rounded to f32 as the checkpoints were trained
// error   : 1e-3, the rounding of the angle
// work    : 4 bytes an element
// source  : diffusers get_timestep_embedding, framepack.tensor.op.TimestepEmbedding
kernel void timestep_embedding(global const float *t, long t0, long t_step, global const float *frequency, long f0,
                               global float *y, long y0, long rows, int dim) {
  long item = get_global_id(0);
  if (item >= rows * dim) return;
  int half_dim = dim / 2;
  int column = item % dim;
  float value = 0;
  if (column < 2 * half_dim) {
    float angle = t[t0 + item / dim * t_step] * frequency[f0 + column % half_dim];
    value = column < half_dim ? cos(angle) : sin(angle);
  }
  y[y0 + item] = value;
}
