// Matrix products: B packed into panels, a register tile of TILE_ROWS x TILE_VECTORS vectors of TILE_LANES floats a work-item.
// CPU shape: a work-item is a group. GPU shape: TILE_GROUP x TILE_GROUP work-items share tiles in local memory.

#ifndef TILE_ROWS
#define TILE_ROWS 4      // rows of a work-item: 1 to 12
#endif
#ifndef TILE_LANES
#define TILE_LANES 4     // floats of a vector: 1, 4, 8, 16
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 1   // vectors of a work-item: 1 to 4
#endif
#ifndef TILE_GROUP
#define TILE_GROUP 8     // work-items along each side of a group: 1, 4, 8, 16
#endif
#define DEPTH 16         // steps of k between barriers
#define PANEL (TILE_VECTORS * TILE_LANES * TILE_GROUP)
#define ROWS (TILE_ROWS * TILE_GROUP)

#if TILE_LANES == 1
#define VECTOR float
#define LOAD(p) (*(p))
#define STORE(v, p) (*(p) = (v))
#else
#define VECTOR PASTE(float, TILE_LANES)
#define LOAD(p) PASTE(vload, TILE_LANES)(0, p)
#define STORE(v, p) PASTE(vstore, TILE_LANES)(v, 0, p)
#endif

#define BIAS_OF_COLUMNS 1
#define BIAS_OF_ROWS 2
#define GATED 4

#ifdef STORED
#define TYPE_F32 float
#define TYPE_BF16 ushort
#define TYPE_F16 half
#define load_F32(p, i) (p)[i]
#define load_BF16(p, i) from_bf16((p)[i])
#define load_F16(p, i) vload_half(i, p)

// pack: packed[z, panel, k, column] = b[z, k, panel * PANEL + column], 0 beyond n
// shapes  : b [batch, k, n] of any strides, STORED as F32, BF16 or F16; packed [batch, panels, k, PANEL]
// assumes : packed dense; a work-item packs one step of k of one panel
// error   : none, f16 and bf16 are exact in f32
// work    : 8 bytes an element
// source  : framepack.tensor.op.Linear, framepack.tensor.op.MatMul
kernel void pack(global const PASTE(TYPE_, STORED) *b, long b0, long8 batch, long8 batch_strides, long k_stride,
                 long n_stride, global float *packed, long p0, long matrices, int k, int n, int first_panel, int panels) {
  long item = get_global_id(0);
  if (item >= matrices * panels * k) return;
  long p = item % k;
  int panel = item / k % panels;
  long from = b0 + place(item / k / panels, batch, batch_strides) + p * k_stride;
  packed += p0 + item / k * k * PANEL + p * PANEL;
  int first = (first_panel + panel) * PANEL;
  for (int c = 0; c < PANEL; c++) {
    packed[c] = first + c < n ? PASTE(load_, STORED)(b, from + (first + c) * n_stride) : 0;
  }
}
#endif

#ifdef WINDOWS
// pack_windows: the element of x that tap `tap` of a convolution meets at result `position`, packed as `pack` does
// shapes  : x [batch, c, t, h, w] of any strides; packed [batch, panels, taps, PANEL] with columns = positions, or with
//           TAPS_ACROSS [1, panels, batch * positions, PANEL] with columns = taps
// assumes : packed dense; a work-item packs one row of one panel
// error   : none
// work    : 8 bytes an element; x is read once for every tap
// source  : framepack.tensor.op.Conv3d, framepack.tensor.op.Conv3dBackward
kernel void pack_windows(global const float *x, long x0, long8 xs, global float *packed, long p0, long matrices, int k,
                         int n, int first_panel, int panels, int kt, int kh, int kw, int ot, int oh, int ow,
                         int st, int sh, int sw) {
  long item = get_global_id(0);
  if (item >= matrices * panels * k) return;
  int row = item % k;
  int panel = item / k % panels;
  packed += p0 + item / k * k * PANEL + (long)row * PANEL;
  int first = (first_panel + panel) * PANEL;
  int positions = ot * oh * ow;
  for (int c = 0; c < PANEL; c++) {
#ifdef TAPS_ACROSS
    int tap = first + c, position = row % positions;
    long b = row / positions;
#else
    int tap = row, position = first + c;
    long b = item / k / panels;
#endif
    int frame = position / (oh * ow) * st + tap / (kh * kw) % kt;
    int line = position / ow % oh * sh + tap / kw % kh;
    int column = position % ow * sw + tap % kw;
    long at = b * xs.s3 + tap / (kt * kh * kw) * xs.s4 + frame * xs.s5 + line * xs.s6 + column * xs.s7;
    packed[c] = first + c < n ? x[x0 + at] : 0;
  }
}
#endif

#ifdef ACTIVATION
static inline VECTOR a_none(VECTOR x) { return x; }
static inline VECTOR a_silu(VECTOR x) { return x / (1.0f + exp(-x)); }
static inline VECTOR a_gelu_tanh(VECTOR x) {
  return 0.5f * x * (1.0f + tanh(0.7978845608028654f * (x + 0.044715f * x * x * x)));
}
static inline VECTOR a_gelu_exact(VECTOR x) { return 0.5f * x * (1.0f + erf(x * 0.7071067811865476f)); }

