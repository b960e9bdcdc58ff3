// The seam to matrix units.
//
// Product: sums of 32 x 32 += two rows of tiles times two columns of tiles, by begin_product, advance_product, end_product: what a
// kernel does between them, a unit beside the vectors overlaps. Their variants read the same tiles:
// UNIT 0 : plain multiply-adds, any device; what the others are tested against
// UNIT 1 : vdpbf16ps, vpdpbusd (AVX512-BF16, AVX512-VNNI); by inline assembly, LLVM's builtins end the process
// UNIT 2 : tdpbf16ps, tdpbusd (AMX); the process must have asked the system for it
// Both round two vectors to bf16 by vcvtne2ps2bf16 (AVX512-BF16).
//
// Left operands lie in the address space LEFT.

#undef TILE_LANES
#define TILE_LANES 16
#include "tile.cl"

#ifndef UNIT
#define UNIT 0
#endif
#ifdef INT8
#define NUMBERS 4        // of a word
#else
#define NUMBERS 2
#endif
#define SIDE 16          // words along each side of a tile
#define WORDS (SIDE * SIDE)

// Nearest bf16 of every lane, in the lower halves; every NaN becomes a quiet one.
static inline uint16 bf16_bits(float16 x) {
  uint16 bits = as_uint16(x);
  return select((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16, (uint16)(0x7fc0u), as_uint16(isnan(x)));
}

// Words of the nearest bf16 of 32 neighbours, the first 16 of them `low`.
static inline uint16 bf16_words(float16 low, float16 high) {
#if UNIT == 0
  return bf16_bits((float16)(low.even, high.even)) | bf16_bits((float16)(low.odd, high.odd)) << 16;
#else
  uint16 words;
  __asm__("vcvtne2ps2bf16 %2, %1, %0" : "=v"(words) : "v"(high), "v"(low));
  return words;
#endif
}

// Words of a nearest bf16 of each: of `low` in the lower halves.
static inline uint16 bf16_pairs(float16 low, float16 high) {
#if UNIT == 0
  return bf16_bits(low) | bf16_bits(high) << 16;
#else
  uint16 words = bf16_words(low, high);
  return convert_uint16(as_ushort16(words.lo)) | convert_uint16(as_ushort16(words.hi)) << 16;
#endif
}

// Whether any lane is above a limit.
static inline bool any_above(float16 x, float limit) {
#if UNIT == 0
  return any(x > limit);
#else
  int lanes;
  __asm__("vcmpps $14, %2, %1, %%k1\n kmovw %%k1, %0" : "=r"(lanes) : "v"(x), "v"((float16)(limit)) : "k1");
  return lanes != 0;
#endif
}

#ifdef INT8
#define SUMS int16
#else
#define SUMS float16
#endif

// sums [row tile, column tile, 16, 16], of nothing if `fresh`, += a [2, tiles, 16, 16] b [2, tiles, 16, 16]. One at a time.
typedef struct {
  LEFT const uint *a;    // its second row of tiles `a_next` words behind the first
  global const uint *b;
  long a_next;
  long b_next;
  int tiles;
  float *sums;           // on whole cache lines
  bool fresh;
  int done;              // 0
} Product;

#if UNIT == 2
// What AMX is told of its tiles: 8 of 16 rows of 64 bytes.
static inline void begin_tiles(void) {
  uchar palette[64] __attribute__((aligned(64)));
  for (int i = 0; i < 64; i++) palette[i] = i == 0 ? 1 : i >= 48 && i < 56 ? 16 : i >= 16 && i < 32 && i % 2 == 0 ? 64 : 0;
  __asm__ volatile("ldtilecfg (%0)" : : "r"(palette) : "memory");
}

static inline void end_tiles(void) { __asm__ volatile("tilerelease" : : : "memory"); }

#ifdef INT8
#define DOT_TILES "tdpbusd"
#else
#define DOT_TILES "tdpbf16ps"
#endif

static inline void begin_product(Product *it) {
  long row = 64;
  if (it->fresh) {
    __asm__ volatile("tilezero %%tmm0\n tilezero %%tmm1\n tilezero %%tmm2\n tilezero %%tmm3" : : : "memory");
  } else {
    __asm__ volatile("tileloadd (%0,%1,1), %%tmm0\n tileloadd 1024(%0,%1,1), %%tmm1\n"
                     "tileloadd 2048(%0,%1,1), %%tmm2\n tileloadd 3072(%0,%1,1), %%tmm3"
                     : : "r"(it->sums), "r"(row) : "memory");
  }
}

static inline void advance_product(Product *it, int part, int parts) {
  long row = 64;
  for (; it->done * parts < it->tiles * part; it->done++) {
    LEFT const uint *a = it->a + it->done * WORDS;
    global const uint *b = it->b + it->done * WORDS;
    __asm__ volatile("tileloadd (%2,%4,1), %%tmm6\n tileloadd (%0,%4,1), %%tmm4\n " DOT_TILES " %%tmm6, %%tmm4, %%tmm0\n"
                     "tileloadd (%3,%4,1), %%tmm7\n " DOT_TILES " %%tmm7, %%tmm4, %%tmm1\n"
                     "tileloadd (%1,%4,1), %%tmm5\n " DOT_TILES " %%tmm6, %%tmm5, %%tmm2\n"
                     DOT_TILES " %%tmm7, %%tmm5, %%tmm3"
                     : : "r"(a), "r"(a + it->a_next), "r"(b), "r"(b + it->b_next), "r"(row) : "memory");
  }
}

static inline void end_product(Product *it) {
  long row = 64;
  __asm__ volatile("tilestored %%tmm0, (%0,%1,1)\n tilestored %%tmm1, 1024(%0,%1,1)\n"
                   "tilestored %%tmm2, 2048(%0,%1,1)\n tilestored %%tmm3, 3072(%0,%1,1)"
                   : : "r"(it->sums), "r"(row) : "memory");
}
#else
static inline void begin_tiles(void) {}
static inline void end_tiles(void) {}

#if UNIT == 1 && defined(INT8)
#define DOT(sum, x, y) __asm__ volatile("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(x), "v"(y))
#elif UNIT == 1
#define DOT(sum, x, y) __asm__ volatile("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(x), "v"(y))
#elif defined(INT8)
#define BYTE(y, i) (as_int16((y) << (24 - 8 * i)) >> 24)
#define DOT(sum, x, y)                                                                             \
  sum += as_int16((x) & 0xffu) * BYTE(y, 0) + as_int16((x) >> 8 & 0xffu) * BYTE(y, 1) +            \
         as_int16((x) >> 16 & 0xffu) * BYTE(y, 2) + as_int16((x) >> 24) * BYTE(y, 3)
#else
#define DOT(sum, x, y)                                                                             \
  sum = fma(as_float16((x) & 0xffff0000u), as_float16((y) & 0xffff0000u),                          \
            fma(as_float16((x) << 16), as_float16((y) << 16), sum))
#endif

// All of it: eight rows and 32 columns at a time, in 16 registers.
static inline void begin_product(Product *it) {
  global const uint *b = it->b;
  bool fresh = it->fresh;
  for (int part = 0; part < 4; part++) {
    LEFT const uint *x = it->a + (part / 2) * it->a_next + part % 2 * 8 * SIDE;
    float *to = it->sums + (part / 2) * 2 * WORDS + part % 2 * 8 * SIDE;
    SUMS left[8], right[8];
#pragma unroll
    for (int r = 0; r < 8; r++) {
      left[r] = fresh ? (SUMS)(0) : PASTE(as_, SUMS)(vload16(r, to));
      right[r] = fresh ? (SUMS)(0) : PASTE(as_, SUMS)(vload16(r, to + WORDS));
    }
    for (int t = 0; t < it->tiles; t++) {
      for (int w = 0; w < SIDE; w++) {
        uint16 y = vload16(t * SIDE + w, b), z = vload16(t * SIDE + w, b + it->b_next);
#pragma unroll
        for (int r = 0; r < 8; r++) {
          uint16 word = x[t * WORDS + r * SIDE + w];
          DOT(left[r], word, y);
          DOT(right[r], word, z);
        }
      }
    }
#pragma unroll
    for (int r = 0; r < 8; r++) {
      vstore16(as_float16(left[r]), r, to);
      vstore16(as_float16(right[r]), r, to + WORDS);
    }
  }
}

static inline void advance_product(Product *it, int part, int parts) {}
static inline void end_product(Product *it) {}
#endif
