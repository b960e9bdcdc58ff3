// What attention and its gradients share: which keys are hidden, and rows of heads in local memory.
//
// Rows lie along the lanes of vectors: a work-item owns some vectors of them, nothing is shared, no barrier is needed, and any
// head size works. `local` memory holds the work-item's own rows, transposed to [d][work-item] vectors.

#undef TILE_LANES
#define TILE_LANES LANES
#include "tile.cl"

#define SUMMED 2048      // keys after which sums go to y and begin anew: rounding errors grow with the root of it
#define AHEAD 512        // floats of packed rows between what is met and what is asked for

// What sums are to be multiplied by when the largest score rises; 0 while there was none.
static inline VECTOR rising(VECTOR largest, VECTOR next) {
  return exp2_tile(largest - (next == -INFINITY ? (VECTOR)(0.0f) : next));
}

// What hides keys: the mask is BOOL or F32 with the strides [batch, heads, s, t] in s4..s7.
#define MASK_BOOL 1
#define MASK_FLOAT 2
#define CAUSAL 4
#define LENGTHS 8

typedef struct {
  global const uchar *keep;
  global const float *bias;
  long8 strides;
  int flags;
} Hiding;

#define HIDING_PARAMETERS global const uchar *keep, long keep0, global const float *bias, long bias0, long8 mask_strides, \
                          global const int *lengths, long lengths0, long length_stride, int flags
#define HIDING {keep + keep0, bias + bias0, mask_strides, flags}

// What is added to a score: 0, the mask's number, or -inf where the key is hidden.
static inline float shift(Hiding hiding, long b, int head, int i, int j) {
  if ((hiding.flags & CAUSAL) && j > i) return -INFINITY;
  long at = b * hiding.strides.s4 + head * hiding.strides.s5 + i * hiding.strides.s6 + j * hiding.strides.s7;
  if (hiding.flags & MASK_BOOL) return hiding.keep[at] ? 0.0f : -INFINITY;
  return hiding.flags & MASK_FLOAT ? hiding.bias[at] : 0.0f;
}

// Keys that item b may see at all.
static inline int visible(int t, global const int *lengths, long lengths0, long length_stride, long b, int flags) {
  return flags & LENGTHS ? clamp(lengths[lengths0 + b * length_stride], 0, t) : t;
}

// Row `i` of head `head` of item `b` of q, k, v or a gradient: strides [batch, tokens, heads, d] in s4..s7.
#define ROW(p, strides, b, i, head) (p + (b) * strides.s4 + (long)(i) * strides.s5 + (head) * strides.s6)

// Numbers `e` and LANES - 1 behind it of LANES rows from `first`, the last one repeated: a vector each.
static inline void columns(global const float *p, long row_stride, int first, int rows, int e, VECTOR part[LANES]) {
#pragma unroll
  for (int l = 0; l < LANES; l++) part[l] = LOAD(p + min(first + l, rows - 1) * row_stride + e);
#if LANES > 1
  transpose(part);
#endif
}

// LANES rows from `first`, the last one repeated, into [d][work-items].
static inline void load_lanes(global const float *p, long row_stride, long d_stride, int first, int rows, int d,
                       local VECTOR *to) {
  int e = 0;
  for (; d_stride == 1 && e + LANES <= d; e += LANES) {
    VECTOR part[LANES];
    columns(p, row_stride, first, rows, e, part);
#pragma unroll
    for (int i = 0; i < LANES; i++) to[(e + i) * get_local_size(0)] = part[i];
  }
  float lanes[LANES];
  for (; e < d; e++) {
    for (int l = 0; l < LANES; l++) lanes[l] = p[min(first + l, rows - 1) * row_stride + e * d_stride];
    to[e * get_local_size(0)] = LOAD(lanes);
  }
}

// Adds `factor` times LANES dense rows from `first` to [d][work-items].
static inline void add_rows(global const float *p, long row_stride, VECTOR factor, int first, int rows, int d,
                             local VECTOR *to) {
  int e = 0;
  for (; e + LANES <= d; e += LANES) {
    VECTOR part[LANES];
    columns(p, row_stride, first, rows, e, part);
#pragma unroll
    for (int i = 0; i < LANES; i++) to[(e + i) * get_local_size(0)] += factor * part[i];
  }
  float lanes[LANES];
  for (; e < d; e++) {
    for (int l = 0; l < LANES; l++) lanes[l] = p[min(first + l, rows - 1) * row_stride + e];
    to[e * get_local_size(0)] += factor * LOAD(lanes);
  }
}

// [d][work-items] times `factor` into LANES dense rows from `first`.
static inline void store_lanes(local const VECTOR *from, VECTOR factor, global float *p, long row_stride, int first, int rows,
                        int d) {
  int e = 0;
  for (; e + LANES <= d; e += LANES) {
    VECTOR part[LANES];
#pragma unroll
    for (int i = 0; i < LANES; i++) part[i] = from[(e + i) * get_local_size(0)] * factor;
#if LANES > 1
    transpose(part);
#endif
#pragma unroll
    for (int l = 0; l < LANES; l++) {
      if (first + l < rows) STORE(part[l], p + (first + l) * row_stride + e);
    }
  }
  float lanes[LANES];
  for (; e < d; e++) {
    STORE(from[e * get_local_size(0)] * factor, lanes);
    for (int l = 0; l < LANES; l++) {
      if (first + l < rows) p[(first + l) * row_stride + e] = lanes[l];
    }
  }
}
