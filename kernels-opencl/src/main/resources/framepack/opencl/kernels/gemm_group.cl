// Matrix products in the shape of GPUs: TILE_GROUP x TILE_GROUP work-items share tiles of both operands in local memory. Both are
// packed, so that a tile is one piece of memory; the next one is read while this one is met. gemm.cl has the shape of CPUs.

#include "tile.cl"
#include "group.cl"

#ifndef TILE_ROWS
#define TILE_ROWS 8      // rows of a work-item: 1 to 12
#endif
#ifndef TILE_VECTORS
#define TILE_VECTORS 1   // vectors of a work-item: 1 to 4
#endif
#ifndef SHARE
#define SHARE 1          // into how many parts the tile is cut along each side, for products with few tiles
#endif
#define ITEM_ROWS (TILE_ROWS > SHARE ? TILE_ROWS / SHARE : 1)
#define ITEM_VECTORS (TILE_VECTORS > SHARE ? TILE_VECTORS / SHARE : 1)
#define PANEL (ITEM_VECTORS * TILE_LANES * TILE_GROUP)
#define ROWS (ITEM_ROWS * TILE_GROUP)
#ifndef WIDTH
#define WIDTH PANEL      // columns of what is packed: PANEL for B, ROWS for A
#endif
#define A_SIZE (DEPTH * ROWS / 4)
#define B_SIZE (DEPTH * PANEL / 4)
#define SQUARE 32        // steps of k, and columns, that a group packs at once
#define SQUARE_COLUMNS (WIDTH < SQUARE ? WIDTH : SQUARE)

