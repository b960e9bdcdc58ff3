package framepack.history;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.core.Spec;
import framepack.tensor.op.UnaryFunction;

/// Replaces every latent pixel of the history by its nearest code, `Omega_Q(F)` (paper Eq. 6). Drift that moves a pixel
/// by less than half the way to the border of its code's cell is gone.
///
/// Belongs to the workspace that it was made in, on any backend.
public final class HistoryDiscretizer {
  private final Codebook codebook;
  private final boolean start;
  private final Tensor codes; // [K, C]
  private final Tensor presence; // [0, 1]
  private final NearestCode nearest;

  /// @param start whether the given start frame (`f1k1_x_`) is discretised too. The paper does not say; `false` is our
  ///     default, because a frame that was given does not drift and only loses detail
  public HistoryDiscretizer(Codebook codebook, boolean start, Workspace home) {
    this.codebook = codebook;
    this.start = start;
    this.codes = Tensor.of(home, codebook.codes(), codebook.size(), codebook.channels());
    this.presence = Tensor.of(home, new float[] {0, 1}, 2);
    this.nearest = new NearestCode(home, codebook.codes(), codebook.channels());
  }

  public Codebook codebook() {
    return codebook;
  }

  /// Whether a given start frame is discretised too.
  public boolean start() {
    return start;
  }

  /// Q(F): the codes of latents [b, C, t, h, w] as I64 [b, t, h, w].
  public Tensor codes(Tensor latents) {
    check(latents);
    long[] e = latents.shape().toArray();
    Tensor pixels = latents.permute(0, 2, 3, 4, 1).contiguous().reshape(-1, e[1]);
    return nearest.of(pixels).reshape(e[0], e[2], e[3], e[4]);
  }

  /// Latents [b, C, t, h, w] made of codes. Frames that are zero throughout do not exist yet and stay zero. A number
  /// that is not finite comes out as NaN; the rest of its pixel becomes code 0.
  public Tensor apply(Tensor latents) {
    Workspace home = Workspace.current();
    try (Workspace _ = Workspace.open(home.backend())) {
      Tensor discrete = codes.gather(codes(latents)).permute(0, 4, 1, 2, 3);
      Tensor present = presence.gather(exists(latents));
      long[] perFrame = {latents.extent(0), 1, latents.extent(2), 1, 1};
      Tensor kept = latents.mul(present.affine(-1, 1).reshape(perFrame));
      return discrete.mul(present.reshape(perFrame)).add(kept).keepIn(home);
    }
  }

  /// 1 for frames that hold anything but zeros, else 0: I64 [b, t].
  private static Tensor exists(Tensor latents) {
    Tensor size = latents.apply(UnaryFunction.ABS).sum(1, 3, 4).unsqueeze(2);
    Tensor zero = Tensor.zeros(size.shape().toArray());
    return Tensor.concat(2, zero, size).argMax();
  }

  private void check(Tensor latents) {
    if (latents.shape().rank() != 5 || latents.extent(1) != codebook.channels()) {
      throw new ShapeMismatch(
          "discretize history",
          "latents [b, %d, t, h, w] for a %s".formatted(codebook.channels(), codebook),
          new Object[] {new Spec(latents.dtype(), latents.shape())});
    }
  }
}
