// Matrix products on matrix units. Operands are rounded to bf16, or with INT8 to 8 bits, 2 or 4 numbers along k a word of 32
// bits, and lie in tiles of 16 x 16 words, [outer tiles, k tiles, 16, 16]. One work-item a group.

#define LEFT global
#include "mma.cl"

#define PANEL_TILES 8    // columns of tiles that a work-item meets with every row of tiles
#define BLOCKS 4         // blocks of 32 rows of a work-item
#define SUM_AT(r, v) ((((r) / SIDE * 2 + (v)) * SIDE + (r) % SIDE) * SIDE)
#define ZERO_POINT 128   // added to the left operand, which vpdpbusd takes without a sign

// Nearest 8-bit integers of x * factor.
static inline uint16 int8_bits(float16 x, float16 factor, int zero_point) {
  int16 whole = convert_int16_rte(clamp(x * factor, (float16)(-127.0f), (float16)(127.0f)));
  return as_uint16(whole + zero_point) & 0xffu;
}

// Words of NUMBERS neighbours along k, `part[i]` their i-th.
static inline float16 words(const float16 *part, float16 factor, int zero_point) {
#ifdef INT8
  return as_float16(int8_bits(part[0], factor, zero_point) | int8_bits(part[1], factor, zero_point) << 8 |
                    int8_bits(part[2], factor, zero_point) << 16 | int8_bits(part[3], factor, zero_point) << 24);
#else
  return as_float16(bf16_pairs(part[0], part[1]));
#endif
}

#ifdef STORED
#define LOAD_STORED PASTE(load_, STORED)
#define VECTOR_STORED PASTE(vector_, STORED)

// largest: scales[o] = the largest |x| along k over 127, 1 where all are 0
// shapes  : x [n, k] of any strides, STORED as F32, BF16 or F16; scales [tiles * 16], 1 beyond n
// assumes : a work-item for one o
// error   : one rounding
// work    : 4 bytes an element
// source  : arXiv:2208.07339, section 2
kernel void largest(global const PASTE(TYPE_, STORED) *x, long x0, long outer_stride, long k_stride, int n, int k,
                    global float *scales, long s0, int count) {
  int o = get_global_id(0);
  if (o >= count) return;
  float16 top = 0.0f;
  float rest = 0;
  x += x0 + o * outer_stride;
  int p = 0;
  if (o < n) {
    if (k_stride == 1) {
      for (; p + TILE_LANES <= k; p += TILE_LANES) top = fmax(top, fabs(VECTOR_STORED(x + p)));
    }
    for (; p < k; p++) rest = fmax(rest, fabs(LOAD_STORED(x, p * k_stride)));
  }
  float some[TILE_LANES];
  STORE_TILE(top, some);
  for (int i = 0; i < TILE_LANES; i++) rest = fmax(rest, some[i]);
  scales[s0 + o] = rest > 0 ? rest / 127 : 1;
}

// One tile of `pack_tiles`: from x[o, k] on, of which `count` outer rows and `left` numbers along k are there.
static inline void pack_tile(global const PASTE(TYPE_, STORED) *x, long outer_stride, long k_stride, int count, int left,
                             float16 factors, int zero_point, global float *tile) {
  float16 rows[SIDE], part[NUMBERS];
  float16 factor = 1.0f;
  bool across = false;
#ifdef INT8
  float each[SIDE];
  STORE_TILE(factors, each);
#endif
  if (k_stride == 1 && left >= SIDE * NUMBERS) {
#pragma unroll
    for (int o = 0; o < SIDE; o++) {
      rows[o] = 0.0f;
      if (o < count) {
#ifdef INT8
        float16 a = VECTOR_STORED(x + o * outer_stride), b = VECTOR_STORED(x + o * outer_stride + 16);
        float16 c = VECTOR_STORED(x + o * outer_stride + 32), d = VECTOR_STORED(x + o * outer_stride + 48);
        float16 even_low = (float16)(a.even, b.even), odd_low = (float16)(a.odd, b.odd);
        float16 even_high = (float16)(c.even, d.even), odd_high = (float16)(c.odd, d.odd);
        part[0] = (float16)(even_low.even, even_high.even);
        part[1] = (float16)(odd_low.even, odd_high.even);
        part[2] = (float16)(even_low.odd, even_high.odd);
        part[3] = (float16)(odd_low.odd, odd_high.odd);
        rows[o] = words(part, each[o], zero_point);
#else
        rows[o] = as_float16(bf16_words(VECTOR_STORED(x + o * outer_stride), VECTOR_STORED(x + o * outer_stride + 16)));
#endif
      }
    }
  } else {
    across = true;
    for (int w = 0; w < SIDE; w++) {
      for (int i = 0; i < NUMBERS; i++) {
        int p = w * NUMBERS + i;
        part[i] = 0.0f;
        if (p < left) {
          if (outer_stride == 1 && count >= SIDE) {
            part[i] = VECTOR_STORED(x + p * k_stride);
          } else {
            float some[SIDE];
            for (int o = 0; o < SIDE; o++) some[o] = o < count ? LOAD_STORED(x, o * outer_stride + p * k_stride) : 0;
            part[i] = LOAD_TILE(some);
          }
        }
      }
#ifdef INT8
      factor = factors;
#endif
      rows[w] = words(part, factor, zero_point);
    }
  }
#ifdef ACROSS
  if (!across) transpose(rows);
#else
  if (across) transpose(rows);
#endif
#pragma unroll
  for (int i = 0; i < SIDE; i++) STORE_TILE(rows[i], tile + i * SIDE);
}

