// Functions of one or two numbers, element by element: operands of any strides merged to at most 8 axes, results dense.
// Compiled once for each: -DFUNCTION=f_silu, -DDERIVATIVE=d_silu or -DOPERATOR=f_add.

static inline float sigmoid(float x) { return 1.0f / (1.0f + exp(-x)); }
static inline float gelu_argument(float x) { return 0.7978845608028654f * (x + 0.044715f * x * x * x); }
static inline float gated(float x, float a) {
  float s = sigmoid(a * x);
  return s + a * x * s * (1.0f - s);
}

static inline float f_neg(float x) { return -x; }
static inline float f_abs(float x) { return fabs(x); }
static inline float f_square(float x) { return x * x; }
static inline float f_sqrt(float x) { return sqrt(x); }
static inline float f_reciprocal(float x) { return 1.0f / x; }
static inline float f_exp(float x) { return exp(x); }
static inline float f_log(float x) { return log(x); }
static inline float f_sin(float x) { return sin(x); }
static inline float f_cos(float x) { return cos(x); }
static inline float f_tanh(float x) { return tanh(x); }
static inline float f_sigmoid(float x) { return sigmoid(x); }
static inline float f_silu(float x) { return x * sigmoid(x); }
static inline float f_gelu_tanh(float x) { return 0.5f * x * (1.0f + tanh(gelu_argument(x))); }
static inline float f_gelu_exact(float x) { return 0.5f * x * (1.0f + erf(x * 0.7071067811865476f)); }
static inline float f_quick_gelu(float x) { return x * sigmoid(1.702f * x); }

static inline float d_neg(float x) { return -1.0f; }
static inline float d_abs(float x) { return sign(x); }
static inline float d_square(float x) { return 2.0f * x; }
static inline float d_sqrt(float x) { return 0.5f / sqrt(x); }
static inline float d_reciprocal(float x) { return -1.0f / (x * x); }
static inline float d_exp(float x) { return exp(x); }
static inline float d_log(float x) { return 1.0f / x; }
static inline float d_sin(float x) { return cos(x); }
static inline float d_cos(float x) { return -sin(x); }
// 1 - tanh(x)^2 without the cancellation near 1.
static inline float d_tanh(float x) { return 4.0f * sigmoid(2.0f * x) * sigmoid(-2.0f * x); }
static inline float d_sigmoid(float x) { return sigmoid(x) * sigmoid(-x); }
static inline float d_silu(float x) { return gated(x, 1.0f); }
static inline float d_gelu_tanh(float x) {
  float u = gelu_argument(x);
  float inner = 0.7978845608028654f * (1.0f + 3.0f * 0.044715f * x * x);
  return sigmoid(2.0f * u) + 0.5f * x * d_tanh(u) * inner;
}
static inline float d_gelu_exact(float x) {
  return 0.5f * (1.0f + erf(x * 0.7071067811865476f)) + x * exp(-0.5f * x * x) * 0.3989422804014327f;
}
static inline float d_quick_gelu(float x) { return gated(x, 1.702f); }

static inline float f_add(float a, float b) { return a + b; }
static inline float f_sub(float a, float b) { return a - b; }
static inline float f_mul(float a, float b) { return a * b; }
static inline float f_div(float a, float b) { return a / b; }
static inline float f_max(float a, float b) { return isnan(a) || isnan(b) ? NAN : fmax(a, b); }
static inline float f_min(float a, float b) { return isnan(a) || isnan(b) ? NAN : fmin(a, b); }

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
  if (x_step == 1) {
    for (long i = from; i < to; i++) y[i] = FUNCTION(x[i]);
  } else {
    for (long i = from; i < to; i++) y[i] = FUNCTION(x[i * x_step]);
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
  if (x_step == 1 && gy_step == 1) {
    for (long i = from; i < to; i++) gx[i] = gy[i] * DERIVATIVE(x[i]);
  } else {
    for (long i = from; i < to; i++) gx[i] = gy[i * gy_step] * DERIVATIVE(x[i * x_step]);
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
