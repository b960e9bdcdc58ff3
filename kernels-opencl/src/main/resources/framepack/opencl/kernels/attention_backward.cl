// The gradients of attention, with the scores computed once more: a vector of queries a work-item, of keys for those of keys and
// values, which meets blocks of the other ones, packed as `pack` of gemm.cl does.

#include "heads.cl"

#ifndef BLOCK
#define BLOCK 8          // keys or queries met at once: 1 to 16
#endif

// Scores and products of rows in local memory with a block of packed rows.
static inline void meet(local const VECTOR *a, local const VECTOR *b, int step, global const float *packed_a,
                        global const float *packed_b, int d, VECTOR score[BLOCK], VECTOR product[BLOCK]) {
#pragma unroll
  for (int j = 0; j < BLOCK; j++) score[j] = product[j] = 0.0f;
  for (int e = 0; e < d; e++) {
    VECTOR x = a[e * step], y = b[e * step];
    SOON(packed_a + e * BLOCK + AHEAD);
    SOON(packed_b + e * BLOCK + AHEAD);
#pragma unroll
    for (int j = 0; j < BLOCK; j++) {
      score[j] = fma(x, (VECTOR)(packed_a[e * BLOCK + j]), score[j]);
      product[j] = fma(y, (VECTOR)(packed_b[e * BLOCK + j]), product[j]);
    }
  }
}

// y += factor times a block of packed rows, `ABREAST` of d at a time: as many chains of dependent multiply-adds are under way.
// Where some are hidden, rows with a factor of 0 may hold anything, NaN included.
#define ABREAST 4
static inline void collect(const VECTOR factor[BLOCK], global const float *packed, local VECTOR *y, int step, int d,
                           bool some_hidden) {
  int e = 0;
  for (; !some_hidden && e + ABREAST <= d; e += ABREAST) {
    VECTOR sum[ABREAST];
#pragma unroll
    for (int r = 0; r < ABREAST; r++) sum[r] = y[(e + r) * step];
#pragma unroll
    for (int j = 0; j < BLOCK; j++) {
#pragma unroll
      for (int r = 0; r < ABREAST; r++) sum[r] = fma(factor[j], (VECTOR)(packed[(e + r) * BLOCK + j]), sum[r]);
    }
#pragma unroll
    for (int r = 0; r < ABREAST; r++) y[(e + r) * step] = sum[r];
  }
  for (; e < d; e++) {
    VECTOR sum = y[e * step];
#pragma unroll
    for (int j = 0; j < BLOCK; j++) {
      VECTOR next = fma(factor[j], (VECTOR)(packed[e * BLOCK + j]), sum);
      sum = some_hidden ? select(sum, next, (FLAGS)(factor[j] != 0.0f)) : next;
    }
    y[e * step] = sum;
  }
}

// row_dots: dots[b, h, i] = sum over d of gy * y, which every gradient of a score needs
// shapes  : gy [batch, s, heads, d] of any strides; y like it; dots [batch, heads, s]
// assumes : y, dots dense
// error   : rounding errors of the sum are kept
// work    : 8 bytes an element
// source  : arXiv:2205.14135, framepack.tensor.op.AttentionBackward
kernel void row_dots(global const float *gy, long gy0, long8 gs, global const float *y, long y0, global float *dots,
                     long dots0, long count, int heads, int s, int d) {
  long row, from, to;
  if (!part(1, count, &row, &from, &to)) return;
  for (long r = from; r < to; r++) {
    int i = r % s, head = r / s % heads;
    long b = r / s / heads;
    global const float *g = ROW(gy + gy0, gs, b, i, head);
    Sum sum = zero();
    for (int e = 0; e < d; e++) add(&sum, g[e * gs.s7] * y[y0 + ((b * s + i) * heads + head) * d + e]);
    dots[dots0 + r] = total(sum);
  }
}

