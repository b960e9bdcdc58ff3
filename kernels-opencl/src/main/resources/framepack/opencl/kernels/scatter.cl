// Gradients of movements: what one element was read into adds up, in row-major order of where it went.

// gather_backward: gtable[r, c] = sum of gy[i, c] over all i with index[i] == r
// shapes  : gy [count, width]; index [count]; gtable [rows, width]
// assumes : all dense, 0 <= index < rows (checked on the host)
// error   : rounding errors are kept: one rounding of the sum
// work    : rows * count comparisons a column block; sums of any order would need atomics
// source  : framepack.tensor.op.GatherBackward
kernel void gather_backward(global const float *gy, long gy0, global const long *index, long i0, long count, long width,
                            global float *gtable, long g0, long rows) {
  long row, from, to;
  if (!part(rows, width, &row, &from, &to)) return;
  for (long column = from; column < to; column += COLUMNS) {
    Sum sums[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) sums[c] = zero();
    for (long i = 0; i < count; i++) {
      if (index[i0 + i] != row) continue;
      for (int c = 0; c < COLUMNS; c++) {
        if (column + c < to) add(&sums[c], gy[gy0 + i * width + column + c]);
      }
    }
    for (int c = 0; c < COLUMNS; c++) {
      if (column + c < to) gtable[g0 + row * width + column + c] = total(sums[c]);
    }
  }
}

// The range [low, high) of padded positions that element `i` of an axis was copied to.
#define RANGE(s)                                                                                      \
  {                                                                                                   \
    long i = rest % extents.s;                                                                        \
    rest /= extents.s;                                                                                \
    low.s = replicate && i == 0 ? 0 : i + before.s;                                                   \
    counts.s = (replicate && i == extents.s - 1 ? padded.s : i + before.s + 1) - low.s;               \
    many *= counts.s;                                                                                 \
    first += low.s * gys.s;                                                                           \
  }

// pad_backward: gx[i] = sum of gy over the padded places that i was copied to
// shapes  : gx with `extents`, gy with `padded`, up to 8 axes
// assumes : gx dense
// error   : rounding errors are kept: one rounding of the sum
// work    : 8 bytes an element
// source  : framepack.tensor.op.PadBackward
kernel void pad_backward(global const float *gy, long gy0, long8 gys, long8 padded, long8 before, int replicate,
                         global float *gx, long gx0, long8 extents, long count) {
  long row, from, to;
  if (!part(1, count, &row, &from, &to)) return;
  for (long at = from; at < to; at++) {
    long rest = at, many = 1, first = gy0;
    long8 low, counts;
    RANGE(s7) RANGE(s6) RANGE(s5) RANGE(s4) RANGE(s3) RANGE(s2) RANGE(s1) RANGE(s0)
    Sum sum = zero();
    for (long i = 0; i < many; i++) add(&sum, gy[first + place(i, counts, gys)]);
    gx[gx0 + at] = total(sum);
  }
}
