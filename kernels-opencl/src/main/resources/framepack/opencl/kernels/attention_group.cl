// Attention in the shape of GPUs: TILE_GROUP x TILE_GROUP work-items own ROWS queries and meet KEYS keys at a time. Scores are one
// product of tiles in local memory, sums of values another, of weights that pass through local memory; both stay in registers.
// attention.cl does what this does not: masks, and heads that are too wide.

#include "heads.cl"
#include "group.cl"

#ifndef QUERIES
#define QUERIES 1        // vectors of 4 queries of a work-item
#endif
#ifndef HEAD
#define HEAD (4 * TILE_GROUP) // columns of the sums: d or more, a multiple of 4 * TILE_GROUP
#endif
#define ITEM_ROWS (4 * QUERIES)
#define ITEM_VECTORS (HEAD / (4 * TILE_GROUP))
#define ROWS (ITEM_ROWS * TILE_GROUP)
#define KEYS (4 * TILE_GROUP)
#define PITCH (ROWS + 4) // of the weights of a key: neighbours in other banks
#define Q_SIZE (DEPTH * ROWS / 4)
#define K_SIZE (DEPTH * KEYS / 4)
#define V_SIZE (DEPTH * HEAD / 4)
#define TILE_SIZE (Q_SIZE + K_SIZE > V_SIZE ? Q_SIZE + K_SIZE : V_SIZE)

// ITEM_ROWS numbers of neighbouring rows from `from` on.
static inline void read_rows(local const float *from, float *rows) {
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r += 4) {
    float4 four = *(local const float4 *)(from + r);
    rows[r] = four.x;
    rows[r + 1] = four.y;
    rows[r + 2] = four.z;
    rows[r + 3] = four.w;
  }
}

// Adds `factor` times the dense row y of d columns to this work-item's part of a row.
static inline void add_row(global const float *y, float factor, int item_column, int d, float4 *out) {
#pragma unroll
  for (int v = 0; v < ITEM_VECTORS; v++) {
    float part[4];
    int column = (v * TILE_GROUP + item_column) * 4;
#pragma unroll
    for (int c = 0; c < 4; c++) part[c] = column + c < d ? y[column + c] : 0;
    out[v] = fma((float4)(factor), (float4)(part[0], part[1], part[2], part[3]), out[v]);
  }
}

static inline void write_row(const float4 *out, float factor, int item_column, int d, global float *y) {
#pragma unroll
  for (int v = 0; v < ITEM_VECTORS; v++) {
    float4 part = out[v] * factor;
    float each[4] = {part.x, part.y, part.z, part.w};
    int column = (v * TILE_GROUP + item_column) * 4;
#pragma unroll
    for (int c = 0; c < 4; c++) {
      if (column + c < d) y[column + c] = each[c];
    }
  }
}