// attention_queries: gq = scale * sum over keys of ds * k, with ds = p (gy v - dots), p = exp(score - lse)
// shapes  : as `attention`; gy like q, of any strides; lse, dots [batch, heads, s]; gq like q
// assumes : lse, dots, gq dense; a work-item for LANES queries
// error   : max rel 1e-5
// work    : 6 s t d flop a head, one exponential a score
// source  : arXiv:2205.14135, framepack.tensor.op.AttentionBackward
kernel void attention_queries(global const float *q, long q0, long8 qs, global const float *gy, long gy0, long8 gs,
                              global const float *keys_packed, long k0, global const float *values_packed, long v0,
                              global const float *lse, long lse0, global const float *dots, long dots0,
                              global float *gq, long gq0, HIDING_PARAMETERS, long first_head, long key_heads, int heads,
                              int share, int s, int t, int d, float scale, long first,
                              local VECTOR *q_lanes, local VECTOR *gy_lanes, local VECTOR *gq_lanes) {
  int blocks = (s + LANES - 1) / LANES;
  long item = first + get_global_id(0);
  if (item >= key_heads * share * blocks) return;
  q_lanes += get_local_id(0);
  gy_lanes += get_local_id(0);
  gq_lanes += get_local_id(0);
  int step = get_local_size(0);
  int i0 = item % blocks * LANES;
  long head_of_all = first_head * share + item / blocks;
  int head = head_of_all % heads;
  long b = head_of_all / heads;
  Hiding hiding = HIDING;
  int keys = visible(t, lengths, lengths0, length_stride, b, flags);
  if (flags & CAUSAL) keys = min(keys, i0 + LANES);
  long key_head = item / blocks / share;
  long head_size = (long)((t + BLOCK - 1) / BLOCK) * d * BLOCK;
  keys_packed += k0 + key_head * head_size;
  values_packed += v0 + key_head * head_size;
  load_lanes(ROW(q + q0, qs, b, 0, head), qs.s5, qs.s7, i0, s, d, q_lanes);
  load_lanes(ROW(gy + gy0, gs, b, 0, head), gs.s5, gs.s7, i0, s, d, gy_lanes);
  for (int e = 0; e < d; e++) gq_lanes[e * step] = 0.0f;
  float some[LANES];
  for (int l = 0; l < LANES; l++) some[l] = lse[lse0 + (b * heads + head) * s + min(i0 + l, s - 1)];
  VECTOR log_sum = LOAD(some);
  for (int l = 0; l < LANES; l++) some[l] = dots[dots0 + (b * heads + head) * s + min(i0 + l, s - 1)];
  VECTOR dot = LOAD(some);
  for (int j0 = 0; j0 < keys; j0 += BLOCK) {
    VECTOR slope[BLOCK], product[BLOCK];
    meet(q_lanes, gy_lanes, step, keys_packed + (long)j0 * d, values_packed + (long)j0 * d, d, slope, product);
    bool some_hidden = flags != 0 || j0 + BLOCK > keys;
#pragma unroll
    for (int j = 0; j < BLOCK; j++) {
      VECTOR added = 0.0f;
      if (some_hidden) {
        for (int l = 0; l < LANES; l++) {
          some[l] = j0 + j < keys ? shift(hiding, b, head, min(i0 + l, s - 1), j0 + j) : -INFINITY;
        }
        added = LOAD(some);
      }
      VECTOR p = exp2_tile((fma(slope[j], (VECTOR)(scale), added) - log_sum) * LOG2E);
      slope[j] = select(p * (product[j] - dot), (VECTOR)(0.0f), (FLAGS)(added == -INFINITY));
    }
    collect(slope, keys_packed + (long)j0 * d, gq_lanes, step, d, some_hidden);
  }
  store_lanes(gq_lanes, scale, gq + gq0 + ((b * s) * heads + head) * d, (long)heads * d, i0, s, d);
}

