// Attention with the softmax of each query kept up to date (online), so that scores never leave the registers: QUERIES vectors
// of queries a work-item.

#include "heads.cl"

#ifndef BLOCK
#define BLOCK 8          // keys met at once: 1 to 16
#endif
#ifndef QUERIES
#define QUERIES 1        // vectors of queries of a work-item: 1 to 4
#endif

#if LANES == 1
#define SOME(flag) (flag)
#else
#define SOME(flags) any(flags)
#endif

// Adds the values of a block of keys, weighed with p, to `rows` neighbouring ones of the d rows of y: two, so that twice as many
// chains of dependent multiply-adds are under way.
static inline __attribute__((always_inline)) void weigh(VECTOR p[QUERIES][BLOCK], global const float *value, local VECTOR *y,
                                                        int query_step, int step, const int rows) {
  VECTOR out[2][QUERIES];
#pragma unroll
  for (int r = 0; r < rows; r++) {
#pragma unroll
    for (int u = 0; u < QUERIES; u++) out[r][u] = y[u * query_step + r * step];
  }
#pragma unroll
  for (int j = 0; j < BLOCK; j++) {
#pragma unroll
    for (int r = 0; r < rows; r++) {
      VECTOR factor = value[r * BLOCK + j];
#pragma unroll
      for (int u = 0; u < QUERIES; u++) out[r][u] = fma(p[u][j], factor, out[r][u]);
    }
  }
#pragma unroll
  for (int r = 0; r < rows; r++) {
#pragma unroll
    for (int u = 0; u < QUERIES; u++) y[u * query_step + r * step] = out[r][u];
  }
}

