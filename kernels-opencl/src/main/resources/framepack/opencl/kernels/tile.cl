// Vectors of TILE_LANES floats: how products and attention load, transpose and finish them.

#ifndef TILE_LANES
#define TILE_LANES 4     // floats of a vector: 1, 4, 8, 16
#endif
#if TILE_LANES == 1
#define TILE float
#define WHOLE int
#define AS_TILE as_float
#define AS_WHOLE as_int
#define LOAD_TILE(p) (*(p))
#define STORE_TILE(v, p) (*(p) = (v))
#else
#define TILE PASTE(float, TILE_LANES)
#define WHOLE PASTE(int, TILE_LANES)
#define AS_TILE PASTE(as_float, TILE_LANES)
#define AS_WHOLE PASTE(as_int, TILE_LANES)
#define LOAD_TILE(p) PASTE(vload, TILE_LANES)(0, p)
#define STORE_TILE(v, p) PASTE(vstore, TILE_LANES)(v, 0, p)
#endif

// A hint that this will be read soon, anywhere, beyond the end too. PoCL does nothing for `prefetch`.
#ifdef __x86_64__
#define SOON(p) __asm__ volatile("prefetcht0 %0" : : "m"(*(p)))
#define LATER(p) __asm__ volatile("prefetcht1 %0" : : "m"(*(p))) // into the second cache
#else
#define SOON(p) prefetch(p, 1)
#define LATER(p) prefetch(p, 1)
#endif

// Stores a whole, aligned vector that will not be read before caches have forgotten it, without reading what was there.
#if defined(__x86_64__) && TILE_LANES > 1
#define STREAM_TILE(v, p) __builtin_nontemporal_store(v, (global TILE *)(p))
#else
#define STREAM_TILE(v, p) STORE_TILE(v, p)
#endif

#define TYPE_F32 float
#define TYPE_BF16 ushort
#define TYPE_F16 half
#define load_F32(p, i) (p)[i]
#define load_BF16(p, i) from_bf16((p)[i])
#define load_F16(p, i) vload_half(i, p)

#if TILE_LANES > 1
#define vector_F32(p) LOAD_TILE(p)
#define vector_BF16(p) \
  PASTE(as_float, TILE_LANES)(PASTE(convert_uint, TILE_LANES)(PASTE(vload, TILE_LANES)(0, p)) << 16)
#define vector_F16(p) PASTE(vload_half, TILE_LANES)(0, p)

// Rows become columns: every round shuffles the halves of the rows into each other.
static inline void transpose(TILE *rows) {
#pragma unroll
  for (int round = 1; round < TILE_LANES; round *= 2) {
    TILE next[TILE_LANES];
#pragma unroll
    for (int i = 0; i < TILE_LANES / 2; i++) {
      next[2 * i].even = rows[i].lo;
      next[2 * i].odd = rows[i + TILE_LANES / 2].lo;
      next[2 * i + 1].even = rows[i].hi;
      next[2 * i + 1].odd = rows[i + TILE_LANES / 2].hi;
    }
#pragma unroll
    for (int i = 0; i < TILE_LANES; i++) rows[i] = next[i];
  }
}
#endif

#define LOG2E 1.44269504f
#define LN2 0.69314718f
#define ROOM 8.0f        // bits by which a score may be above what the sums of its row are scaled by

// 2^x for x <= 128, 0 below the smallest normal number: x = whole + rest with |rest| <= 1/2, a polynomial for the rest
// (Cephes, exp2f: 2e-7).
static inline TILE exp2_tile(TILE x) {
  TILE shifted = x + 12582912.0f; // 1.5 * 2^23: the sum ends in the whole number
  TILE rest = x - (shifted - 12582912.0f);
  TILE y = fma(rest, (TILE)(1.535336188e-4f), (TILE)(1.339887440e-3f));
  y = fma(rest, y, (TILE)(9.618437357e-3f));
  y = fma(rest, y, (TILE)(5.550332471e-2f));
  y = fma(rest, y, (TILE)(2.402264791e-1f));
  y = fma(rest, y, (TILE)(6.931472028e-1f));
  y = fma(rest, y, (TILE)(1.0f));
  return select(AS_TILE(AS_WHOLE(y) + (AS_WHOLE(shifted) << 23)), (TILE)(0.0f), (WHOLE)(x < -126.0f));
}

// Up to TILE_LANES numbers of a row, 0 beyond `count`.
static inline TILE load_some(global const float *p, int count) {
  if (count >= TILE_LANES) return LOAD_TILE(p);
  float some[TILE_LANES];
  for (int i = 0; i < TILE_LANES; i++) some[i] = i < count ? p[i] : 0;
  return LOAD_TILE(some);
}

static inline void store_some(TILE v, global float *p, int count) {
  if (count >= TILE_LANES) {
    STORE_TILE(v, p);
    return;
  }
  float some[TILE_LANES];
  STORE_TILE(v, some);
  for (int i = 0; i < count; i++) p[i] = some[i];
}

#define BIAS_OF_COLUMNS 1
#define BIAS_OF_ROWS 2
#define GATED 4

#ifdef ACTIVATION
static inline TILE a_none(TILE x) { return x; }

// x / (1 + e^-y)
static inline TILE x_sigmoid(TILE x, TILE y) {
  TILE power = y * -LOG2E;
  return x / (1.0f + exp2_tile(power < 128.0f ? power : (TILE)(128.0f))); // 2^128 is infinite
}

static inline TILE a_silu(TILE x) { return x_sigmoid(x, x); }

// 0.5 x (1 + tanh y) = x / (1 + e^-2y)
static inline TILE a_gelu_tanh(TILE x) { return x_sigmoid(x, 1.5957691216057308f * x * fma(0.044715f * x, x, (TILE)(1.0f))); }
static inline TILE a_gelu_exact(TILE x) { return 0.5f * x * (1.0f + erf(x * 0.7071067811865476f)); }

// One row of a tile: what happens to finished sums on their way to c.
static inline TILE finished(TILE y, long at, int row, int column, int count, global const float *bias,
                            global const float *residual, global const float *gate, long tokens, int n, int flags) {
  if (flags & BIAS_OF_COLUMNS) y += load_some(bias + column, count);
  if (flags & BIAS_OF_ROWS) y += bias[row];
  y = ACTIVATION(y);
  if (flags & GATED) {
    y = fma(load_some(gate + row / tokens * n + column, count), y, load_some(residual + at, count));
  }
  return y;
}
#endif
