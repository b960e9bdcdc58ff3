// Matrix products in the shape of CPUs: a work-item is a group with a register tile of TILE_ROWS x TILE_VECTORS vectors of TILE_LANES
// floats. Both operands are packed, and all rows meet a slice of a panel while it is in the cache. gemm_group.cl has the shape of GPUs.

#include "tile.cl"

#ifndef TILE_ROWS
#define TILE_ROWS 4      // rows of a work-item: 1 to 12
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 1   // vectors of a work-item: 1 to 4
#endif
#ifndef STRIP
#define STRIP 1          // tiles of a work-item, below each other: >= 1
#endif
#ifndef WIDTH
#define WIDTH PANEL      // columns of what is packed: PANEL for B, TILE_ROWS for A
#endif
#define A_AHEAD 512      // floats of a packed A between what is met and what is asked for: it comes from the last cache
#define B_AHEAD 16       // steps of a packed B: it comes from the second
#define STEPS 128        // steps of k that a work-item packs: 512 bytes of a row of a transposed b
#define CACHED (2 << 20) // floats that may be met in a cache again
#define PANEL (TILE_VECTORS * TILE_LANES)
#define ROWS (TILE_ROWS * STRIP)

#ifdef STORED
// pack: packed[z, panel, k, column] = b[first_matrix + z, k, panel * WIDTH + column], 0 beyond n
// shapes  : b [batch, k, n] of any strides, STORED as F32, BF16 or F16; packed [matrices, panels, k, WIDTH]
// assumes : packed dense; a work-item packs STEPS steps of k of one panel
// error   : none, f16 and bf16 are exact in f32
// work    : 8 bytes an element; STEPS neighbours along k are read together where b is transposed
// source  : framepack.tensor.op.Linear, framepack.tensor.op.MatMul
kernel void pack(global const PASTE(TYPE_, STORED) *b, long b0, long8 batch, long8 batch_strides, long k_stride,
                 long n_stride, global float *packed, long p0, long first_matrix,
                 long matrices, int k, int n, int first_panel, int panels) {
  int blocks = (k + STEPS - 1) / STEPS;
  long item = get_global_id(0);
  if (item >= matrices * panels * blocks) return;
  int from = item % blocks * STEPS;
  int steps = min(STEPS, k - from);
  int panel = item / blocks % panels;
  int first = (first_panel + panel) * WIDTH;
  int columns = min(WIDTH, n - first);
  b += b0 + place(first_matrix + item / blocks / panels, batch, batch_strides) + from * k_stride + first * n_stride;
  packed += p0 + (item / blocks * k + from) * WIDTH;
  if (columns < WIDTH) {
    for (int i = 0; i < steps * WIDTH; i++) packed[i] = 0;
  }
  if (n_stride == 1) {
    for (int p = 0; p < steps; p++) {
      for (int c = 0; c < columns; c++) packed[p * WIDTH + c] = PASTE(load_, STORED)(b, p * k_stride + c);
    }
    return;
  }
  int squares = 0;
#if TILE_LANES > 1
  if (k_stride == 1) { // squares of TILE_LANES; what the last of a panel writes beyond it is written over again
    squares = steps / TILE_LANES * TILE_LANES;
    const int last = (WIDTH - 1) / TILE_LANES * TILE_LANES;
    bool past_caches = (long)matrices * panels * k * WIDTH > CACHED;
    for (int done = last; done >= 0; done -= TILE_LANES) {
      for (int p = 0; p < squares; p += TILE_LANES) {
        TILE square[TILE_LANES];
#pragma unroll
        for (int c = 0; c < TILE_LANES; c++) {
          bool inside = done + c < WIDTH && done + c < columns;
          SOON(b + p + (done > 0 ? (done - TILE_LANES + c) * n_stride : (last + c) * n_stride + STEPS)); // the next squares
          square[c] = inside ? PASTE(vector_, STORED)(b + (done + c) * n_stride + p) : (TILE)(0.0f);
        }
        transpose(square);
#pragma unroll
        for (int i = 0; i < TILE_LANES; i++) {
          global float *row = packed + (p + i) * WIDTH + done;
          if (WIDTH % TILE_LANES == 0 && past_caches) {
            STREAM_TILE(square[i], row);
          } else if ((p + i) * WIDTH + done + TILE_LANES <= steps * WIDTH) {
            STORE_TILE(square[i], row);
          } else {
            float some[TILE_LANES];
            STORE_TILE(square[i], some);
            for (int c = 0; c < (WIDTH) % TILE_LANES; c++) row[c] = some[c];
          }
        }
      }
    }
  }
#endif
  for (int c = 0; c < columns; c++) {
    for (int p = squares; p < steps; p++) packed[p * WIDTH + c] = PASTE(load_, STORED)(b, c * n_stride + p * k_stride);
  }
}
#endif