// attention: y = softmax(scale q k^T) v, lse = log of the sum of exponentials; keys beyond `lengths` are hidden
// shapes  : q [heads, blocks, d, ROWS], k [key heads, blocks, d, KEYS], v [key heads, t, HEAD], as `pack` of gemm_group.cl makes them
//           from head `first_head` of all items on; y [batch, s, heads, d]; lse [batch, heads, s]
// assumes : all dense; a group for ROWS queries of one head, from block `first` on
// error   : max rel 4e-6
// work    : 4 s t d flop a head, one exponential a score
// source  : arXiv:2205.14135, framepack.tensor.op.Attention
kernel void attention(global const float *q, long q0, global const float *k, long k0, global const float *v, long v0,
                      global float *y, long y0, global float *lse, long lse0, global const int *lengths, long lengths0,
                      long length_stride, int flags, long first_head, int heads, int share, int s, int t, int d, float scale,
                      long first) {
  local float4 tiles[2][TILE_SIZE];
  local float4 weights[KEYS * PITCH / 4];
  local float *weight = (local float *)weights;
  int item_column = get_local_id(0), item_row = get_local_id(1);
  int item = item_row * TILE_GROUP + item_column;
  long group = first + get_global_id(0) / TILE_GROUP;
  int blocks = (s + ROWS - 1) / ROWS;
  long head_of_all = first_head * share + group / blocks;
  int head = head_of_all % heads;
  long b = head_of_all / heads;
  int row0 = group % blocks * ROWS + item_row * ITEM_ROWS;
  int keys = visible(t, lengths, lengths0, length_stride, b, flags);
  long key_head = group / blocks / share;
  global const float4 *query = (global const float4 *)(q + q0 + group * d * ROWS);
  global const float4 *key = (global const float4 *)(k + k0 + key_head * ((t + KEYS - 1) / KEYS) * KEYS * d);
  global const float4 *value = (global const float4 *)(v + v0 + key_head * t * HEAD);
  y += y0 + ((b * s + row0) * heads + head) * d;
  float4 out[ITEM_ROWS][ITEM_VECTORS];
  float largest[ITEM_ROWS], sum[ITEM_ROWS], largest_stored[ITEM_ROWS], sum_stored[ITEM_ROWS];
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r++) {
    largest[r] = largest_stored[r] = -INFINITY;
    sum[r] = sum_stored[r] = 0;
#pragma unroll
    for (int n = 0; n < ITEM_VECTORS; n++) out[r][n] = 0.0f;
  }
  float rows[ITEM_ROWS];
  float4 q_next[PARTS(Q_SIZE)], k_next[PARTS(K_SIZE)], v_next[PARTS(V_SIZE)];
  int stored = 0; // keys, of which y has the values and `sum_stored` the weights
  int now = 0;
  for (int j0 = 0; j0 < keys; j0 += KEYS) {
    if (j0 - stored >= SUMMED) {
#pragma unroll
      for (int r = 0; r < ITEM_ROWS; r++) {
        float rescale = rising(largest_stored[r], largest[r]);
        if (row0 + r < s) {
          global float *row = y + (long)r * heads * d;
          if (stored > 0) add_row(row, rescale, item_column, d, out[r]);
          write_row(out[r], 1, item_column, d, row);
        }
        sum_stored[r] = sum[r] + rescale * sum_stored[r];
        largest_stored[r] = largest[r];
        sum[r] = 0;
#pragma unroll
        for (int n = 0; n < ITEM_VECTORS; n++) out[r][n] = 0.0f;
      }
      stored = j0;
    }
    float4 p[ITEM_ROWS]; // 4 neighbouring keys
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) p[r] = 0.0f;
    global const float4 *block = key + (long)(j0 / 4) * d;
    fetch(query, item, (long)d * ROWS / 4, Q_SIZE, q_next);
    fetch(block, item, (long)d * KEYS / 4, K_SIZE, k_next);
    put(q_next, item, Q_SIZE, tiles[now]);
    put(k_next, item, K_SIZE, tiles[now] + Q_SIZE);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int e = DEPTH; e - DEPTH < d; e += DEPTH) {
      if (e < d) {
        fetch(query + e * (ROWS / 4), item, (long)(d - e) * ROWS / 4, Q_SIZE, q_next);
        fetch(block + e * (KEYS / 4), item, (long)(d - e) * KEYS / 4, K_SIZE, k_next);
      }
#pragma unroll
      for (int i = 0; i < DEPTH; i++) {
        read_rows((local const float *)tiles[now] + i * ROWS + item_row * ITEM_ROWS, rows);
        float4 four = tiles[now][Q_SIZE + i * (KEYS / 4) + item_column];
#pragma unroll
        for (int r = 0; r < ITEM_ROWS; r++) p[r] = fma((float4)(rows[r]), four, p[r]);
      }
      if (e < d) {
        put(q_next, item, Q_SIZE, tiles[now ^ 1]);
        put(k_next, item, K_SIZE, tiles[now ^ 1] + Q_SIZE);
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      now ^= 1;
    }
    global const float4 *first_value = value + (long)j0 * (HEAD / 4);
    fetch(first_value, item, (long)(keys - j0) * (HEAD / 4), V_SIZE, v_next);
    float top[ITEM_ROWS];
    int column = j0 + item_column * 4;
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
      p[r] *= scale * LOG2E;
      if (column + 0 >= keys) p[r].x = -INFINITY;
      if (column + 1 >= keys) p[r].y = -INFINITY;
      if (column + 2 >= keys) p[r].z = -INFINITY;
      if (column + 3 >= keys) p[r].w = -INFINITY;
      weight[(item_row * ITEM_ROWS + r) * TILE_GROUP + item_column] = fmax(fmax(p[r].x, p[r].y), fmax(p[r].z, p[r].w));
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
      local const float4 *tops = weights + (item_row * ITEM_ROWS + r) * (TILE_GROUP / 4);
      float4 most = tops[0];
#pragma unroll
      for (int i = 1; i < TILE_GROUP / 4; i++) most = fmax(most, tops[i]);
      top[r] = fmax(fmax(most.x, most.y), fmax(most.z, most.w));
    }
    barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r++) {
      if (top[r] > largest[r] + ROOM) { // seldom after the first keys
        float rescale = rising(largest[r], top[r]);
        largest[r] = top[r];
        sum[r] *= rescale;
#pragma unroll
        for (int n = 0; n < ITEM_VECTORS; n++) out[r][n] *= rescale;
      }
      float base = largest[r] == -INFINITY ? 0 : largest[r]; // a row that has seen no key yet
      p[r] = (float4)(exp2_tile(p[r].x - base), exp2_tile(p[r].y - base), exp2_tile(p[r].z - base), exp2_tile(p[r].w - base));
      sum[r] += (p[r].x + p[r].y) + (p[r].z + p[r].w);
    }
