// Tiles that a group of TILE_GROUP x TILE_GROUP work-items shares in local memory: pieces of packed operands, on whole vectors of 4.

#ifndef TILE_GROUP
#define TILE_GROUP 8     // work-items along each side of a group: 4, 8, 16
#endif
#define ITEMS (TILE_GROUP * TILE_GROUP)
#define DEPTH 8          // steps of the sum in a tile
#define PARTS(size) (((size) + ITEMS - 1) / ITEMS) // vectors of a tile that a work-item reads

// What one work-item reads of a tile of `size` vectors, of which `left` are there: the rest is 0.
static inline void fetch(global const float4 *tile, int item, long left, int size, float4 *some) {
#pragma unroll
  for (int i = 0; i < PARTS(size); i++) {
    int at = item + i * ITEMS;
    some[i] = at < size && at < left ? tile[at] : (float4)(0.0f);
  }
}

static inline void put(const float4 *some, int item, int size, local float4 *tile) {
#pragma unroll
  for (int i = 0; i < PARTS(size); i++) {
    int at = item + i * ITEMS;
    if (at < size) tile[at] = some[i];
  }
}
