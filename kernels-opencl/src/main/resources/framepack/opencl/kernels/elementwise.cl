// Functions of one or two numbers, element by element: operands of any strides merged to at most 8 axes, results dense.
// Compiled once for each: -DFUNCTION=f_silu, -DDERIVATIVE=d_silu or -DOPERATOR=f_add.

static inline VECTOR sigmoid(VECTOR x) { return 1.0f / (1.0f + exp(-x)); }
static inline VECTOR gelu_argument(VECTOR x) { return 0.7978845608028654f * (x + 0.044715f * x * x * x); }
static inline VECTOR gated(VECTOR x, float a) {
  VECTOR s = sigmoid(a * x);
  return s + a * x * s * (1.0f - s);
}

static inline VECTOR f_neg(VECTOR x) { return -x; }
static inline VECTOR f_abs(VECTOR x) { return fabs(x); }
static inline VECTOR f_square(VECTOR x) { return x * x; }
static inline VECTOR f_sqrt(VECTOR x) { return sqrt(x); }
static inline VECTOR f_reciprocal(VECTOR x) { return 1.0f / x; }
static inline VECTOR f_exp(VECTOR x) { return exp(x); }
static inline VECTOR f_log(VECTOR x) { return log(x); }
static inline VECTOR f_sin(VECTOR x) { return sin(x); }
static inline VECTOR f_cos(VECTOR x) { return cos(x); }
static inline VECTOR f_tanh(VECTOR x) { return tanh(x); }
static inline VECTOR f_sigmoid(VECTOR x) { return sigmoid(x); }
static inline VECTOR f_silu(VECTOR x) { return x * sigmoid(x); }
static inline VECTOR f_gelu_tanh(VECTOR x) { return 0.5f * x * (1.0f + tanh(gelu_argument(x))); }
static inline VECTOR f_gelu_exact(VECTOR x) { return 0.5f * x * (1.0f + erf(x * 0.7071067811865476f)); }
static inline VECTOR f_quick_gelu(VECTOR x) { return x * sigmoid(1.702f * x); }

static inline VECTOR d_neg(VECTOR x) { return (VECTOR)(-1.0f); }
static inline VECTOR d_abs(VECTOR x) { return sign(x); }
static inline VECTOR d_square(VECTOR x) { return 2.0f * x; }
static inline VECTOR d_sqrt(VECTOR x) { return 0.5f / sqrt(x); }
static inline VECTOR d_reciprocal(VECTOR x) { return -1.0f / (x * x); }
static inline VECTOR d_exp(VECTOR x) { return exp(x); }
static inline VECTOR d_log(VECTOR x) { return 1.0f / x; }
static inline VECTOR d_sin(VECTOR x) { return cos(x); }
static inline VECTOR d_cos(VECTOR x) { return -sin(x); }
// 1 - tanh(x)^2 without the cancellation near 1.
static inline VECTOR d_tanh(VECTOR x) { return 4.0f * sigmoid(2.0f * x) * sigmoid(-2.0f * x); }
static inline VECTOR d_sigmoid(VECTOR x) { return sigmoid(x) * sigmoid(-x); }
static inline VECTOR d_silu(VECTOR x) { return gated(x, 1.0f); }
static inline VECTOR d_gelu_tanh(VECTOR x) {
  VECTOR u = gelu_argument(x);
  VECTOR inner = 0.7978845608028654f * (1.0f + 3.0f * 0.044715f * x * x);
  return sigmoid(2.0f * u) + 0.5f * x * d_tanh(u) * inner;
}
static inline VECTOR d_gelu_exact(VECTOR x) {
  return 0.5f * (1.0f + erf(x * 0.7071067811865476f)) + x * exp(-0.5f * x * x) * 0.3989422804014327f;
}
static inline VECTOR d_quick_gelu(VECTOR x) { return gated(x, 1.702f); }

static inline float f_add(float a, float b) { return a + b; }
static inline float f_sub(float a, float b) { return a - b; }
static inline float f_mul(float a, float b) { return a * b; }
static inline float f_div(float a, float b) { return a / b; }
static inline float f_max(float a, float b) { return isnan(a) || isnan(b) ? NAN : fmax(a, b); }
static inline float f_min(float a, float b) { return isnan(a) || isnan(b) ? NAN : fmin(a, b); }

// Up to LANES numbers a step apart, and their places.
static inline VECTOR load_some(global const float *p, long step, long count) {
  if (step == 1 && count >= LANES) return LOAD(p);
  float some[LANES];
  for (int l = 0; l < LANES; l++) some[l] = l < count ? p[l * step] : 1.0f;
  return LOAD(some);
}

static inline void store_some(VECTOR v, global float *p, long count) {
  if (count >= LANES) {
    STORE(v, p);
    return;
  }
  float some[LANES];
  STORE(v, some);
  for (int l = 0; l < count; l++) p[l] = some[l];
}

#ifdef FUNCTION
// unary: y = f(x)
// shapes  : x, y of one shape, walked as rows x inner
// assumes : y dense
// error   : 2e-6 of the largest result; OpenCL's own functions are good to 3 to 16 ulp
// work    : 8 bytes an element: memory bound but for the transcendental functions
// source  : framepack.tensor.op.UnaryFunction
kernel void unary(long8 extents, long rows, long inner, global const float *x, long x0, long8 xs, long x_step,
                  global float *y, long y0) {
  long row, from, to;
  if (!part(rows, inner, &row, &from, &to)) return;
  x += x0 + place(row, extents, xs);
  y += y0 + row * inner;
  for (long i = from; i < to; i += LANES) {
    store_some(FUNCTION(load_some(x + i * x_step, x_step, to - i)), y + i, to - i);
  }
}
#endif

#ifdef DERIVATIVE
// unary_backward: gx = gy * f'(x)
// shapes  : x, gy, gx of one shape, walked as rows x inner
// assumes : gx dense
// error   : 2e-6 of the largest result
// work    : 12 bytes an element
// source  : framepack.tensor.op.UnaryBackward
kernel void unary_backward(long8 extents, long rows, long inner, global const float *x, long x0, long8 xs, long x_step,
                           global const float *gy, long gy0, long8 gys, long gy_step, global float *gx, long gx0) {
  long row, from, to;
  if (!part(rows, inner, &row, &from, &to)) return;
  x += x0 + place(row, extents, xs);
  gy += gy0 + place(row, extents, gys);
  gx += gx0 + row * inner;
  for (long i = from; i < to; i += LANES) {
    VECTOR slope = DERIVATIVE(load_some(x + i * x_step, x_step, to - i));
    store_some(load_some(gy + i * gy_step, gy_step, to - i) * slope, gx + i, to - i);
  }
}
#endif

#ifdef OPERATOR
// binary: c = a (operator) b
// shapes  : a, b broadcast to the shape of c by strides of 0, walked as rows x inner
// assumes : c dense
// error   : one rounding
// work    : 12 bytes an element
// source  : framepack.tensor.op.Binary
kernel void binary(long8 extents, long rows, long inner, global const float *a, long a0, long8 as, long a_step,
                   global const float *b, long b0, long8 bs, long b_step, global float *c, long c0) {
  long row, from, to;
  if (!part(rows, inner, &row, &from, &to)) return;
  a += a0 + place(row, extents, as);
  b += b0 + place(row, extents, bs);
  c += c0 + row * inner;
  if (a_step == 1 && b_step == 1) {
    for (long i = from; i < to; i++) c[i] = OPERATOR(a[i], b[i]);
  } else {
    for (long i = from; i < to; i++) c[i] = OPERATOR(a[i * a_step], b[i * b_step]);
  }
}
#endif