#pragma unroll
    for (int r = 0; r < ITEM_ROWS; r += 4) {
      local float4 *to = weights + (item_column * 4 * PITCH + item_row * ITEM_ROWS + r) / 4;
      to[0 * PITCH / 4] = (float4)(p[r].x, p[r + 1].x, p[r + 2].x, p[r + 3].x);
      to[1 * PITCH / 4] = (float4)(p[r].y, p[r + 1].y, p[r + 2].y, p[r + 3].y);
      to[2 * PITCH / 4] = (float4)(p[r].z, p[r + 1].z, p[r + 2].z, p[r + 3].z);
      to[3 * PITCH / 4] = (float4)(p[r].w, p[r + 1].w, p[r + 2].w, p[r + 3].w);
    }
    put(v_next, item, V_SIZE, tiles[now]);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int j = DEPTH; j - DEPTH < KEYS; j += DEPTH) {
      if (j < KEYS) fetch(first_value + j * (HEAD / 4), item, (long)(keys - j0 - j) * (HEAD / 4), V_SIZE, v_next);
#pragma unroll
      for (int i = 0; i < DEPTH; i++) {
        read_rows(weight + (j - DEPTH + i) * PITCH + item_row * ITEM_ROWS, rows);
        float4 columns[ITEM_VECTORS];
#pragma unroll
        for (int n = 0; n < ITEM_VECTORS; n++) columns[n] = tiles[now][i * (HEAD / 4) + n * TILE_GROUP + item_column];
#pragma unroll
        for (int r = 0; r < ITEM_ROWS; r++) {
#pragma unroll
          for (int n = 0; n < ITEM_VECTORS; n++) out[r][n] = fma((float4)(rows[r]), columns[n], out[r][n]);
        }
      }
      if (j < KEYS) put(v_next, item, V_SIZE, tiles[now ^ 1]);
      barrier(CLK_LOCAL_MEM_FENCE);
      now ^= 1;
    }
  }
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r++) {
    float rescale = rising(largest_stored[r], largest[r]);
    weight[(item_row * ITEM_ROWS + r) * TILE_GROUP + item_column] = sum[r] + rescale * sum_stored[r];
  }
  barrier(CLK_LOCAL_MEM_FENCE);
#pragma unroll
  for (int r = 0; r < ITEM_ROWS; r++) {
    if (row0 + r >= s) continue;
    float all = 0;
    for (int i = 0; i < TILE_GROUP; i++) all += weight[(item_row * ITEM_ROWS + r) * TILE_GROUP + i];
    global float *row = y + (long)r * heads * d;
    if (stored > 0) add_row(row, rising(largest_stored[r], largest[r]), item_column, d, out[r]);
    write_row(out[r], (all == 0 ? 0.0f : 1.0f) / fmax(all, 1e-37f), item_column, d, row);
    if (item_column == 0) lse[lse0 + (b * heads + head) * s + row0 + r] = (largest[r] + log2(all)) * LN2;
  }
}
