// Sums, sums of squares and means over any axes. Kept and reduced axes are walked apart.

// reduce_rows: y[k] = sum over the reduced axes, of squares if `squares`, / divisor
// shapes  : x with the axes `kept` and `outer` x `inner`; y [kept]
// assumes : y dense; one group of work-items a result
// error   : rounding errors are kept: one rounding of the sum, and the trees of lanes and group
// work    : 4 bytes an element
// source  : framepack.tensor.op.Reduce
kernel void reduce_rows(global const float *x, long x0, long8 kept, long8 kept_strides, long8 outer, long8 outer_strides,
                        long outer_count, long inner, long step, int squares, global float *y, long y0, float divisor) {
  GROUP_SCRATCH
  long result = GROUP_ID;
  x += x0 + place(result, kept, kept_strides);
  Sums sums = zeros();
  Sum sum = zero();
  long whole = step == 1 ? inner / LANES * LANES : 0;
  for (long row = 0; row < outer_count; row++) {
    global const float *from = x + place(row, outer, outer_strides);
    for (long i = get_local_id(0) * LANES; i < whole; i += GROUP * LANES) {
      VECTOR values = LOAD(from + i);
      add_lanes(&sums, squares ? values * values : values);
    }
    for (long i = whole + get_local_id(0); i < inner; i += GROUP) {
      float value = from[i * step];
      add(&sum, squares ? value * value : value);
    }
  }
  float all = group_sum(total_of_lanes(sums, sum));
  if (get_local_id(0) == 0) y[y0 + result] = all / divisor;
}

// reduce_columns: y[k, c] = sum over the reduced axes, of squares if `squares`, / divisor
// shapes  : x with the axes `kept`, `reduced` and contiguous `width`; y [kept, width]
// assumes : y dense; one work-item for COLUMNS neighbouring results
// error   : rounding errors are kept: one rounding of the sum
// work    : 4 bytes an element
// source  : framepack.tensor.op.Reduce
kernel void reduce_columns(global const float *x, long x0, long8 kept, long8 kept_strides, long kept_count, long width,
                           long8 reduced, long8 reduced_strides, long reduced_count, int squares, global float *y, long y0,
                           float divisor) {
  long blocks = (width + COLUMNS - 1) / COLUMNS;
  long item = get_global_id(0);
  if (item >= kept_count * blocks) return;
  long first = item % blocks * COLUMNS;
  int count = min((long)COLUMNS, width - first);
  x += x0 + place(item / blocks, kept, kept_strides) + first;
  Sum sums[COLUMNS];
  for (int c = 0; c < COLUMNS; c++) sums[c] = zero();
  for (long row = 0; row < reduced_count; row++) {
    global const float *from = x + place(row, reduced, reduced_strides);
    if (squares) {
      for (int c = 0; c < count; c++) add(&sums[c], from[c] * from[c]);
    } else if (count == COLUMNS) {
      for (int c = 0; c < COLUMNS; c++) add(&sums[c], from[c]);
    } else {
      for (int c = 0; c < count; c++) add(&sums[c], from[c]);
    }
  }
  for (int c = 0; c < count; c++) y[y0 + item / blocks * width + first + c] = total(sums[c]) / divisor;
}
