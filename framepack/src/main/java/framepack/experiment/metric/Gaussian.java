package framepack.experiment.metric;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/// Mean and covariance of points, and how far two such clouds are from each other: the squared Fréchet distance
/// `|m - n|² + tr(C + D - 2 (C^½ D C^½)^½)` of the normal distributions (Dowson and Landau 1982; the form of the FID,
/// arXiv:1706.08500).
record Gaussian(double[] mean, RealMatrix covariance) {

  /// @param points [point][dimension], at least one
  static Gaussian of(double[][] points) {
    int size = points[0].length;
    double[] mean = new double[size];
    for (double[] point : points) {
      for (int i = 0; i < size; i++) {
        mean[i] += point[i] / points.length;
      }
    }
    double[][] covariance = new double[size][size];
    for (double[] point : points) {
      for (int i = 0; i < size; i++) {
        double di = (point[i] - mean[i]) / points.length;
        for (int j = 0; j <= i; j++) {
          covariance[i][j] += di * (point[j] - mean[j]);
        }
      }
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        covariance[j][i] = covariance[i][j];
      }
    }
    return new Gaussian(mean, new Array2DRowRealMatrix(covariance, false));
  }

  double frechet(Gaussian other) {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      double d = mean[i] - other.mean[i];
      sum += d * d;
    }
    RealMatrix root = root(covariance);
    RealMatrix product = root.multiply(other.covariance).multiply(root);
    double overlap = 0;
    for (double value : eigenvalues(product)) {
      overlap += Math.sqrt(Math.max(0, value));
    }
    double spread = covariance.getTrace() + other.covariance.getTrace() - 2 * overlap;
    return sum + Math.max(0, spread);
  }

  private static double[] eigenvalues(RealMatrix product) {
    RealMatrix symmetric = product.add(product.transpose()).scalarMultiply(0.5);
    return new EigenDecomposition(symmetric).getRealEigenvalues();
  }

  /// The symmetric root of a positive semidefinite matrix.
  private static RealMatrix root(RealMatrix matrix) {
    EigenDecomposition eigen = new EigenDecomposition(matrix);
    double[] roots =
        Arrays.stream(eigen.getRealEigenvalues()).map(v -> Math.sqrt(Math.max(0, v))).toArray();
    return eigen
        .getV()
        .multiply(MatrixUtils.createRealDiagonalMatrix(roots))
        .multiply(eigen.getVT());
  }
}
