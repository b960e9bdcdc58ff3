// Layer, group, RMS and modulated norms: one group of work-items normalises one run of `size` elements.
//
// The run `r` uses entry `r / repeat % period` of the weights [period, size / positions], each for `positions` neighbours:
// layer norm has period 1; modulation one period a batch item, repeated for its tokens; group norm one period a group of
// channels. `plus` is added to the weight (1 for a modulation's scale).

#define CENTRED 1        // subtract the mean: all but the RMS norm
#define WEIGHTED 2
#define BIASED 4

typedef struct { float mean, scale; } Moments;

#if GROUP == 1
#define SCRATCH_PARAMETER
#define SCRATCH
#else
#define SCRATCH_PARAMETER , local float *scratch
#define SCRATCH , scratch
#endif

// Whole vectors of a run, work-items in turn, and the rest one by one.
#define WHOLE(size) ((size) / LANES * LANES)
#define FOR_VECTORS(i, size) for (int i = get_local_id(0) * LANES; i < WHOLE(size); i += GROUP * LANES)
#define FOR_REST(i, size) for (int i = WHOLE(size) + get_local_id(0); i < (size); i += GROUP)

// Mean and reciprocal standard deviation of a run, in two passes so that a large mean costs no digits.
static inline Moments moments(global const float *x, int size, float eps, int flags SCRATCH_PARAMETER) {
  Moments m = {0, 0};
  if (flags & CENTRED) {
    Sums sums = zeros();
    Sum rest = zero();
    FOR_VECTORS(i, size) add_lanes(&sums, LOAD(x + i));
    FOR_REST(i, size) add(&rest, x[i]);
    m.mean = group_sum(total_of_lanes(sums, rest)) / size;
  }
  Sums squares = zeros();
  Sum rest = zero();
  FOR_VECTORS(i, size) {
    VECTOR from_mean = LOAD(x + i) - m.mean;
    add_lanes(&squares, from_mean * from_mean);
  }
  FOR_REST(i, size) add(&rest, (x[i] - m.mean) * (x[i] - m.mean));
  m.scale = 1.0f / sqrt(group_sum(total_of_lanes(squares, rest)) / size + eps);
  return m;
}

// normalise: y = (x - mean) / sqrt(var + eps) * (weight + plus) + bias
// shapes  : x [runs, size] walked from each run; y [runs, size]; weight, bias [period, size / positions]
// assumes : runs contiguous; y, weight, bias dense
// error   : max rel 2e-6; rounding errors of sums are kept
// work    : 8 bytes an element, read again from the cache for each pass
// source  : arXiv:1607.06450, arXiv:1803.08494, arXiv:1910.07467, arXiv:2212.09748
kernel void normalise(global const float *x, long x0, long8 extents, long8 strides,
                      global const float *weight, long w0, global const float *bias, long b0,
                      global float *y, long y0, int size, int positions, long repeat, long period,
                      float plus, float eps, int flags) {
  GROUP_SCRATCH
  long run = GROUP_ID;
  x += x0 + place(run, extents, strides);
  y += y0 + run * size;
  long entry = run / repeat % period * (size / positions);
  weight += w0 + entry;
  bias += b0 + entry;
  Moments m = moments(x, size, eps, flags SCRATCH);
  int vectors = positions == 1 ? size : 0;
  FOR_VECTORS(i, vectors) {
    VECTOR normal = (LOAD(x + i) - m.mean) * m.scale;
    if (flags & WEIGHTED) normal *= LOAD(weight + i) + plus;
    if (flags & BIASED) normal += LOAD(bias + i);
    STORE(normal, y + i);
  }
  for (int i = WHOLE(vectors) + get_local_id(0); i < size; i += GROUP) {
    int channel = positions == 1 ? i : i / positions;
    float normal = (x[i] - m.mean) * m.scale;
    if (flags & WEIGHTED) normal *= weight[channel] + plus;
    y[i] = flags & BIASED ? normal + bias[channel] : normal;
  }
}

