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

// The group of this work-item: also where a launch is cut, whose parts begin with other global ids.
#define GROUP_ID (get_global_id(0) / GROUP)

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)

// A vector of LANES floats, and one of as many flags: 0 or -1.
#if LANES == 1
#define VECTOR float
#define FLAGS int
#define LOAD(p) (*(p))
#define STORE(v, p) (*(p) = (v))
#else
#define VECTOR PASTE(float, LANES)
#define FLAGS PASTE(int, LANES)
#define LOAD(p) PASTE(vload, LANES)(0, p)
#define STORE(v, p) PASTE(vstore, LANES)(v, 0, p)
#endif

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

// The same in every lane.
typedef struct { VECTOR high, low; } Sums;

static inline Sums zeros(void) {
  Sums sums = {0.0f, 0.0f};
  return sums;
}

static inline void add_lanes(Sums *sums, VECTOR x) {
  VECTOR high = sums->high + x;
  VECTOR part = high - sums->high;
  sums->low += (sums->high - (high - part)) + (x - part);
  sums->high = high;
}

// An infinite or undefined sum has no rounding error to add.
static inline float total(Sum sum) {
  return isfinite(sum.high) ? sum.high + sum.low : sum.high;
}

// The sum of all lanes, halves added to halves, and of one more number.
static inline float total_of_lanes(Sums sums, Sum rest) {
  float high[LANES], low[LANES];
  STORE(sums.high, high);
  STORE(sums.low, low);
#pragma unroll
  for (int half_lanes = LANES / 2; half_lanes > 0; half_lanes /= 2) {
#pragma unroll
    for (int l = 0; l < half_lanes; l++) {
      Sum sum = {high[l], low[l] + low[l + half_lanes]};
      add(&sum, high[l + half_lanes]);
      high[l] = sum.high;
      low[l] = sum.low;
    }
  }
  add(&rest, high[0]);
  rest.low += low[0];
  return total(rest);
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
