// Moves elements without computing, whatever their type: kernels by element size, operands of any strides.

// copy_N: y = x
// shapes  : x, y of one shape, walked as rows x inner
// assumes : no element of y twice
// error   : none, bits are moved
// work    : 2N bytes an element
// source  : framepack.tensor.op.Copy, framepack.tensor.op.Concat
//
// gather_N: y[i, ...] = table[index[i], ...]
// shapes  : table [rows, ...] walked from each row; index [count]; y [count, ...]
// assumes : y and index dense, 0 <= index < rows (checked on the host)
// error   : none
// work    : 2N bytes an element
// source  : framepack.tensor.op.Gather
//
// pad_N: y[o] = x[o - before], the edge or zero outside
// shapes  : x with the extents `inside`, y with `extents`, up to 8 axes
// assumes : y dense
// error   : none
// work    : 2N bytes an element
// source  : framepack.tensor.op.Pad
#define MOVE(N, T)                                                                                                    \
  kernel void copy_##N(long8 extents, long rows, long inner, global const T *x, long x0, long8 xs, long x_step,      \
                       global T *y, long y0, long8 ys, long y_step) {                                                 \
    long row, from, to;                                                                                               \
    if (!part(rows, inner, &row, &from, &to)) return;                                                                 \
    x += x0 + place(row, extents, xs);                                                                                \
    y += y0 + place(row, extents, ys);                                                                                \
    if (x_step == 1 && y_step == 1) {                                                                                 \
      for (long i = from; i < to; i++) y[i] = x[i];                                                                   \
    } else {                                                                                                          \
      for (long i = from; i < to; i++) y[i * y_step] = x[i * x_step];                                                 \
    }                                                                                                                 \
  }                                                                                                                   \
                                                                                                                      \
  kernel void gather_##N(global const T *table, long t0, long row_stride, long8 extents, long8 strides, long width,  \
                         global const long *index, long i0, long count, global T *y, long y0) {                      \
    long item, from, to;                                                                                              \
    if (!part(count, width, &item, &from, &to)) return;                                                               \
    table += t0 + index[i0 + item] * row_stride;                                                                      \
    for (long i = from; i < to; i++) y[y0 + item * width + i] = table[place(i, extents, strides)];                    \
  }                                                                                                                   \
                                                                                                                      \
  kernel void pad_##N(global const T *x, long x0, long8 xs, long8 inside, long8 before, int replicate,               \
                      global T *y, long y0, long8 extents, long count) {                                              \
    long row, from, to;                                                                                               \
    if (!part(1, count, &row, &from, &to)) return;                                                                    \
    for (long i = from; i < to; i++) {                                                                                \
      long at = place_inside(i, extents, inside, before, xs, replicate);                                              \
      y[y0 + i] = at < 0 ? 0 : x[x0 + at];                                                                            \
    }                                                                                                                 \
  }

#define AXIS(s)                                                               \
  at = index % extents.s - before.s;                                          \
  index /= extents.s;                                                         \
  if (!replicate && (at < 0 || at >= inside.s)) return -1;                    \
  sum += clamp(at, 0L, inside.s - 1) * strides.s;

// Where element `index` of a padded tensor comes from; -1 if it is a zero.
static inline long place_inside(long index, long8 extents, long8 inside, long8 before, long8 strides, int replicate) {
  long at, sum = 0;
  AXIS(s7) AXIS(s6) AXIS(s5) AXIS(s4) AXIS(s3) AXIS(s2) AXIS(s1) AXIS(s0)
  return sum;
}

MOVE(1, uchar)
MOVE(2, ushort)
MOVE(4, uint)
MOVE(8, ulong)
