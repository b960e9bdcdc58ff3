package framepack.history;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.op.Activation;

/// Looks up the nearest code of each latent pixel by one product: `argmin |F - Omega_k|² = argmax F·Omega_k - |Omega_k|²/2`.
///
/// Codes are taken relative to their mean, which changes every score of a pixel alike and keeps their digits where latents
/// lie far from zero. Of codes equally near the first is taken; a pixel that is not finite has code 0.
final class NearestCode {
  /// Scores of one piece, so that they stay in cache and memory does not grow with the number of pixels.
  private static final long MOST_SCORES = 1 << 20;

  private final Tensor centred; // [K, C]
  private final Tensor bias; // [K]

  /// @param home holds the codes on its backend and must outlive this
  NearestCode(Workspace home, float[] codes, int channels) {
    int size = codes.length / channels;
    double[] mean = new double[channels];
    for (int i = 0; i < codes.length; i++) {
      mean[i % channels] += (double) codes[i] / size;
    }
    float[] relative = new float[codes.length];
    double[] squares = new double[size];
    for (int i = 0; i < codes.length; i++) {
      double m = mean[i % channels];
      relative[i] = (float) (codes[i] - m);
      squares[i / channels] += (codes[i] - m) * (codes[i] + m);
    }
    float[] halves = new float[size];
    for (int k = 0; k < size; k++) {
      halves[k] = (float) (-squares[k] / 2);
    }
    centred = Tensor.of(home, relative, size, channels);
    bias = Tensor.of(home, halves, size);
  }

  /// Codes of `pixels` [n, C]: I64 [n].
  Tensor of(Tensor pixels) {
    Workspace home = Workspace.current();
    long count = pixels.extent(0);
    long piece = Math.max(1, MOST_SCORES / centred.extent(0));
    int pieces = Math.toIntExact(Math.max(1, Math.ceilDiv(count, piece)));
    Tensor[] codes = new Tensor[pieces];
    for (int i = 0; i < pieces; i++) {
      Tensor some = pixels.slice(0, i * piece, Math.min(count, (i + 1) * piece));
      try (Workspace _ = Workspace.open(home.backend())) {
        codes[i] = some.linear(centred, bias, Activation.NONE).argMax().keepIn(home);
      }
    }
    return Tensor.concat(0, codes);
  }
}
