// Where rows are largest: one group of work-items a row.

// A NaN is larger than everything; of equals the first counts.
static inline bool beats(float x, int i, float held, int held_at) {
  if (isnan(x) != isnan(held)) return isnan(x);
  return x > held || (!(held > x) && i < held_at);
}

// arg_max: y[r] = index of the largest of x[r, ...]
// shapes  : x [rows, d] walked from each row; y [rows]
// assumes : rows contiguous, d >= 1; y dense
// error   : none
// work    : 4 bytes an element
// source  : torch.argmax, framepack.tensor.op.ArgMax
kernel void arg_max(global const float *x, long x0, long8 extents, long8 strides, global long *y, long y0, int d) {
  long row = GROUP_ID;
  int item = get_local_id(0);
  x += x0 + place(row, extents, strides);
  int best = min(item, d - 1);
  for (int i = item + GROUP; i < d; i += GROUP) {
    if (beats(x[i], i, x[best], best)) best = i;
  }
#if GROUP > 1
  local int at[GROUP];
  at[item] = best;
  for (int half_group = GROUP / 2; half_group > 0; half_group /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < half_group && beats(x[at[item + half_group]], at[item + half_group], x[at[item]], at[item])) {
      at[item] = at[item + half_group];
    }
  }
  best = at[0];
#endif
  if (item == 0) y[y0 + row] = best;
}