// normalise_backward: gx = scale * (g - mean(g) - x^ * mean(g * x^)) with g = gy * (weight + plus)
// shapes  : x, gy [runs, size] walked from each run; gx [runs, size]; weight as above; stats [runs, 2] = mean, scale
// assumes : runs contiguous; gx, weight, stats dense
// error   : max rel 1e-5; rounding errors of sums are kept
// work    : 12 bytes an element
// source  : framepack.tensor.op.LayerNormBackward and its kin
kernel void normalise_backward(global const float *x, long x0, long8 extents, long8 strides,
                               global const float *gy, long gy0, long8 gy_extents, long8 gy_strides,
                               global const float *weight, long w0, global float *gx, long gx0,
                               global float *stats, long s0, int size, int positions, long repeat, long period,
                               float plus, float eps, int flags) {
  GROUP_SCRATCH
  long run = GROUP_ID;
  x += x0 + place(run, extents, strides);
  gy += gy0 + place(run, gy_extents, gy_strides);
  gx += gx0 + run * size;
  weight += w0 + run / repeat % period * (size / positions);
  Moments m = moments(x, size, eps, flags SCRATCH);
  int vectors = positions == 1 ? size : 0;
  Sums sums = zeros(), dots = zeros();
  FOR_VECTORS(i, vectors) {
    VECTOR g = LOAD(gy + i);
    if (flags & WEIGHTED) g *= LOAD(weight + i) + plus;
    add_lanes(&sums, g);
    add_lanes(&dots, g * ((LOAD(x + i) - m.mean) * m.scale));
  }
  Sum sum = zero(), dot = zero();
  for (int i = WHOLE(vectors) + get_local_id(0); i < size; i += GROUP) {
    int channel = positions == 1 ? i : i / positions;
    float g = flags & WEIGHTED ? gy[i] * (weight[channel] + plus) : gy[i];
    add(&sum, g);
    add(&dot, g * ((x[i] - m.mean) * m.scale));
  }
  float mean_g = flags & CENTRED ? group_sum(total_of_lanes(sums, sum)) / size : 0;
  float mean_dot = group_sum(total_of_lanes(dots, dot)) / size;
  FOR_VECTORS(i, vectors) {
    VECTOR g = LOAD(gy + i);
    if (flags & WEIGHTED) g *= LOAD(weight + i) + plus;
    STORE(m.scale * (g - mean_g - (LOAD(x + i) - m.mean) * m.scale * mean_dot), gx + i);
  }
  for (int i = WHOLE(vectors) + get_local_id(0); i < size; i += GROUP) {
    int channel = positions == 1 ? i : i / positions;
    float g = flags & WEIGHTED ? gy[i] * (weight[channel] + plus) : gy[i];
    gx[i] = m.scale * (g - mean_g - (x[i] - m.mean) * m.scale * mean_dot);
  }
  if (get_local_id(0) == 0) {
    stats[s0 + 2 * run] = m.mean;
    stats[s0 + 2 * run + 1] = m.scale;
  }
}

// norm_parameters: gweight[p, c] = sum of gy * x^, gbias[p, c] = sum of gy, over the runs and positions of channel c
// shapes  : x, gy, stats as above; gweight, gbias [period, size / positions]
// assumes : runs contiguous; gweight, gbias, stats dense; one work-item for COLUMNS channels, runs in order
// error   : max rel 1e-5; rounding errors of sums are kept
// work    : 8 bytes an element
// source  : framepack.tensor.op.LayerNormBackward and its kin
kernel void norm_parameters(global const float *x, long x0, long8 extents, long8 strides,
                            global const float *gy, long gy0, long8 gy_extents, long8 gy_strides,
                            global const float *stats, long s0, global float *gweight, long gw0,
                            global float *gbias, long gb0, long runs, int size, int positions, long repeat, long period,
                            int flags) {
  int channels = size / positions;
  long blocks = (channels + COLUMNS - 1) / COLUMNS;
  long item = get_global_id(0);
  if (item >= period * blocks) return;
  long entry = item / blocks;
  int first = item % blocks * COLUMNS;
  int count = min(COLUMNS, channels - first);
  Sum of_weight[COLUMNS], of_bias[COLUMNS];
  for (int c = 0; c < COLUMNS; c++) of_weight[c] = of_bias[c] = zero();
  for (long start = entry * repeat; start < runs; start += repeat * period) {
    for (long run = start; run < start + repeat; run++) {
      float mean = stats[s0 + 2 * run], scale = stats[s0 + 2 * run + 1];
      long x_at = x0 + place(run, extents, strides) + (long)first * positions;
      long gy_at = gy0 + place(run, gy_extents, gy_strides) + (long)first * positions;
      for (int i = 0; i < count * positions; i++) {
        int c = positions == 1 ? i : i / positions;
        add(&of_weight[c], gy[gy_at + i] * ((x[x_at + i] - mean) * scale));
        add(&of_bias[c], gy[gy_at + i]);
      }
    }
  }
  for (int c = 0; c < count; c++) {
    gweight[gw0 + entry * channels + first + c] = total(of_weight[c]);
    if (flags & BIASED) gbias[gb0 + entry * channels + first + c] = total(of_bias[c]);
  }
}
