// Changes the type of elements. FROM and TO are one of F32 F64 BF16 F16 I64 I32 I16 I8 U8 BOOL.

// Memory of each type, and its value as the widest of its family: float (double where F64 is met) or long.
#define TYPE_F32 float
#define TYPE_F64 double
#define TYPE_BF16 ushort
#define TYPE_F16 half
#define TYPE_I64 long
#define TYPE_I32 int
#define TYPE_I16 short
#define TYPE_I8 char
#define TYPE_U8 uchar
#define TYPE_BOOL uchar

#define load_F32(p, i) (p)[i]
#define load_F64(p, i) (p)[i]
#define load_BF16(p, i) from_bf16((p)[i])
#define load_F16(p, i) vload_half(i, p)
#define load_I64(p, i) (p)[i]
#define load_I32(p, i) (long)(p)[i]
#define load_I16(p, i) (long)(p)[i]
#define load_I8(p, i) (long)(p)[i]
#define load_U8(p, i) (long)(p)[i]
#define load_BOOL(p, i) (long)((p)[i] != 0)

#define store_F32(p, i, v) (p)[i] = convert_float(v)
#define store_F64(p, i, v) (p)[i] = convert_double(v)
#define store_BF16(p, i, v) (p)[i] = to_bf16(convert_float(v))
#define store_F16(p, i, v) vstore_half_rte(convert_float(v), i, p)
#define store_I64(p, i, v) (p)[i] = convert_long_sat(v)
#define store_I32(p, i, v) (p)[i] = convert_int_sat(v)
#define store_I16(p, i, v) (p)[i] = convert_short_sat(v)
#define store_I8(p, i, v) (p)[i] = convert_char_sat(v)
#define store_U8(p, i, v) (p)[i] = convert_uchar_sat(v)
#define store_BOOL(p, i, v) (p)[i] = (v) != 0

// convert: y = x as another type
// shapes  : x, y of one shape, walked as rows x inner
// assumes : y dense; F64 only on devices that have doubles
// error   : floats round to nearest even; floats to integers cut the fraction off and saturate, NaN gives 0
// work    : both sizes an element
// source  : framepack.tensor.op.Copy
kernel void convert(long8 extents, long rows, long inner, global const PASTE(TYPE_, FROM) *x, long x0, long8 xs,
                    long x_step, global PASTE(TYPE_, TO) *y, long y0) {
  long row, from, to;
  if (!part(rows, inner, &row, &from, &to)) return;
  x += x0 + place(row, extents, xs);
  y += y0 + row * inner;
  for (long i = from; i < to; i++) PASTE(store_, TO)(y, i, PASTE(load_, FROM)(x, i * x_step));
}