// attention: y = softmax(scale q k^T + shift) v, lse = log of the sum of exponentials
// shapes  : q [batch, s, heads, d] of any strides; keys, values [key heads, blocks, d, BLOCK] as `pack` of gemm.cl makes them of
//           k, v [batch, t, heads / share, d], from key head `first_head` of all items on; y like q; lse [batch, heads, s]
// assumes : y, lse dense; a work-item for QUERIES vectors of queries, heads and items outside
// error   : max rel 4e-6
// work    : 4 s t d flop a head, one exponential a score
// source  : arXiv:2205.14135, framepack.tensor.op.Attention
kernel void attention(global const float *q, long q0, long8 qs, global const float *keys_packed, long k0,
                      global const float *values_packed, long v0, global float *y, long y0, global float *lse, long lse0,
                      HIDING_PARAMETERS, long first_head, long key_heads, int heads, int share, int s, int t, int d,
                      float scale, long first, local VECTOR *q_lanes, local VECTOR *y_lanes) {
  int blocks = (s + QUERIES * LANES - 1) / (QUERIES * LANES);
  long item = first + get_global_id(0);
  if (item >= key_heads * share * blocks) return;
  q_lanes += get_local_id(0);
  y_lanes += get_local_id(0);
  int step = get_local_size(0);
  int i0 = item % blocks * (QUERIES * LANES);
  long head_of_all = first_head * share + item / blocks;
  int head = head_of_all % heads;
  long b = head_of_all / heads;
  Hiding hiding = HIDING;
  bool shifts_scores = (flags & (CAUSAL | MASK_BOOL | MASK_FLOAT)) != 0;
  int keys = visible(t, lengths, lengths0, length_stride, b, flags);
  if (flags & CAUSAL) keys = min(keys, i0 + QUERIES * LANES);
  long key_head = item / blocks / share;
  long head_size = (long)((t + BLOCK - 1) / BLOCK) * d * BLOCK;
  keys_packed += k0 + key_head * head_size;
  values_packed += v0 + key_head * head_size;
  for (int u = 0; u < QUERIES; u++) {
    load_lanes(ROW(q + q0, qs, b, 0, head), qs.s5, qs.s7, i0 + u * LANES, s, d, q_lanes + u * d * step);
  }
  for (int e = 0; e < QUERIES * d; e++) {
    q_lanes[e * step] *= scale * LOG2E;
    y_lanes[e * step] = 0.0f;
  }
  y += y0 + ((b * s) * heads + head) * d;
  VECTOR largest[QUERIES], sum[QUERIES], largest_stored[QUERIES], sum_stored[QUERIES];
#pragma unroll
  for (int u = 0; u < QUERIES; u++) {
    largest[u] = -INFINITY;
    sum[u] = 0.0f;
  }
  int stored = 0; // keys, of which y has the values and `sum_stored` the weights
  for (int j0 = 0; j0 < keys; j0 += BLOCK) {
    if (j0 - stored >= SUMMED) {
#pragma unroll
      for (int u = 0; u < QUERIES; u++) {
        int i = i0 + u * LANES;
        local VECTOR *values = y_lanes + u * d * step;
        if (stored > 0) {
          VECTOR rescale = rising(largest_stored[u], largest[u]);
          sum[u] += rescale * sum_stored[u];
          add_rows(y, (long)heads * d, rescale, i, s, d, values);
        }
        store_lanes(values, 1.0f, y, (long)heads * d, i, s, d);
        for (int e = 0; e < d; e++) values[e * step] = 0.0f;
        largest_stored[u] = largest[u];
        sum_stored[u] = sum[u];
        sum[u] = 0.0f;
      }
      stored = j0;
    }
    VECTOR p[QUERIES][BLOCK];
#pragma unroll
    for (int u = 0; u < QUERIES; u++) {
#pragma unroll
      for (int j = 0; j < BLOCK; j++) p[u][j] = 0.0f;
    }
    global const float *key = keys_packed + (long)j0 * d;
    for (int e = 0; e < d; e++) {
      VECTOR query[QUERIES];
#pragma unroll
      for (int u = 0; u < QUERIES; u++) query[u] = q_lanes[(u * d + e) * step];
#pragma unroll
      for (int j = 0; j < BLOCK; j++) {
        VECTOR factor = key[j];
#pragma unroll
        for (int u = 0; u < QUERIES; u++) p[u][j] = fma(query[u], factor, p[u][j]);
      }
      SOON(key + AHEAD);
      key += BLOCK;
    }
    if (shifts_scores) {
#pragma unroll
      for (int u = 0; u < QUERIES; u++) {
#pragma unroll
        for (int j = 0; j < BLOCK; j++) {
          float shifts[LANES];
          for (int l = 0; l < LANES; l++) {
            shifts[l] = shift(hiding, b, head, min(i0 + u * LANES + l, s - 1), min(j0 + j, keys - 1)) * LOG2E;
          }
          VECTOR added = LOAD(shifts);
          p[u][j] = select(p[u][j] + added, added, (FLAGS)(added == -INFINITY));
        }
      }
    }
    if (j0 + BLOCK > keys) {
#pragma unroll
      for (int j = 0; j < BLOCK; j++) {
#pragma unroll
        for (int u = 0; u < QUERIES; u++) p[u][j] = j0 + j < keys ? p[u][j] : (VECTOR)(-INFINITY);
      }
    }
    VECTOR top[QUERIES];
    bool raised = false;
#pragma unroll
    for (int u = 0; u < QUERIES; u++) {
      top[u] = largest[u];
#pragma unroll
      for (int j = 0; j < BLOCK; j++) top[u] = p[u][j] > top[u] ? p[u][j] : top[u];
      raised |= SOME(top[u] > largest[u] + ROOM);
    }
    if (raised) { // by few blocks
#pragma unroll
      for (int u = 0; u < QUERIES; u++) {
        VECTOR next = top[u] > largest[u] + ROOM ? top[u] : largest[u];
        VECTOR rescale = rising(largest[u], next);
        largest[u] = next;
        sum[u] *= rescale;
        for (int e = 0; e < d; e++) y_lanes[(u * d + e) * step] *= rescale;
      }
    }
#pragma unroll
    for (int u = 0; u < QUERIES; u++) {
      VECTOR base = largest[u] == -INFINITY ? (VECTOR)(0.0f) : largest[u]; // a row that has seen no key yet
#pragma unroll
      for (int j = 0; j < BLOCK; j++) {
        p[u][j] = exp2_tile(p[u][j] - base);
        sum[u] += p[u][j];
      }
    }
    global const float *value = values_packed + (long)j0 * d;
    if (flags == 0) {
      int e = 0;
      for (; e < d - 1; e += 2) {
        SOON(value + AHEAD);
        weigh(p, value, y_lanes + e * step, d * step, step, 2);
        value += 2 * BLOCK;
      }
      if (e < d) weigh(p, value, y_lanes + e * step, d * step, step, 1);
      continue;
    }
    for (int e = 0; e < d; e++) { // what is hidden may hold anything, NaN included
#pragma unroll
      for (int u = 0; u < QUERIES; u++) {
        VECTOR out = y_lanes[(u * d + e) * step];
#pragma unroll
        for (int j = 0; j < BLOCK; j++) {
          out = select(out, fma(p[u][j], (VECTOR)(value[j]), out), (FLAGS)(p[u][j] > 0.0f));
        }
        y_lanes[(u * d + e) * step] = out;
      }
      value += BLOCK;
    }
  }
#pragma unroll
  for (int u = 0; u < QUERIES; u++) {
    int i = i0 + u * LANES;
    if (stored > 0) {
      VECTOR rescale = rising(largest_stored[u], largest[u]);
      sum[u] += rescale * sum_stored[u];
      add_rows(y, (long)heads * d, rescale, i, s, d, y_lanes + u * d * step);
    }
    VECTOR none = select((VECTOR)(1.0f), (VECTOR)(0.0f), (FLAGS)(sum[u] == 0.0f));
    store_lanes(y_lanes + u * d * step, none / fmax(sum[u], 1e-37f), y, (long)heads * d, i, s, d);
    float lanes[LANES];
    STORE((largest[u] + log2(sum[u])) * LN2, lanes);
    for (int l = 0; l < LANES; l++) {
      if (i + l < s) lse[lse0 + (b * heads + head) * s + i + l] = lanes[l];
    }
  }
}
