// Attention with the softmax of each query kept up to date (online), so that scores never leave the registers.
//
// Queries lie along the lanes of vectors, in the gradient of keys and values the keys do: a work-item owns QUERIES or one
// vectors of them, nothing is shared, no barrier is needed, and any head size works. `local` memory holds the work-item's own
// rows, transposed to [d][work-item] vectors.

#undef TILE_LANES
#define TILE_LANES LANES
#include "tile.cl"

#ifndef BLOCK
#define BLOCK 8          // keys met at once by the forward pass: 1 to 16
#endif
#ifndef QUERIES
#define QUERIES 1        // vectors of queries of a work-item of the forward pass: 1 to 4
#endif

#define AHEAD 512        // floats of packed keys and values between what is met and what is asked for
#define ROOM 8.0f        // bits by which a score may be above what the sums of its row are scaled by
#if LANES == 1
#define SOME(flag) (flag)
#else
#define SOME(flags) any(flags)
#endif

// What hides keys: the mask is BOOL or F32 with the strides [batch, heads, s, t] in s4..s7.
#define MASK_BOOL 1
#define MASK_FLOAT 2
#define CAUSAL 4
#define LENGTHS 8

typedef struct {
  global const uchar *keep;
  global const float *bias;
  long8 strides;
  int flags;
} Hiding;

#define HIDING_PARAMETERS global const uchar *keep, long keep0, global const float *bias, long bias0, long8 mask_strides, \
                          global const int *lengths, long lengths0, long length_stride, int flags
#define HIDING {keep + keep0, bias + bias0, mask_strides, flags}

// What is added to a score: 0, the mask's number, or -inf where the key is hidden.
static inline float shift(Hiding hiding, long b, int head, int i, int j) {
  if ((hiding.flags & CAUSAL) && j > i) return -INFINITY;
  long at = b * hiding.strides.s4 + head * hiding.strides.s5 + i * hiding.strides.s6 + j * hiding.strides.s7;
  if (hiding.flags & MASK_BOOL) return hiding.keep[at] ? 0.0f : -INFINITY;
  return hiding.flags & MASK_FLOAT ? hiding.bias[at] : 0.0f;
}

// Keys that item b may see at all.
static inline int visible(int t, global const int *lengths, long lengths0, long length_stride, long b, int flags) {
  return flags & LENGTHS ? clamp(lengths[lengths0 + b * length_stride], 0, t) : t;
}

// Row `i` of head `head` of item `b` of q, k, v or a gradient: strides [batch, tokens, heads, d] in s4..s7.
#define ROW(p, strides, b, i, head) (p + (b) * strides.s4 + (long)(i) * strides.s5 + (head) * strides.s6)

// LANES rows from `first`, the last one repeated, into [d][work-items].
static inline void load_lanes(global const float *p, long row_stride, long d_stride, int first, int rows, int d,
                       local VECTOR *to) {
  float lanes[LANES];
  for (int e = 0; e < d; e++) {
    for (int l = 0; l < LANES; l++) lanes[l] = p[min(first + l, rows - 1) * row_stride + e * d_stride];
    to[e * get_local_size(0)] = LOAD(lanes);
  }
}

// [d][work-items] times `factor` into LANES dense rows from `first`.
static inline void store_lanes(local const VECTOR *from, VECTOR factor, global float *p, long row_stride, int first, int rows,
                        int d) {
  float lanes[LANES];
  for (int e = 0; e < d; e++) {
    STORE(from[e * get_local_size(0)] * factor, lanes);
    for (int l = 0; l < LANES; l++) {
      if (first + l < rows) p[(first + l) * row_stride + e] = lanes[l];
    }
  }
}

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
  VECTOR largest[QUERIES], sum[QUERIES];
#pragma unroll
  for (int u = 0; u < QUERIES; u++) {
    largest[u] = -INFINITY;
    sum[u] = 0.0f;
  }
  for (int j0 = 0; j0 < keys; j0 += BLOCK) {
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
        VECTOR rescale = exp2_tile(largest[u] - (next == -INFINITY ? (VECTOR)(0.0f) : next));
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
    VECTOR none = select((VECTOR)(1.0f), (VECTOR)(0.0f), (FLAGS)(sum[u] == 0.0f));
    store_lanes(y_lanes + u * d * step, none / fmax(sum[u], 1e-37f), y + y0 + ((b * s) * heads + head) * d, (long)heads * d,
                i, s, d);
    float lanes[LANES];
    STORE((largest[u] + log2(sum[u])) * LN2, lanes);
    for (int l = 0; l < LANES; l++) {
      if (i + l < s) lse[lse0 + (b * heads + head) * s + i + l] = lanes[l];
    }
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
