package framepack.experiment.dataset;

import framepack.tensor.random.Philox;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/// The codec of a clip: principal components of its 8x8 patches over colour and space.
///
/// `codec` has the leading eigenvectors of the patches' 192x192 covariance as rows, sorted by
/// variance, each with its largest entry positive; `share` is the part of the variance they keep
/// (1 when there is none); `variance` is the variance of a patch, summed over its 192 numbers.
public record PatchComponents(LinearPatchCodec codec, double share, double variance) {
  /// Fits `channels` components to at most `most` patches of `pixels` [3, T, H, W], drawn with
  /// `seed` if there are more. H and W are multiples of 8.
  public static PatchComponents fit(Frames pixels, int channels, int most, long seed) {
    if (channels < 1 || channels > LinearPatchCodec.PATCH_VALUES || most < 1) {
      throw new DatasetError(
          "patch components: expected 1 to %d channels from at least 1 patch, got %d from %d"
              .formatted(LinearPatchCodec.PATCH_VALUES, channels, most));
    }
    float[][] patches = sample(pixels, most, Philox.of(seed));
    double[] mean = mean(patches);
    double[][] covariance = covariance(patches, mean);
    // Singular vectors of a covariance are its eigenvectors; the library's eigen solver gives up
    // ("convergence failed") on the low ranks that short clips have.
    var svd = new SingularValueDecomposition(new Array2DRowRealMatrix(covariance, false));
    float[][] rows = new float[channels][];
    double kept = 0;
    for (int k = 0; k < channels; k++) {
      rows[k] = signed(svd.getU().getColumn(k));
      kept += svd.getSingularValues()[k];
    }
    double total = 0;
    float[] centre = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      total += covariance[i][i];
      centre[i] = (float) mean[i];
    }
    double share = total > 0 ? Math.min(1, kept / total) : 1;
    return new PatchComponents(new LinearPatchCodec(centre, rows), share, total);
  }

  private static float[][] sample(Frames pixels, int most, Philox draws) {
    int rows = pixels.rows() / LinearPatchCodec.PATCH;
    int columns = pixels.columns() / LinearPatchCodec.PATCH;
    long total = (long) pixels.frames() * rows * columns;
    if (total == 0 || total > Integer.MAX_VALUE) {
      throw new DatasetError("patch components: %s hold %d patches".formatted(pixels, total));
    }
    int count = (int) Math.min(total, most);
    float[][] patches = new float[count][LinearPatchCodec.PATCH_VALUES];
    for (int i = 0; i < count; i++) {
      int at = count == total ? i : draws.nextInt((int) total);
      int x = at % columns * LinearPatchCodec.PATCH;
      int y = at / columns % rows * LinearPatchCodec.PATCH;
      LinearPatchCodec.readPatch(pixels, at / columns / rows, y, x, patches[i]);
    }
    return patches;
  }

  private static double[] mean(float[][] patches) {
    double[] mean = new double[LinearPatchCodec.PATCH_VALUES];
    for (float[] patch : patches) {
      for (int i = 0; i < mean.length; i++) mean[i] += patch[i];
    }
    for (int i = 0; i < mean.length; i++) mean[i] /= patches.length;
    return mean;
  }

  private static double[][] covariance(float[][] patches, double[] mean) {
    int n = mean.length;
    double[][] covariance = new double[n][n];
    double[] centred = new double[n];
    for (float[] patch : patches) {
      for (int i = 0; i < n; i++) centred[i] = patch[i] - mean[i];
      for (int i = 0; i < n; i++) {
        double[] row = covariance[i];
        double value = centred[i];
        for (int j = 0; j < n; j++) row[j] += value * centred[j];
      }
    }
    for (double[] row : covariance) {
      for (int j = 0; j < n; j++) row[j] /= patches.length;
    }
    return covariance;
  }

  /// An eigenvector has no sign of its own; a fixed one keeps runs comparable.
  private static float[] signed(double[] vector) {
    int largest = 0;
    for (int i = 1; i < vector.length; i++) {
      if (Math.abs(vector[i]) > Math.abs(vector[largest])) largest = i;
    }
    float[] row = new float[vector.length];
    double sign = Math.signum(vector[largest]);
    for (int i = 0; i < vector.length; i++) row[i] = (float) (sign * vector[i]);
    return row;
  }
}
