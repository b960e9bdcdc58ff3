package framepack.tensor.reference;

/// Mean and reciprocal standard deviation of one normalised group (population variance), and the gradient that all layer,
/// group and modulated norms share.
record Moments(double mean, double scale) {
  /// Of `x[from, from + count)`.
  static Moments of(double[] x, int from, int count, double eps) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += x[from + i];
    }
    double mean = sum / count;
    double squares = 0;
    for (int i = 0; i < count; i++) {
      squares += (x[from + i] - mean) * (x[from + i] - mean);
    }
    return new Moments(mean, 1 / Math.sqrt(squares / count + eps));
  }

  double normalise(double x) {
    return (x - mean) * scale;
  }

  /// `gx = scale * (g - mean(g) - x^ * mean(g * x^))` where `g` is the gradient of the normalised `x^`.
  void backward(double[] x, double[] g, int from, int count, double[] gx) {
    double sum = 0;
    double dot = 0;
    for (int i = from; i < from + count; i++) {
      sum += g[i];
      dot += g[i] * normalise(x[i]);
    }
    for (int i = from; i < from + count; i++) {
      gx[i] = scale * (g[i] - sum / count - normalise(x[i]) * dot / count);
    }
  }
}
