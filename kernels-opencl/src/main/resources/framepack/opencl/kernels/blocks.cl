// Numbers stored in blocks of 32 with one scale. STORED is Q8_0 (34 bytes a block) or Q4_0 (18).

#define NUMBERS 32 // of a block
#define BYTES_Q8_0 34
#define BYTES_Q4_0 18

// Number i of a block without its scale.
#define code_Q8_0(codes, i) (char)(codes)[i]
#define code_Q4_0(codes, i) ((codes)[(i) % 16] >> (i) / 16 * 4 & 15) - 8

// from_blocks: y = x
// shapes  : x [blocks] as bytes, y [blocks, 32]
// assumes : x, y dense, x from an even byte on
// error   : none, a product of 11 and 8 bits is exact in f32
// work    : 34 or 18 bytes read and 128 written; a work-item converts a block
// source  : framepack.tensor.core.Blocks
kernel void from_blocks(global const uchar *x, long x0, global float *y, long y0, long blocks) {
  long block = get_global_id(0);
  if (block >= blocks) return;
  x += x0 + block * PASTE(BYTES_, STORED);
  y += y0 + block * NUMBERS;
  float scale = vload_half(0, (global const half *)x);
  global const uchar *codes = x + 2;
  for (int i = 0; i < NUMBERS; i++) y[i] = scale * (PASTE(code_, STORED)(codes, i));
}