#define ACROSS PANEL // columns of windows that a work-item packs
#include "window.cl"

#ifdef ACTIVATION
// gemm: c[z, i, j] = f(sum over p of a[z, i, p] * b[z, p, j] + bias), and if GATED residual + gate * that
// shapes  : a packed [batch, row tiles, k, TILE_ROWS], or [batch, m, k] of any strides if it is read AS_IT_LIES; b packed;
//           c, residual [batch, m, n]; bias [n] or [m]; gate [m / tokens, n]
// assumes : c, residual, bias, gate dense; ids: rows, panel, batch, so that a panel stays in the cache for all rows; packed a
//           begins with row `first_row`, packed b with panel `first_panel`. Takes the steps from `depth` to `end - 1`, on top of
//           what c holds unless depth is 0
// error   : max rel 4e-6; one fma a step of k, in order
// work    : 2 m n k flop; 12 cycles a step of 6 x 64 sums in 512-bit registers, for 256 bit 6 x 16
// source  : framepack.tensor.op.Linear, framepack.tensor.op.MatMul, framepack.tensor.op.Conv3d
kernel void gemm(global const float *a, long a0, long8 batch, long8 a_strides, long a_row, long a_step, long a_batch,
                 global const float *packed, long p0, long packed_batch, global float *c, long c0,
                 global const float *bias, long bias0, global const float *residual, long r0,
                 global const float *gate, long g0, long tokens, int m, int n, int k, int first_row, int row_offset,
                 int first_panel, int depth, int end, int flags) {
  long z = get_global_id(2);
  int panel = get_global_id(1);
  packed += p0 + z * packed_batch + (long)panel * k * PANEL;
  c += c0;
  bias += bias0;
  residual += r0;
  gate += g0;
  int strip = row_offset + get_global_id(0) * ROWS;
  int first = (first_panel + panel) * PANEL;
#ifdef AS_IT_LIES
  a += a0 + place(z, batch, a_strides);
#else
  a += a0 + z * a_batch;
#endif
  for (int in_strip = 0; in_strip < ROWS; in_strip += TILE_ROWS) {
    int row0 = first_row + strip + in_strip;
    if (row0 >= m) break;
    TILE sums[TILE_ROWS][TILE_VECTORS];
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
      for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = 0.0f;
    }
    if (depth > 0) {
#pragma unroll
      for (int r = 0; r < TILE_ROWS; r++) {
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) {
          int column = first + v * TILE_LANES;
          if (row0 + r < m && column < n) {
            sums[r][v] = load_some(c + (z * m + row0 + r) * n + column, n - column);
          }
        }
      }
    }
#ifdef AS_IT_LIES
    global const float *x[TILE_ROWS];
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++) x[r] = a + min(row0 + r, m - 1) * a_row + depth * a_step;
#else
    global const float *x = a + (long)(strip + in_strip) * k + (long)depth * TILE_ROWS;
#endif
    global const float *b = packed + (long)depth * PANEL;
    for (int p = depth; p < end; p++) {
      TILE y[TILE_VECTORS];
#pragma unroll
      for (int v = 0; v < TILE_VECTORS; v++) y[v] = LOAD_TILE(b + v * TILE_LANES);
#pragma unroll
      for (int r = 0; r < TILE_ROWS; r++) {
#ifdef AS_IT_LIES
        TILE factor = *x[r];
        x[r] += a_step;
#else
        TILE factor = x[r];
#endif
#pragma unroll
        for (int v = 0; v < TILE_VECTORS; v++) sums[r][v] = fma(factor, y[v], sums[r][v]);
      }
#ifndef AS_IT_LIES
      x += TILE_ROWS;
      SOON(x + A_AHEAD);
#endif
#pragma unroll
      for (int v = 0; v < TILE_VECTORS; v++) SOON(b + B_AHEAD * PANEL + v * TILE_LANES);
      b += PANEL;
    }
#pragma unroll
    for (int r = 0; r < TILE_ROWS; r++) {
      int row = row0 + r;
#pragma unroll
      for (int v = 0; v < TILE_VECTORS; v++) {
        int column = first + v * TILE_LANES;
        if (row < m && column < n) {
          long at = (z * m + row) * n + column;
          TILE sum = sums[r][v];
          if (end == k) sum = finished(sum, at, row, column, n - column, bias, residual, gate, tokens, n, flags);
          store_some(sum, c + at, n - column);
        }
      }
    }
  }
}
#endif
