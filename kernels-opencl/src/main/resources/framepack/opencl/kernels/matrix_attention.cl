// Attention on matrix units, in bf16: up to MOST_BLOCKS x 32 queries a work-item, KEY_TILES x 16 keys at a time. One work-item a
// group.
//
// A block of 32 queries meets a block of keys in three steps: scores, weights, values. While the weights of one pair of blocks are
// made, the unit multiplies the scores of the pair after it and the values of the pair before it.

#define LEFT
#include "mma.cl"

#ifndef HEAD_PAIRS
#define HEAD_PAIRS 4     // of tiles along a head: d <= 32 * HEAD_PAIRS
#endif
#define KEY_TILES 8      // of 16 keys, met at once: even
#define KEYS (KEY_TILES * SIDE)
#if HEAD_PAIRS > 8
#define MOST_BLOCKS 1    // of 32 queries, that share what they read of keys and values: all their sums are private memory
#else
#define MOST_BLOCKS 8
#endif
#define QUERY_WORDS (2 * HEAD_PAIRS * WORDS)
#define WEIGHT_WORDS (KEY_TILES * WORDS)
#define SCORE_PRODUCTS (KEY_TILES / 2)
#define PRODUCTS (SCORE_PRODUCTS + HEAD_PAIRS)

// Vectors of sums of 32 x 32, and the one of row r and column tile v of all that lie side by side.
#define SUM_VECTORS (4 * SIDE)
#define SUM_AT(r, v) ((v) / 2 * SUM_VECTORS + ((r) / SIDE * 2 + (v) % 2) * SIDE + (r) % SIDE)

// A block of 32 queries.
typedef struct {
  float16 out[HEAD_PAIRS * SUM_VECTORS]; // values so far, of weights as `largest` was when they were made
  float16 sum[32];                       // of weights, lane by lane
  float largest[32];                     // at most 2^ROOM below any weight's score times `factor`
  uint query[QUERY_WORDS] __attribute__((aligned(64)));
} Block;

// The largest of all lanes, and their sum.
static inline float largest_of(float16 x) {
  float8 a = fmax(x.lo, x.hi);
  float4 b = fmax(a.lo, a.hi);
  float2 c = fmax(b.lo, b.hi);
  return fmax(c.x, c.y);
}

static inline float sum_of(float16 x) {
  float8 a = x.lo + x.hi;
  float4 b = a.lo + a.hi;
  float2 c = b.lo + b.hi;
  return c.x + c.y;
}

// 2^x for x <= 128, 0 below -126, within 1.1e-4 of itself: what is rounded to bf16 next. NaN stays NaN.
static inline float16 exp2_rough(float16 x) {
  float16 least = -127.0f;
  x = least > x ? least : x;
  float16 shifted = x + 12582912.0f; // 1.5 * 2^23: the sum ends in the whole number
  float16 rest = x - (shifted - 12582912.0f);
  float16 y = fma(rest, (float16)(5.500895e-2f), (float16)(2.4221101e-1f));
  y = fma(rest, y, (float16)(6.9328293e-1f));
  y = fma(rest, y, (float16)(1.0f));
  return as_float16(as_int16(y) + (as_int16(shifted) << 23));
}

// Makes the weights of row r; gives what its values so far are to be multiplied by.
static inline float weigh(const float16 *scores, int r, float factor, Block *block, uint16 *weights) {
  float16 row[KEY_TILES], top = -INFINITY;
#pragma unroll
  for (int v = 0; v < KEY_TILES; v++) {
    row[v] = scores[SUM_AT(r, v)];
    top = row[v] > top ? row[v] : top;
  }
  float rescale = 1;
  if (any_above(top, block->largest[r] + ROOM / factor)) { // in few blocks of keys
    float next = largest_of(top);
    rescale = exp2((block->largest[r] - next) * factor);
    block->largest[r] = next;
    block->sum[r] *= rescale;
  }
  float16 shift = -block->largest[r] * factor, all = 0.0f;
#pragma unroll
  for (int v = 0; v < KEY_TILES; v += 2) {
    float16 low = exp2_rough(fma(row[v], (float16)(factor), shift));
    float16 high = exp2_rough(fma(row[v + 1], (float16)(factor), shift));
    all += low + high;
    weights[(r / SIDE * (KEY_TILES / 2) + v / 2) * SIDE + r % SIDE] = bf16_words(low, high);
  }
  block->sum[r] += all;
  return rescale;
}

