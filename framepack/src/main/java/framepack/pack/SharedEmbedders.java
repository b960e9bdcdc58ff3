package framepack.pack;

import framepack.tensor.Tensor;

/// One projection for all history kernels: a compressed frame is an averaged frame, projected by the base kernel's weights.
/// The alternative that the paper's independent parameters (§3.1) are held against; both are the same function at the start,
/// since an own projection is initialised to `proj(avgpool(x))`.
///
/// @param own projections of the noisy frames and of history at the base kernel
public record SharedEmbedders(LatentEmbedders own) implements Packer.Embedding {
  @Override
  public Tensor context(PatchKernel kernel, Tensor latents) {
    PatchKernel base = base();
    int t = kernel.t() / base.t();
    int h = kernel.h() / base.h();
    int w = kernel.w() / base.w();
    boolean whole = t == 1 && h == 1 && w == 1;
    return own.context(base, whole ? latents : Packer.pooled(latents, kernel, t, h, w));
  }

  @Override
  public Tensor noisy(Tensor latents) {
    return own.noisy(latents);
  }

  @Override
  public PatchKernel base() {
    return own.base();
  }
}
