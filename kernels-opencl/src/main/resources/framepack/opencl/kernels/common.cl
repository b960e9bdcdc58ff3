// What all kernels share: the shape's macros with their defaults, walks over strided operands, sums, storage types.
// Operands are a pointer and the place of the first element, counted in elements.

#ifndef LANES
#define LANES 1          // floats of a vector: 1, 4, 8, 16
#endif
#ifndef GROUP
#define GROUP 64         // work-items that share a row: 1 (no local memory) to 256, a power of two
#endif
#ifndef CHUNK
#define CHUNK 1          // neighbouring elements of one work-item
#endif
#ifndef COLUMNS
#define COLUMNS 1        // neighbouring sums of one work-item
#endif

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)

// Where entry `index`, in row-major order, of a walk over up to 8 axes lies.
static inline long place(long index, long8 extents, long8 strides) {
  long at = index % extents.s7 * strides.s7;
  index /= extents.s7;
  if (index == 0) return at;
  at += index % extents.s6 * strides.s6;
  index /= extents.s6;
  if (index == 0) return at;
  at += index % extents.s5 * strides.s5;
  index /= extents.s5;
  if (index == 0) return at;
  at += index % extents.s4 * strides.s4;
  index /= extents.s4;
  if (index == 0) return at;
  at += index % extents.s3 * strides.s3;
  index /= extents.s3;
  at += index % extents.s2 * strides.s2;
  index /= extents.s2;
  at += index % extents.s1 * strides.s1;
  index /= extents.s1;
  return at + index * strides.s0;
}

// The part of a walk that this work-item maps: elements [from, to) of one row. False if there is none for it.
static inline bool part(long rows, long inner, long *row, long *from, long *to) {
  long chunks = (inner + CHUNK - 1) / CHUNK;
  long item = get_global_id(0);
  if (item >= rows * chunks) return false;
  *row = item / chunks;
  *from = item % chunks * CHUNK;
  *to = min(*from + CHUNK, inner);
  return true;
}

// A sum of floats with the rounding errors kept (Knuth's TwoSum): about twice the digits of a float, in a fixed order.
typedef struct { float high, low; } Sum;

static inline Sum zero(void) {
  Sum sum = {0, 0};
  return sum;
}

static inline void add(Sum *sum, float x) {
  float high = sum->high + x;
  float part = high - sum->high;
  sum->low += (sum->high - (high - part)) + (x - part);
  sum->high = high;
}

// An infinite or undefined sum has no rounding error to add.
static inline float total(Sum sum) {
  return isfinite(sum.high) ? sum.high + sum.low : sum.high;
}

// The sum, or largest, of one number of every work-item of the group, in a fixed tree. All work-items must come here.
#if GROUP == 1
#define GROUP_SCRATCH
#define group_sum(value) (value)
#define group_max(value) (value)
#else
#define GROUP_SCRATCH local float scratch[GROUP];
#define group_sum(value) sum_of_group(value, scratch)
#define group_max(value) max_of_group(value, scratch)

static inline float sum_of_group(float value, local float *scratch) {
  int item = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  scratch[item] = value;
  for (int half_group = GROUP / 2; half_group > 0; half_group /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < half_group) scratch[item] += scratch[item + half_group];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return scratch[0];
}

static inline float max_of_group(float value, local float *scratch) {
  int item = get_local_id(0);
  barrier(CLK_LOCAL_MEM_FENCE);
  scratch[item] = value;
  for (int half_group = GROUP / 2; half_group > 0; half_group /= 2) {
    barrier(CLK_LOCAL_MEM_FENCE);
    if (item < half_group) scratch[item] = fmax(scratch[item], scratch[item + half_group]);
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  return scratch[0];
}
#endif

// bf16 <-> f32, nearest even; every NaN becomes a quiet one.
static inline float from_bf16(ushort bits) { return as_float((uint)bits << 16); }

static inline ushort to_bf16(float x) {
  uint bits = as_uint(x);
  return isnan(x) ? (ushort)0x7fc0 : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}