// Keys from `behind` on count for nothing.
static inline void hide(float16 *scores, int behind) {
  float16 lanes = (float16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  for (int v = behind / SIDE; v < KEY_TILES; v++) {
    for (int r = 0; r < 32; r++) {
      float16 *some = scores + SUM_AT(r, v);
      *some = select(*some, (float16)(-INFINITY), lanes + v * SIDE >= (float)behind);
    }
  }
}

// matrix_attention: y = softmax(scale q k^T) v, lse = log of the sum of exponentials
// shapes  : q [heads of all items, row tiles, HEAD_PAIRS, 16, 16], keys [key heads, key tiles, HEAD_PAIRS, 16, 16] ACROSS,
//           values [key heads, 2 HEAD_PAIRS, key tiles / 2, 16, 16] ACROSS, as `pack_tiles` of matrix.cl makes them, from key
//           head `first_head` of all items on; y [batch, s, heads, d]; lse [batch, heads, s]
// assumes : y, lse dense; scale > 1e-30; key tiles a multiple of KEY_TILES, zeros behind the last key; ids: `together` x 32 queries,
//           heads
// error   : q, k, v and the exponentials rounded to bf16, 2^-9 of each, exponentials 1.1e-4 before; sums f32
// work    : 4 s t d flop a head, one exponential a score
// source  : arXiv:2205.14135, framepack.tensor.op.Attention
kernel void matrix_attention(global const uint *q, long q0, global const uint *keys, long k0, global const uint *values,
                             long v0, global float *y, long y0, global float *lse, long lse0, long first_head, int heads,
                             int share, int s, int t, int d, int key_tiles, float scale, int together, long first) {
  int blocks_of_head = (s + 31) / 32;
  int items_of_head = (blocks_of_head + together - 1) / together;
  long item = first + get_global_id(0);
  int first_block = item % items_of_head * together;
  int blocks = min(together, blocks_of_head - first_block);
  long head_of_chunk = item / items_of_head;
  long head_of_all = first_head * share + head_of_chunk;
  long b = head_of_all / heads;
  int head = head_of_all % heads;
  long head_words = (long)key_tiles * HEAD_PAIRS * WORDS;
  keys += k0 + head_of_chunk / share * head_words;
  values += v0 + head_of_chunk / share * head_words;
  q += q0 + (head_of_chunk * blocks_of_head + first_block) * QUERY_WORDS;
  Block block[MOST_BLOCKS];
  uint16 weights[2][KEY_TILES * SIDE]; // [2, KEY_TILES / 2, 16] each
  float16 scores[2][SCORE_PRODUCTS * SUM_VECTORS];
  float rescale[32], factor = scale * LOG2E;
  for (int j = 0; j < blocks; j++) {
    for (int i = 0; i < QUERY_WORDS / SIDE; i++) vstore16(vload16(j * QUERY_WORDS / SIDE + i, q), i, block[j].query);
    for (int i = 0; i < HEAD_PAIRS * SUM_VECTORS; i++) block[j].out[i] = 0.0f;
    for (int r = 0; r < 32; r++) {
      block[j].sum[r] = 0.0f;
      block[j].largest[r] = -INFINITY;
    }
  }
  int pairs = (t + KEYS - 1) / KEYS * blocks;
  begin_tiles();
  for (int pair = -1; pair <= pairs; pair++) {
    Block *now = block + (pair + blocks) % blocks;
    float16 *scores_now = scores[pair & 1];
    bool weighing = pair >= 0 && pair < pairs, raised = false;
    if (weighing && pair / blocks * KEYS + KEYS > t) hide(scores_now, t - pair / blocks * KEYS);
    for (int p = 0; p < PRODUCTS; p++) {
      bool scoring = p < SCORE_PRODUCTS;
      int other = scoring ? pair + 1 : pair - 1;
      bool some = other >= 0 && other < pairs;
      long tile = other / blocks * KEY_TILES;
      Product it;
      if (scoring) {
        Product of = {block[other % blocks].query, keys + (tile + 2 * p) * HEAD_PAIRS * WORDS, HEAD_PAIRS * WORDS,
                      HEAD_PAIRS * WORDS, HEAD_PAIRS, (float *)(scores[other & 1] + p * SUM_VECTORS), true, 0};
        it = of;
      } else {
        int h = p - SCORE_PRODUCTS;
        Product of = {(const uint *)weights[other & 1], values + ((long)h * key_tiles + tile / 2) * WORDS,
                      KEY_TILES / 2 * WORDS, (long)key_tiles / 2 * WORDS, KEY_TILES / 2,
                      (float *)(block[(other + blocks) % blocks].out + h * SUM_VECTORS), false, 0};
        it = of;
      }
      if (some) begin_product(&it);
      int row0 = p * 32 / PRODUCTS, row1 = (p + 1) * 32 / PRODUCTS;
      for (int r = row0; r < row1; r++) {
        if (some) advance_product(&it, r - row0 + 1, row1 - row0);
        if (weighing) {
          rescale[r] = weigh(scores_now, r, factor, now, weights[pair & 1]);
          raised |= rescale[r] != 1;
        }
      }
      if (some) end_product(&it);
    }
    if (raised) {
      for (int r = 0; r < 32; r++) {
        for (int v = 0; v < 2 * HEAD_PAIRS; v++) now->out[SUM_AT(r, v)] *= rescale[r];
      }
    }
  }
  end_tiles();
  for (int j = 0; j < blocks; j++) {
    for (int r = 0; r < 32; r++) {
      long i = (first_block + j) * 32 + r;
      if (i >= s) break;
      float sum = sum_of(block[j].sum[r]);
      global float *row = y + y0 + ((b * s + i) * heads + head) * d;
      for (int v = 0; v * SIDE < d; v++) store_some(block[j].out[SUM_AT(r, v)] / sum, row + v * SIDE, d - v * SIDE);
      lse[lse0 + (b * heads + head) * s + i] = (block[j].largest[r] * factor + log2(sum)) * LN2;
    }
  }
}