// Up to TILE_LANES numbers of a row, 0 beyond `count`.
static inline VECTOR load_some(global const float *p, int count) {
  if (count >= TILE_LANES) return LOAD(p);
  float some[TILE_LANES];
  for (int i = 0; i < TILE_LANES; i++) some[i] = i < count ? p[i] : 0;
  return LOAD(some);
}

static inline void store_some(VECTOR v, global float *p, int count) {
  if (count >= TILE_LANES) {
    STORE(v, p);
    return;
  }
  float some[TILE_LANES];
  STORE(v, some);
  for (int i = 0; i < count; i++) p[i] = some[i];
}

// gemm: c[z, i, j] = f(sum over p of a[z, i, p] * b[z, p, j] + bias), and if GATED residual + gate * that
// shapes  : a [batch, m, k] of any strides; b packed; c, residual [batch, m, n]; bias [n] or [m]; gate [m / tokens, n]
// assumes : c, residual, bias, gate dense; ids: row tile, panel, batch, so that a panel stays in the cache for all rows
// error   : max rel 4e-6; one fma a step of k, in order
// work    : 2 m n k flop; of 2-core AVX-512 peak 95 % measured in this shape (6 x 64), 256 bit 6 x 16
// source  : framepack.tensor.op.Linear, framepack.tensor.op.MatMul, framepack.tensor.op.Conv3d
kernel void gemm(global const float *a, long a0, long8 batch, long8 a_strides, long a_row, long a_step,
                 global const float *packed, long p0, long packed_batch, global float *c, long c0,
                 global const float *bias, long bias0, global const float *residual, long r0,
                 global const float *gate, long g0, long tokens, int m, int n, int k, int first_row, int first_panel,
                 int flags) {
  int item_column = get_local_id(0), item_row = get_local_id(1);
  long z = get_group_id(2);
  int panel = get_group_id(1);
  int row0 = first_row + get_group_id(0) * ROWS + item_row * TILE_ROWS;
  a += a0 + place(z, batch, a_strides);
  packed += p0 + z * packed_batch + (long)panel * k * PANEL;
  VECTOR sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
    for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = 0.0f;
  }
#if TILE_GROUP == 1
  global const float *rows[TILE_ROWS];
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) rows[r] = a + min(row0 + r, m - 1) * a_row;
  for (int p = 0; p < k; p++) {
    VECTOR b[TILE_VECTORS];
#pragma unroll
    for (int v = 0; v < TILE_VECTORS; v++) b[v] = LOAD(packed + (long)p * PANEL + v * TILE_LANES);
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++) {
      VECTOR x = rows[r][p * a_step];
#pragma unroll
      for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = fma(x, b[v], sums[r][v]);
    }
  }
#else
  local float a_tile[DEPTH][ROWS + 1];
  local float b_tile[DEPTH][PANEL];
  int item = item_row * TILE_GROUP + item_column;
  int tile_row0 = first_row + get_group_id(0) * ROWS;
  for (int depth = 0; depth < k; depth += DEPTH) {
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int i = item; i < DEPTH * ROWS; i += TILE_GROUP * TILE_GROUP) {
      int p = depth + i % DEPTH;
      a_tile[i % DEPTH][i / DEPTH] = p < k ? a[min(tile_row0 + i / DEPTH, m - 1) * a_row + p * a_step] : 0;
    }
    for (int i = item; i < DEPTH * PANEL; i += TILE_GROUP * TILE_GROUP) {
      b_tile[i / PANEL][i % PANEL] = depth + i / PANEL < k ? packed[(long)depth * PANEL + i] : 0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int p = 0; p < DEPTH; p++) {
#pragma unroll
      for (int r = 0; r < TILE_ROWS; r++) {
        VECTOR x = a_tile[p][item_row * TILE_ROWS + r];
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) {
          sums[r][v] = fma(x, LOAD(&b_tile[p][(item_column * TILE_VECTORS + v) * TILE_LANES]), sums[r][v]);
        }
      }
    }
  }
#endif
#pragma unroll
  for (int r = 0; r < TILE_ROWS; r++) {
    int row = row0 + r;
#pragma unroll
    for (int v = 0; v < TILE_VECTORS; v++) {
      int column = (first_panel + panel) * PANEL + (item_column * TILE_VECTORS + v) * TILE_LANES;
      int count = n - column;
      if (row < m && count > 0) {
        VECTOR y = sums[r][v];
        if (flags & BIAS_OF_COLUMNS) y += load_some(bias + bias0 + column, count);
        if (flags & BIAS_OF_ROWS) y += bias[bias0 + row];
        y = ACTIVATION(y);
        long at = (z * m + row) * n + column;
        if (flags & GATED) {
          VECTOR g = load_some(gate + g0 + row / tokens * n + column, count);
          y = fma(g, y, load_some(residual + r0 + at, count));
        }
        store_some(y, c + c0 + at, count);
      }
    }
  }
}
#endif