#ifdef STORED
// pack: packed[z, panel, k, column] = b[first_matrix + z, k, panel * WIDTH + column], 0 beyond n
// shapes  : b [batch, k, n] of any strides, STORED as F32, BF16 or F16; packed [matrices, panels, k, WIDTH]
// assumes : packed dense; a group of GROUP for a square, which goes through local memory so that neighbours read and write neighbours
// error   : none, f16 and bf16 are exact in f32
// work    : 8 bytes an element
// source  : framepack.tensor.op.Linear, framepack.tensor.op.MatMul
kernel void pack(global const PASTE(TYPE_, STORED) *b, long b0, long8 batch, long8 batch_strides, long k_stride,
                 long n_stride, global float *packed, long p0, long first_matrix,
                 long matrices, int k, int n, int first_panel, int panels) {
  local float square[SQUARE][SQUARE_COLUMNS + 1];
  int blocks = (k + SQUARE - 1) / SQUARE;
  int across = (WIDTH + SQUARE_COLUMNS - 1) / SQUARE_COLUMNS;
  long group = GROUP_ID;
  int in_panel = group % across * SQUARE_COLUMNS;
  int from = group / across % blocks * SQUARE;
  long whole = group / across / blocks; // panel of all matrices
  int first = (first_panel + whole % panels) * WIDTH + in_panel;
  if (whole < matrices * panels) {
    b += b0 + place(first_matrix + whole / panels, batch, batch_strides) + from * k_stride + first * n_stride;
    for (int i = get_local_id(0); i < SQUARE * SQUARE_COLUMNS; i += GROUP) {
      int p = k_stride == 1 ? i % SQUARE : i / SQUARE_COLUMNS;
      int c = k_stride == 1 ? i / SQUARE : i % SQUARE_COLUMNS;
      square[p][c] = from + p < k && first + c < n ? PASTE(load_, STORED)(b, p * k_stride + c * n_stride) : 0;
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
  if (whole >= matrices * panels) return;
  packed += p0 + (whole * k + from) * WIDTH + in_panel;
  for (int i = get_local_id(0); i < SQUARE * SQUARE_COLUMNS; i += GROUP) {
    int p = i / SQUARE_COLUMNS, c = i % SQUARE_COLUMNS;
    if (from + p < k && in_panel + c < WIDTH) packed[p * WIDTH + c] = square[p][c];
  }
}
#endif

#define ACROSS 1     // columns of windows that a work-item packs
#include "window.cl"

#ifdef ACTIVATION
// gemm: c[z, i, j] = f(sum over p of a[z, i, p] * b[z, p, j] + bias), and if GATED residual + gate * that
// shapes  : a packed [batch, row tiles, k, ROWS], b packed [batch, panels, k, PANEL]; c, residual [batch, m, n]; bias [n] or [m];
//           gate [m / tokens, n]
// assumes : c, residual, bias, gate dense; ids: rows, panel, batch; packed a begins with row `first_row`, packed b with panel
//           `first_panel`. Takes all steps: what the shape of CPUs is told of strides and of slices of k is not read
// error   : max rel 4e-6; one fma a step of k, in order
// work    : 2 m n k flop; a step of 8 x 8 sums reads 4 vectors of local memory for 64 multiply-adds
// source  : framepack.tensor.op.Linear, framepack.tensor.op.MatMul, framepack.tensor.op.Conv3d
kernel void gemm(global const float *a, long a0, long8 batch, long8 a_strides, long a_row, long a_step, long a_batch,
                 global const float *packed, long p0, long packed_batch, global float *c, long c0,
                 global const float *bias, long bias0, global const float *residual, long r0,
                 global const float *gate, long g0, long tokens, int m, int n, int k, int first_row, int row_offset,
                 int first_panel, int depth, int end, int flags) {
  local float4 a_tile[2][A_SIZE] __attribute__((aligned(64)));
  local float4 b_tile[2][B_SIZE] __attribute__((aligned(64)));
  int item_column = get_local_id(0), item_row = get_local_id(1);
  int item = item_row * TILE_GROUP + item_column;
  long z = get_global_id(2);
  int panel = get_global_id(1) / TILE_GROUP;
  int tile_row = row_offset + get_global_id(0) / TILE_GROUP * ROWS;
  global const float4 *x = (global const float4 *)(a + a0 + z * a_batch + (long)tile_row * k);
  global const float4 *y = (global const float4 *)(packed + p0 + z * packed_batch + (long)panel * k * PANEL);
  float4 a_next[PARTS(A_SIZE)], b_next[PARTS(B_SIZE)];
  TILE sums[ITEM_ROWS][ITEM_VECTORS];
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r++) {
#pragma unroll
    for (int v = 0; v < ITEM_VECTORS; v++) sums[r][v] = 0.0f;
  }
  fetch(x, item, (long)k * ROWS / 4, A_SIZE, a_next);
  fetch(y, item, (long)k * PANEL / 4, B_SIZE, b_next);
  put(a_next, item, A_SIZE, a_tile[0]);
  put(b_next, item, B_SIZE, b_tile[0]);
  barrier(CLK_LOCAL_MEM_FENCE);
  int now = 0;
  for (int from = DEPTH; from - DEPTH < k; from += DEPTH) {
    if (from < k) {
      x += A_SIZE;
      y += B_SIZE;
      fetch(x, item, (long)(k - from) * ROWS / 4, A_SIZE, a_next);
      fetch(y, item, (long)(k - from) * PANEL / 4, B_SIZE, b_next);
    }
#pragma unroll
    for (int p = 0; p < DEPTH; p++) {
      local const float *left = (local const float *)a_tile[now] + p * ROWS + item_row * ITEM_ROWS;
      local const TILE *right = (local const TILE *)((local const float *)b_tile[now] + p * PANEL);
      float rows[ITEM_ROWS] __attribute__((aligned(16)));
#if ITEM_ROWS % 4 == 0
#pragma unroll
      for (int r = 0; r < ITEM_ROWS; r += 4) *(float4 *)(rows + r) = *(local const float4 *)(left + r);
#else
#pragma unroll
      for (int r = 0; r < ITEM_ROWS; r++) rows[r] = left[r];
#endif
      TILE columns[ITEM_VECTORS];
#pragma unroll
      for (int v = 0; v < ITEM_VECTORS; v++) columns[v] = right[v * TILE_GROUP + item_column];
#pragma unroll
      for (int r = 0; r < ITEM_ROWS; r++) {
#pragma unroll
        for (int v = 0; v < ITEM_VECTORS; v++) sums[r][v] = fma((TILE)(rows[r]), columns[v], sums[r][v]);
      }
    }
    if (from < k) {
      put(a_next, item, A_SIZE, a_tile[now ^ 1]);
      put(b_next, item, B_SIZE, b_tile[now ^ 1]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    now ^= 1;
  }
  c += c0;
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r++) {
    int row = first_row + tile_row + item_row * ITEM_ROWS + r;
#pragma unroll
    for (int v = 0; v < ITEM_VECTORS; v++) {
      int column = (first_panel + panel) * PANEL + (v * TILE_GROUP + item_column) * TILE_LANES;
      if (row < m && column < n) {
        long at = (z * m + row) * n + column;
        TILE sum = finished(sums[r][v], at, row, column, n - column, bias + bias0, residual + r0, gate + g0, tokens, n, flags);
        store_some(sum, c + at, n - column);
      }
    }
  }
}
#endif
