package framepack.sampler;

/// One step of UniPC as a linear combination: the latents before it, the earlier predictions of x0 (newest first), and
/// the new one. Formulas of arXiv:2302.04867 (appendix A, eq. 9 and 10) with the differences `D_i` multiplied out.
///
/// @param ofX factor of the latents before the step
/// @param predictor factors of the earlier predictions in the predictor
/// @param corrector factors of the earlier predictions in the corrector
/// @param ofNew factor of the new prediction in the corrector
record UniPcStep(double ofX, double[] predictor, double[] corrector, double ofNew) {

  /// The step to `sigmas[at]` from the level before, with `order` earlier predictions.
  static UniPcStep of(UniPc solver, double[] sigmas, int at, int order) {
    UniPc.Path path = solver.path();
    double from = path.lambda(sigmas[at - 1]);
    double h = path.lambda(sigmas[at]) - from;
    double[] ratios = new double[order]; // r_i of the earlier predictions, then 1 for the new one
    for (int i = 1; i < order; i++) {
      ratios[i - 1] = (path.lambda(sigmas[at - 1 - i]) - from) / h;
    }
    ratios[order - 1] = 1;
    double phi1 = Math.expm1(-h);
    double bh = solver.variant() == UniPc.Variant.BH1 ? -h : phi1;
    double[] moments = moments(-h, phi1, bh, order);

    double[] rhoPredictor = order == 2 ? new double[] {0.5} : solve(ratios, moments, order - 1);
    double[] rhoCorrector = order == 1 ? new double[] {0.5} : solve(ratios, moments, order);
    double alpha = path.alpha(sigmas[at]);
    double ofNew = -alpha * bh * rhoCorrector[order - 1];
    double[] predictor = expand(rhoPredictor, ratios, alpha * bh, order, alpha * phi1);
    double[] corrector = expand(rhoCorrector, ratios, alpha * bh, order, alpha * phi1);
    corrector[0] -= ofNew;
    return new UniPcStep(sigmas[at] / sigmas[at - 1], predictor, corrector, ofNew);
  }

  /// `b_k = k! phi_{k+1}(hh) / B(h)`.
  private static double[] moments(double hh, double phi1, double bh, int order) {
    double[] moments = new double[order];
    double phi = phi1 / hh - 1;
    double factorial = 1;
    for (int k = 1; k <= order; k++) {
      moments[k - 1] = phi * factorial / bh;
      factorial *= k + 1;
      phi = phi / hh - 1 / factorial;
    }
    return moments;
  }

  /// `-phi1 m_0 - B(h) sum_i rho_i (m_i - m_0) / r_i` as factors of `m_0, m_1, ...`; the caller scales both by alpha.
  private static double[] expand(double[] rho, double[] ratios, double bh, int order, double phi1) {
    double[] factors = new double[order];
    factors[0] = -phi1;
    for (int i = 1; i < order; i++) {
      factors[i] = -bh * rho[i - 1] / ratios[i - 1];
      factors[0] -= factors[i];
    }
    return factors;
  }

  /// Solves `sum_j ratios[j]^k rho[j] = moments[k]` for `k < n` by elimination with pivots; n is at most 3.
  private static double[] solve(double[] ratios, double[] moments, int n) {
    double[][] rows = new double[n][n + 1];
    for (int k = 0; k < n; k++) {
      for (int j = 0; j < n; j++) {
        rows[k][j] = Math.pow(ratios[j], k);
      }
      rows[k][n] = moments[k];
    }
    for (int pivot = 0; pivot < n; pivot++) {
      int largest = pivot;
      for (int k = pivot + 1; k < n; k++) {
        largest = Math.abs(rows[k][pivot]) > Math.abs(rows[largest][pivot]) ? k : largest;
      }
      double[] row = rows[largest];
      rows[largest] = rows[pivot];
      rows[pivot] = row;
      for (int k = 0; k < n; k++) {
        double factor = k == pivot ? 0 : rows[k][pivot] / row[pivot];
        for (int j = pivot; j <= n; j++) {
          rows[k][j] -= factor * row[j];
        }
      }
    }
    double[] solution = new double[n];
    for (int k = 0; k < n; k++) {
      solution[k] = rows[k][n] / rows[k][k];
    }
    return solution;
  }
}