// pack_tiles: tiles[z - first_matrix, o tile, k tile, o, word] = the numbers of x[z, o, word * NUMBERS ...], with ACROSS [..., word, o]
// shapes  : x [batch, n, k] of any strides, STORED as F32, BF16 or F16; tiles [matrices, outer tiles, k tiles, 16, 16];
//           scales [n] where INT8
// assumes : tiles dense, from `first_tile` on; a work-item for `run` tiles that lie side by side in x, the last with fewer: along
//           k if k_stride is 1, else along n
// error   : nearest bf16 (2^-9 of a number), or nearest of 255 steps (2^-8 of the largest along k); zeros beyond n and k, and in tiles beyond them
// work    : 6 or 5 bytes an element
// source  : Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, TDPBF16PS, TDPBUSD
kernel void pack_tiles(global const PASTE(TYPE_, STORED) *x, long x0, long8 batch, long8 batch_strides, long outer_stride,
                       long k_stride, global float *tiles, long t0, long first_matrix, long matrices, int k, int k_tiles,
                       int n, int first_tile, int outer_tiles, int run, global const float *scales, long s0,
                       int zero_point) {
  long item = get_global_id(0);
  bool along_k = k_stride == 1;
  int k_runs = along_k ? (k_tiles + run - 1) / run : k_tiles;
  int outer_runs = along_k ? outer_tiles : (outer_tiles + run - 1) / run;
  if (item >= matrices * outer_runs * k_runs) return;
  long matrix = item / k_runs / outer_runs;
  int k_tile = along_k ? item % k_runs * run : item / outer_runs % k_runs;
  int outer_tile = along_k ? item / k_runs % outer_runs : item % outer_runs * run;
  int some = min(run, along_k ? k_tiles - k_tile : outer_tiles - outer_tile);
  x += x0 + place(first_matrix + matrix, batch, batch_strides);
  tiles += t0 + matrix * outer_tiles * k_tiles * WORDS;
  for (int i = 0; i < some; i++) {
    int p0 = k_tile * SIDE * NUMBERS, o0 = (first_tile + outer_tile) * SIDE;
    float16 factors = 1.0f;
#ifdef INT8
    factors = 1.0f / LOAD_TILE(scales + s0 + o0);
#endif
    pack_tile(x + p0 * k_stride + o0 * outer_stride, outer_stride, k_stride, n - o0, k - p0, factors, zero_point,
              tiles + ((long)outer_tile * k_tiles + k_tile) * WORDS);
    if (along_k) {
      k_tile++;
    } else {
      outer_tile++;
    }
  }
}

// sums_of_tiles: sums[o] = sum along k of the 8-bit numbers of a right operand
// shapes  : tiles [outer tiles, k tiles, 16, 16] ACROSS; sums [outer tiles * 16]
// assumes : dense; a work-item an outer tile
// error   : none
// work    : a byte a number
kernel void sums_of_tiles(global const uint *tiles, long t0, int k_tiles, global int *sums, long s0, int outer_tiles) {
  int tile = get_global_id(0);
  if (tile >= outer_tiles) return;
  tiles += t0 + (long)tile * k_tiles * WORDS;
  int16 sum = 0;
  for (int i = 0; i < k_tiles * SIDE; i++) {
    int16 four = as_int16(vload16(i, tiles));
    sum += (four << 24 >> 24) + (four << 16 >> 24) + (four << 8 >> 24) + (four >> 24);
  }
  vstore16(sum, 0, sums + s0 + tile * SIDE);
}
#endif

#ifdef ACTIVATION
// Where finished sums go, and what they are finished with.
typedef struct {
  global float *c;
  global const float *bias;
  global const float *residual;
  global const float *gate;
  global const float *row_scales;
  global const float *column_scales;
  global const int *column_sums; // of `first_column` and those behind it
  long tokens;
  long first;                    // rows of the matrices before this one
  int n;
  int first_column;
  int flags;
  bool last;                     // whether sums are finished
} Output;

// 32 x 32 sums of c.
typedef struct {
  float *sums;
  int rows;
  int row0;
  int column0;
} Block;