// attention_keys: gk = scale * sum over queries of ds * q, gv = sum over queries of p * gy
// shapes  : queries_packed, gy_packed as `attention_queries` has keys of k, with s and `heads` in place of t and key heads; gk, gv
//           [batch, t, heads / share, d]
// assumes : lse, dots, gk, gv dense; a work-item for LANES keys of one key head, which meets its query heads in order
// error   : max rel 1e-5
// work    : 8 s t d flop a head, one exponential a score
// source  : arXiv:2205.14135, framepack.tensor.op.AttentionBackward
kernel void attention_keys(global const float *k, long k0, long8 ks, global const float *v, long v0, long8 vs,
                           global const float *queries_packed, long q0, global const float *gy_packed, long gy0,
                           global const float *lse, long lse0, global const float *dots, long dots0,
                           global float *gk, long gk0, global float *gv, long gv0, HIDING_PARAMETERS, long first_head,
                           long key_heads_of_chunk, int heads, int share, int s, int t, int d, float scale, long first,
                           local VECTOR *k_lanes, local VECTOR *v_lanes, local VECTOR *gk_lanes, local VECTOR *gv_lanes) {
  int blocks = (t + LANES - 1) / LANES;
  int key_heads = heads / share;
  long item = first + get_global_id(0);
  if (item >= key_heads_of_chunk * blocks) return;
  k_lanes += get_local_id(0);
  v_lanes += get_local_id(0);
  gk_lanes += get_local_id(0);
  gv_lanes += get_local_id(0);
  int step = get_local_size(0);
  int j0 = item % blocks * LANES;
  int key_head = (first_head + item / blocks) % key_heads;
  long b = (first_head + item / blocks) / key_heads;
  Hiding hiding = HIDING;
  int keys = visible(t, lengths, lengths0, length_stride, b, flags);
  long head_size = (long)((s + BLOCK - 1) / BLOCK) * d * BLOCK;
  queries_packed += q0 + item / blocks * share * head_size;
  gy_packed += gy0 + item / blocks * share * head_size;
  load_lanes(ROW(k + k0, ks, b, 0, key_head), ks.s5, ks.s7, j0, t, d, k_lanes);
  load_lanes(ROW(v + v0, vs, b, 0, key_head), vs.s5, vs.s7, j0, t, d, v_lanes);
  for (int e = 0; e < d; e++) gk_lanes[e * step] = gv_lanes[e * step] = 0.0f;
  for (int h = 0; h < share && j0 < keys; h++) {
    int head = key_head * share + h;
    long at = (b * heads + head) * s;
    for (int i0 = flags & CAUSAL ? j0 / BLOCK * BLOCK : 0; i0 < s; i0 += BLOCK) {
      global const float *query = queries_packed + h * head_size + (long)i0 * d;
      global const float *g = gy_packed + h * head_size + (long)i0 * d;
      VECTOR p[BLOCK], slope[BLOCK];
      meet(k_lanes, v_lanes, step, query, g, d, p, slope);
      bool some_hidden = flags != 0 || i0 + BLOCK > s;
#pragma unroll
      for (int i = 0; i < BLOCK; i++) {
        VECTOR added = 0.0f;
        if (some_hidden) {
          float some[LANES];
          for (int l = 0; l < LANES; l++) {
            some[l] = i0 + i < s && j0 + l < keys ? shift(hiding, b, head, i0 + i, j0 + l) : -INFINITY;
          }
          added = LOAD(some);
        }
        int row = min(i0 + i, s - 1);
        VECTOR weight = exp2_tile((fma(p[i], (VECTOR)(scale), added) - lse[lse0 + at + row]) * LOG2E);
        FLAGS hidden = (FLAGS)(added == -INFINITY);
        p[i] = select(weight, (VECTOR)(0.0f), hidden);
        slope[i] = select(weight * (slope[i] - dots[dots0 + at + row]), (VECTOR)(0.0f), hidden);
      }
      collect(slope, query, gk_lanes, step, d, some_hidden);
      collect(p, g, gv_lanes, step, d, some_hidden);
    }
  }
  long to = ((b * t) * key_heads + key_head) * d;
  store_lanes(gk_lanes, scale, gk + gk0 + to, (long)key_heads * d, j0, t, d);
  store_lanes(gv_lanes, 1.0f, gv + gv0 + to, (long)key_heads * d, j0, t, d);
}

// attention_mask: gmask = sum of ds over the axes along which the mask was repeated
// shapes  : as `attention_queries`; gmask with `extents` [batch | 1, heads | 1, s | 1, t | 1] in s4..s7
// assumes : lse, dots, gmask dense; the mask is F32; a work-item a number of the mask
// error   : max rel 1e-5; rounding errors of the sum are kept
// work    : 4 s t d flop a head; masks are small or rare
// source  : framepack.tensor.op.AttentionBackward
kernel void attention_mask(global const float *q, long q0, long8 qs, global const float *k, long k0, long8 ks,
                           global const float *v, long v0, long8 vs, global const float *gy, long gy0, long8 gs,
                           global const float *lse, long lse0, global const float *dots, long dots0,
                           global float *gmask, long gmask0, long8 extents, HIDING_PARAMETERS, long batch, int heads,
                           int share, int s, int t, int d, float scale, long count) {
  long row, from, to;
  if (!part(1, count, &row, &from, &to)) return;
  Hiding hiding = HIDING;
  for (long item = from; item < to; item++) {
    int j0 = item % extents.s7, i0 = item / extents.s7 % extents.s6;
    int head0 = item / extents.s7 / extents.s6 % extents.s5;
    long b0 = item / extents.s7 / extents.s6 / extents.s5;
    long b1 = extents.s4 == 1 ? batch : b0 + 1;
    int head1 = extents.s5 == 1 ? heads : head0 + 1;
    int i1 = extents.s6 == 1 ? s : i0 + 1;
    int j1 = extents.s7 == 1 ? t : j0 + 1;
    Sum sum = zero();
    for (long b = b0; b < b1; b++) {
      int keys = min(j1, visible(t, lengths, lengths0, length_stride, b, flags));
      for (int head = head0; head < head1; head++) {
        for (int i = i0; i < i1; i++) {
          global const float *query = ROW(q + q0, qs, b, i, head);
          global const float *g = ROW(gy + gy0, gs, b, i, head);
          long at = (b * heads + head) * s + i;
          for (int j = j0; j < keys; j++) {
            float added = shift(hiding, b, head, i, j);
            if (added == -INFINITY) continue;
            global const float *key = ROW(k + k0, ks, b, j, head / share);
            global const float *value = ROW(v + v0, vs, b, j, head / share);
            float score = 0, product = 0;
            for (int e = 0; e < d; e++) {
              score = fma(query[e * qs.s7], key[e * ks.s7], score);
              product = fma(g[e * gs.s7], value[e * vs.s7], product);
            }
            add(&sum, exp(fma(score, scale, added) - lse[lse0 + at]) * (product - dots[dots0 + at]));
          }
        }
      }
    }
    gmask[gmask0 + item] = total(sum);
  }
}
