// Softmax over contiguous rows: one group of work-items a row.

// softmax: y = exp(x - max) / sum
// shapes  : x [rows, d] walked from each row; y [rows, d]
// assumes : rows contiguous; y dense
// error   : max rel 2e-6; rounding errors of the sum are kept
// work    : 8 bytes and one exponential an element
// source  : framepack.tensor.op.Softmax
kernel void softmax(global const float *x, long x0, long8 extents, long8 strides, global float *y, long y0, int d) {
  GROUP_SCRATCH
  long row = GROUP_ID;
  x += x0 + place(row, extents, strides);
  y += y0 + row * d;
  float largest = -INFINITY;
  for (int i = get_local_id(0); i < d; i += GROUP) largest = fmax(largest, x[i]);
  largest = group_max(largest);
  Sum sum = zero();
  for (int i = get_local_id(0); i < d; i += GROUP) {
    y[i] = exp(x[i] - largest);
    add(&sum, y[i]);
  }
  float all = group_sum(total(sum));
  for (int i = get_local_id(0); i < d; i += GROUP) y[i] /= all;
}

// softmax_backward: gx = y * (gy - sum(y * gy))
// shapes  : y, gy [rows, d] walked from each row; gx [rows, d]
// assumes : rows contiguous; gx dense
// error   : max rel 2e-6; rounding errors of the sum are kept
// work    : 12 bytes an element
// source  : framepack.tensor.op.SoftmaxBackward
kernel void softmax_backward(global const float *y, long y0, long8 extents, long8 strides,
                             global const float *gy, long gy0, long8 gy_extents, long8 gy_strides,
                             global float *gx, long gx0, int d) {
  GROUP_SCRATCH
  long row = GROUP_ID;
  y += y0 + place(row, extents, strides);
  gy += gy0 + place(row, gy_extents, gy_strides);
  gx += gx0 + row * d;
  Sum dot = zero();
  for (int i = get_local_id(0); i < d; i += GROUP) add(&dot, y[i] * gy[i]);
  float all = group_sum(total(dot));
  for (int i = get_local_id(0); i < d; i += GROUP) gx[i] = y[i] * (gy[i] - all);
}