// Reads what sums have come to.
static inline void read_sums(const Output *from, const Block *to) {
  for (int r = 0; r < to->rows; r++) {
    for (int v = 0; v < 2; v++) {
      int column = to->column0 + v * SIDE;
      if (column >= from->n) continue;
      TILE part = load_some(from->c + (from->first + to->row0 + r) * from->n + column, from->n - column);
      STORE_TILE(part, to->sums + SUM_AT(r, v));
    }
  }
}

// Writes row r.
static inline void write_row(const Output *to, const Block *from, int r) {
  int row = from->row0 + r;
  for (int v = 0; v < 2; v++) {
    int column = from->column0 + v * SIDE;
    if (column >= to->n) continue;
    long at = (to->first + row) * to->n + column;
    TILE y = LOAD_TILE(from->sums + SUM_AT(r, v));
    if (to->last) {
#ifdef INT8
      int16 whole = as_int16(y) - ZERO_POINT * vload16(0, to->column_sums + column - to->first_column);
      y = convert_float16(whole) * (to->row_scales[row] * LOAD_TILE(to->column_scales + column));
#endif
      y = finished(y, at, row, column, to->n - column, to->bias, to->residual, to->gate, to->tokens, to->n, to->flags);
    }
    store_some(y, to->c + at, to->n - column);
  }
}

// matrix_product: c[z, i, j] = f(sum over p of a[z, i, p] * b[z, p, j] + bias), and if GATED residual + gate * that
// shapes  : a [matrices, row tiles, k tiles, 16, 16], b [matrices, column tiles, k tiles, 16, 16] ACROSS, as `pack_tiles`
//           makes them; c, residual [matrices, m, n]; bias [n] or [m]; gate [m / tokens, n]; where INT8 scales and sums of
//           both operands' outer rows
// assumes : all dense; row tiles from `first_row`, column tiles from `first_column`; `tiles` tiles of k from `depth` on, on top of
//           what c has come to if that is not 0, f and all behind it with the last; ids: strips of BLOCKS x 32 rows, panels of
//           PANEL_TILES, matrices
// error   : bf16: products are exact, sums f32 in the unit's order, denormals may count as 0: 4e-6 beside products of rounded
//           operands; INT8: sums are exact, one rounding each of two scales
// work    : 2 m n k flop with all slices; while the unit multiplies, the sums before are finished and the left operand of the next rows asked for
// source  : framepack.tensor.op.Linear, framepack.tensor.op.MatMul
kernel void matrix_product(global const uint *a, long a0, long a_batch, global const uint *b, long b0, long b_batch,
                           global float *c, long c0, global const float *bias, long bias0,
                           global const float *residual, long r0, global const float *gate, long g0, long tokens,
                           global const float *row_scales, long rs0, global const float *column_scales, long cs0,
                           global const int *column_sums, long sums0, int m, int n, int k_tiles, int first_row,
                           int row_offset, int first_column, int flags, int depth, int tiles) {
  long z = get_global_id(2);
  Output to = {c + c0, bias + bias0, residual + r0, gate + g0, row_scales + rs0, column_scales + cs0, column_sums + sums0,
               tokens, z * m, n, first_column, flags, depth + tiles == k_tiles};
  float sums[2][4 * WORDS] __attribute__((aligned(64)));
  a += a0 + z * a_batch + (long)depth * WORDS;
  b += b0 + z * b_batch + ((long)get_global_id(1) * PANEL_TILES * k_tiles + depth) * WORDS;
  long next = (long)k_tiles * WORDS;
  Block before = {sums[1], 0, 0, 0};
  begin_tiles();
  for (int block = 0; block < BLOCKS; block++) {
    int tile_row = row_offset + (get_global_id(0) * BLOCKS + block) * 32;
    int row0 = first_row + tile_row;
    if (row0 >= m) break;
    global const uint *left = a + tile_row / SIDE * next;
    for (int pair = 0; pair < PANEL_TILES; pair += 2) {
      int column0 = first_column + (get_global_id(1) * PANEL_TILES + pair) * SIDE;
      if (column0 >= n) break;
      Block now = {before.sums == sums[0] ? sums[1] : sums[0], min(32, m - row0), row0, column0};
      if (depth > 0) read_sums(&to, &now);
      Product it = {left, b + pair * next, next, next, tiles, now.sums, depth == 0, 0};
      global const uint *ahead = left + (2 + pair / 4) * next + pair / 2 % 2 * (tiles / 2) * WORDS; // half of a row of tiles a pair
      begin_product(&it);
      for (int r = 0; r < 32; r++) {
        advance_product(&it, r + 1, 32);
        for (int line = tiles * r / 4; line < tiles * (r + 1) / 4; line++) LATER(ahead + line * SIDE);
        if (r < before.rows) write_row(&to, &before, r);
      }
      end_product(&it);
      before = now;
    }
  }
  for (int r = 0; r < before.rows; r++) write_row(&to, &before, r);
  end_tiles();
}
#endif
