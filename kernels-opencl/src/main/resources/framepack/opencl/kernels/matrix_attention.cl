// Attention on matrix units, in bf16: 32 queries a work-item, KEY_TILES x 16 keys at a time. One work-item a group.

#define LEFT
#include "mma.cl"

#ifndef HEAD_PAIRS
#define HEAD_PAIRS 4     // of tiles along a head: d <= 32 * HEAD_PAIRS
#endif
#define KEY_TILES 8      // of 16 keys, met at once: even
#define BLOCK_WORDS (4 * WORDS) // sums of 32 x 32
#define SUMS_AT(block, r, v) ((block) * BLOCK_WORDS + (((r) / SIDE * 2 + (v)) * SIDE + (r) % SIDE) * SIDE)

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

// matrix_attention: y = softmax(scale q k^T) v, lse = log of the sum of exponentials
// shapes  : q [heads of all items, row tiles, HEAD_PAIRS, 16, 16], keys [key heads, key tiles, HEAD_PAIRS, 16, 16] ACROSS,
//           values [key heads, 2 HEAD_PAIRS, key tiles / 2, 16, 16] ACROSS, as `pack_tiles` of matrix.cl makes them, from key
//           head `first_head` of all items on; y [batch, s, heads, d]; lse [batch, heads, s]
// assumes : y, lse dense; key tiles a multiple of KEY_TILES, zeros behind the last key; ids: 32 queries, heads
// error   : q, k, v and the exponentials rounded to bf16, 2^-9 of each; sums f32
// work    : 4 s t d flop a head, one exponential a score
// source  : arXiv:2205.14135, framepack.tensor.op.Attention
kernel void matrix_attention(global const uint *q, long q0, global const uint *keys, long k0, global const uint *values,
                             long v0, global float *y, long y0, global float *lse, long lse0, long first_head, int heads,
                             int share, int s, int t, int d, int key_tiles, float scale, long first) {
  int blocks = (s + 31) / 32;
  long item = first + get_global_id(0);
  int block = item % blocks;
  long head_of_chunk = item / blocks;
  long head_of_all = first_head * share + head_of_chunk;
  long b = head_of_all / heads;
  int head = head_of_all % heads;
  long head_words = (long)key_tiles * HEAD_PAIRS * WORDS;
  keys += k0 + head_of_chunk / share * head_words;
  values += v0 + head_of_chunk / share * head_words;
  q += q0 + (head_of_chunk * blocks + block) * 2 * HEAD_PAIRS * WORDS;
  uint query[2 * HEAD_PAIRS * WORDS] __attribute__((aligned(64)));
  uint p[KEY_TILES * WORDS] __attribute__((aligned(64))); // [2, KEY_TILES / 2, 16, 16]
  float scores[KEY_TILES / 2 * BLOCK_WORDS] __attribute__((aligned(64)));
  float out[HEAD_PAIRS * BLOCK_WORDS] __attribute__((aligned(64)));
  float largest[32], sum[32];
  for (int i = 0; i < 2 * HEAD_PAIRS * SIDE; i++) vstore16(vload16(i, q), i, query);
  for (int i = 0; i < HEAD_PAIRS * BLOCK_WORDS / SIDE; i++) vstore16((float16)(0.0f), i, out);
  for (int r = 0; r < 32; r++) {
    largest[r] = -INFINITY;
    sum[r] = 0;
  }
  float16 lanes = (float16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  begin_tiles();
  for (int tile = 0; tile * SIDE < t; tile += KEY_TILES) {
    for (int pair = 0; pair < KEY_TILES / 2; pair++) {
      TILE_MMA(query, HEAD_PAIRS * WORDS, keys + (long)(tile + 2 * pair) * HEAD_PAIRS * WORDS, HEAD_PAIRS * WORDS,
               HEAD_PAIRS, scores + pair * BLOCK_WORDS, true);
    }
    int behind = t - tile * SIDE; // keys from here on
    for (int r = 0; r < 32; r++) {
      float16 row[KEY_TILES], top = -INFINITY;
#pragma unroll
      for (int i = 0; i < KEY_TILES; i++) {
        row[i] = vload16(0, scores + SUMS_AT(i / 2, r, i % 2)) * (scale * LOG2E);
        if (behind < KEY_TILES * SIDE) row[i] = select(row[i], (float16)(-INFINITY), lanes + i * SIDE >= (float)behind);
        top = row[i] > top ? row[i] : top;
      }
      float next = largest_of(top);
      if (next > largest[r] + ROOM) { // by few tiles
        float rescale = exp2(largest[r] - next);
        largest[r] = next;
        sum[r] *= rescale;
        for (int i = 0; i < 2 * HEAD_PAIRS; i++) {
          float *part = out + SUMS_AT(i / 2, r, i % 2);
          vstore16(vload16(0, part) * rescale, 0, part);
        }
      }
      float16 all = 0.0f;
#pragma unroll
      for (int i = 0; i < KEY_TILES; i += 2) {
        float16 low = exp2_tile(row[i] - largest[r]), high = exp2_tile(row[i + 1] - largest[r]);
        all += low + high;
        vstore16(bf16_words(low, high), 0, p + ((r / SIDE * (KEY_TILES / 2) + i / 2) * SIDE + r % SIDE) * SIDE);
      }
      sum[r] += sum_of(all);
    }
    for (int pair = 0; pair < HEAD_PAIRS; pair++) {
      TILE_MMA(p, KEY_TILES / 2 * WORDS, values + ((long)pair * key_tiles + tile / 2) * WORDS, (long)key_tiles / 2 * WORDS,
               KEY_TILES / 2, out + pair * BLOCK_WORDS, false);
    }
  }
  end_tiles();
  for (int r = 0; r < 32 && block * 32 + r < s; r++) {
    long i = block * 32 + r;
    global float *row = y + y0 + ((b * s + i) * heads + head) * d;
    for (int e = 0; e < d; e++) row[e] = out[SUMS_AT(e / 32, r, e / SIDE % 2) + e % SIDE] / sum[r];
    lse[lse0 + (b * heads + head) * s + i] = (largest[r] + log2(sum[r])) * LN2;
  }
}
