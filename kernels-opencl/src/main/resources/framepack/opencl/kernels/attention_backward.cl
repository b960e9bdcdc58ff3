// The gradients of attention, with the scores computed once more: a vector of queries a work-item, of keys for those of keys and
// values.

#include "heads.cl"

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
kernel void attention_queries(global const float *q, long q0, long8 qs, global const float *k, long k0, long8 ks,
                              global const float *v, long v0, long8 vs, global const float *gy, long gy0, long8 gs,
                              global const float *lse, long lse0, global const float *dots, long dots0,
                              global float *gq, long gq0, HIDING_PARAMETERS, long batch, int heads, int share, int s, int t,
                              int d, float scale, long first,
                              local VECTOR *q_lanes, local VECTOR *gy_lanes, local VECTOR *gq_lanes) {
  int blocks = (s + LANES - 1) / LANES;
  long item = first + get_global_id(0);
  if (item >= batch * heads * blocks) return;
  q_lanes += get_local_id(0);
  gy_lanes += get_local_id(0);
  gq_lanes += get_local_id(0);
  int step = get_local_size(0);
  int i0 = item % blocks * LANES;
  int head = item / blocks % heads;
  long b = item / blocks / heads;
  Hiding hiding = HIDING;
  int keys = visible(t, lengths, lengths0, length_stride, b, flags);
  if (flags & CAUSAL) keys = min(keys, i0 + LANES);
  k = ROW(k + k0, ks, b, 0, head / share);
  v = ROW(v + v0, vs, b, 0, head / share);
  load_lanes(ROW(q + q0, qs, b, 0, head), qs.s5, qs.s7, i0, s, d, q_lanes);
  load_lanes(ROW(gy + gy0, gs, b, 0, head), gs.s5, gs.s7, i0, s, d, gy_lanes);
  for (int e = 0; e < d; e++) gq_lanes[e * step] = 0.0f;
  float some[LANES];
  for (int l = 0; l < LANES; l++) some[l] = lse[lse0 + (b * heads + head) * s + min(i0 + l, s - 1)];
  VECTOR log_sum = LOAD(some);
  for (int l = 0; l < LANES; l++) some[l] = dots[dots0 + (b * heads + head) * s + min(i0 + l, s - 1)];
  VECTOR dot = LOAD(some);
  for (int j = 0; j < keys; j++) {
    global const float *key = k + j * ks.s5;
    global const float *value = v + j * vs.s5;
    VECTOR score = 0.0f, product = 0.0f;
    for (int e = 0; e < d; e++) {
      score = fma(q_lanes[e * step], (VECTOR)(key[e * ks.s7]), score);
      product = fma(gy_lanes[e * step], (VECTOR)(value[e * vs.s7]), product);
    }
    for (int l = 0; l < LANES; l++) some[l] = shift(hiding, b, head, min(i0 + l, s - 1), j);
    VECTOR added = LOAD(some);
    FLAGS hidden = (FLAGS)(added == -INFINITY);
    VECTOR slope = exp(fma(score, (VECTOR)(scale), added) - log_sum) * (product - dot);
    slope = select(slope, (VECTOR)(0.0f), hidden);
    for (int e = 0; e < d; e++) {
      VECTOR next = fma(slope, (VECTOR)(key[e * ks.s7]), gq_lanes[e * step]);
      gq_lanes[e * step] = select(next, gq_lanes[e * step], hidden);
    }
  }
  store_lanes(gq_lanes, scale, gq + gq0 + ((b * s) * heads + head) * d, (long)heads * d, i0, s, d);
}

// attention_keys: gk = scale * sum over queries of ds * q, gv = sum over queries of p * gy
// shapes  : as `attention_queries`; gk, gv [batch, t, heads / share, d]
// assumes : lse, dots, gk, gv dense; a work-item for LANES keys of one key head, which meets its query heads in order
// error   : max rel 1e-5
// work    : 8 s t d flop a head, one exponential a score
// source  : arXiv:2205.14135, framepack.tensor.op.AttentionBackward
kernel void attention_keys(global const float *q, long q0, long8 qs, global const float *k, long k0, long8 ks,
                           global const float *v, long v0, long8 vs, global const float *gy, long gy0, long8 gs,
                           global const float *lse, long lse0, global const float *dots, long dots0,
                           global float *gk, long gk0, global float *gv, long gv0, HIDING_PARAMETERS, long batch, int heads,
                           int share, int s, int t, int d, float scale, long first,
                           local VECTOR *k_lanes, local VECTOR *v_lanes, local VECTOR *gk_lanes, local VECTOR *gv_lanes) {
  int blocks = (t + LANES - 1) / LANES;
  int key_heads = heads / share;
  long item = first + get_global_id(0);
  if (item >= batch * key_heads * blocks) return;
  k_lanes += get_local_id(0);
  v_lanes += get_local_id(0);
  gk_lanes += get_local_id(0);
  gv_lanes += get_local_id(0);
  int step = get_local_size(0);
  int j0 = item % blocks * LANES;
  int key_head = item / blocks % key_heads;
  long b = item / blocks / key_heads;
  Hiding hiding = HIDING;
  int keys = visible(t, lengths, lengths0, length_stride, b, flags);
  load_lanes(ROW(k + k0, ks, b, 0, key_head), ks.s5, ks.s7, j0, t, d, k_lanes);
  load_lanes(ROW(v + v0, vs, b, 0, key_head), vs.s5, vs.s7, j0, t, d, v_lanes);
  for (int e = 0; e < d; e++) gk_lanes[e * step] = gv_lanes[e * step] = 0.0f;
  for (int head = key_head * share; head < (key_head + 1) * share && j0 < keys; head++) {
    for (int i = flags & CAUSAL ? j0 : 0; i < s; i++) {
      global const float *query = ROW(q + q0, qs, b, i, head);
      global const float *g = ROW(gy + gy0, gs, b, i, head);
      VECTOR score = 0.0f, product = 0.0f;
      for (int e = 0; e < d; e++) {
        score = fma(k_lanes[e * step], (VECTOR)(query[e * qs.s7]), score);
        product = fma(v_lanes[e * step], (VECTOR)(g[e * gs.s7]), product);
      }
      float shifts[LANES];
      for (int l = 0; l < LANES; l++) {
        shifts[l] = j0 + l < keys ? shift(hiding, b, head, i, j0 + l) : -INFINITY;
      }
      VECTOR added = LOAD(shifts);
      FLAGS hidden = (FLAGS)(added == -INFINITY);
      VECTOR p = exp(fma(score, (VECTOR)(scale), added) - lse[lse0 + (b * heads + head) * s + i]);
      VECTOR slope = p * (product - dots[dots0 + (b * heads + head) * s + i]);
      for (int e = 0; e < d; e++) {
        VECTOR of_key = gk_lanes[e * step], of_value = gv_lanes[e * step];
        gk_lanes[e * step] = select(fma(slope, (VECTOR)(query[e * qs.s7]), of_key), of_key, hidden);
        gv_lanes[e * step] = select(fma(p, (VECTOR)(g[e * gs.s7]), of_value), of_value, hidden);
      }
    }
  }
  long at = ((b * t) * key_heads + key_head) * d;
  store_lanes(gk_lanes, scale, gk + gk0 + at, (long)key_heads * d, j0, t, d);
  store_lanes(gv_lanes, 1.0f, gv + gv0 + at, (long)key_heads * d, j0, t, d);
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
