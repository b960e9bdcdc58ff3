package framepack.pack;

import framepack.model.Rope3d;
import framepack.model.Rope3d.Phases;
import framepack.tensor.Tensor;
import framepack.tensor.op.Padding;
import java.util.ArrayList;
import java.util.List;

/// Packs context levels and noisy latents into one token sequence with its RoPE phases: the heart of FramePack.
///
/// One loop over levels; latents and phases are padded (copies of the edge) and compressed in the same place, so they
/// always match. Token order is `[tail | levels as given ... | noisy]`, inside a level t, then h, then w.
/// Source: `process_input_hidden_states` of hunyuan_video_packed.py; paper §3.1.
public record Packer(Embedding embedding, Rope3d rope) {
  /// The learned projections: one set of weights per kernel, and one for the noisy frames.
  public interface Embedding {
    /// Tokens [batch, n, dim] of context latents.
    Tensor context(PatchKernel kernel, Tensor latents);

    /// Tokens [batch, n, dim] of noisy latents, by the base kernel.
    Tensor noisy(Tensor latents);

    /// The base kernel, whose grid the phases live on.
    PatchKernel base();
  }

  /// A packed sequence.
  ///
  /// @param hidden tokens [batch, n, dim]
  /// @param phases RoPE phases [batch, n, head]
  /// @param noisyTokens how many of the last tokens are noisy ones
  public record Packed(Tensor hidden, Phases phases, long noisyTokens) {}

  /// Packs `context` (in token order) and the noisy `latents` [batch, channels, frames, height, width] whose frames stand
  /// at `times`.
  public Packed pack(List<ContextLevel> context, Tensor latents, long[][] times) {
    return pack(null, context, latents, times);
  }

  /// The same with the tokens of a tail in front; null if there is none.
  public Packed pack(ContextTail tail, List<ContextLevel> context, Tensor latents, long[][] times) {
    PatchKernel base = embedding.base();
    checkNoisy(latents, times, base);
    int height = Math.toIntExact(latents.extent(3) / base.h());
    int width = Math.toIntExact(latents.extent(4) / base.w());
    List<Tensor> tokens = new ArrayList<>();
    List<Phases> phases = new ArrayList<>();
    if (tail != null) {
      checkTail(tail, latents);
      tokens.add(embedding.context(tail.kernel().layer(), tail.patches()));
      phases.add(rope.means(tail.firsts(), tail.counts(), height, width));
    }
    for (ContextLevel level : context) {
      check(level.latents(), level.times(), latents);
      PatchKernel k = level.kernel();
      tokens.add(embedding.context(k.layer(), halved(level.latents(), k)));
      phases.add(
          rope.phases(
              level.times(), height, width, k.t() / base.t(), k.h() / base.h(), k.w() / base.w()));
    }
    tokens.add(embedding.noisy(latents));
    phases.add(rope.phases(times, height, width, 1, 1, 1));
    return new Packed(
        Tensor.concat(1, tokens.toArray(Tensor[]::new)),
        Phases.concat(phases.toArray(Phases[]::new)),
        tokens.getLast().extent(1));
  }

  /// Latents average-pooled by 2x2x2 until the largest projection fits; they are padded to whole kernels before, as their
  /// phases are.
  private static Tensor halved(Tensor latents, PatchKernel k) {
    int size = 1 << k.halvings();
    return size == 1 ? latents : pooled(latents, k, size, size, size);
  }

  /// Latents padded to whole kernels with copies of the edge, then averaged over blocks of `t x h x w`.
  static Tensor pooled(Tensor latents, PatchKernel k, int t, int h, int w) {
    long[] after = {
      0,
      0,
      Math.floorMod(-latents.extent(2), k.t()),
      Math.floorMod(-latents.extent(3), k.h()),
      Math.floorMod(-latents.extent(4), k.w())
    };
    return latents.pad(new long[5], after, Padding.REPLICATE).avgPool3d(t, h, w);
  }

  private static void checkNoisy(Tensor latents, long[][] times, PatchKernel base) {
    check(latents, times, latents);
    boolean whole =
        latents.extent(2) % base.t() == 0
            && latents.extent(3) % base.h() == 0
            && latents.extent(4) % base.w() == 0;
    if (!whole) {
      throw new IllegalArgumentException(
          "packing: noisy latents %s must be a multiple of the patch %s in frames, height and width"
              .formatted(latents.shape(), base));
    }
  }

  private static void checkTail(ContextTail tail, Tensor noisy) {
    Tensor pixels = tail.pixels();
    if (pixels.extent(0) != noisy.extent(0) || pixels.extent(1) != noisy.extent(1)) {
      throw new IllegalArgumentException(
          "packing: tail pixels %s do not fit noisy latents %s in batch and channels"
              .formatted(pixels.shape(), noisy.shape()));
    }
  }

  private static void check(Tensor level, long[][] times, Tensor noisy) {
    boolean fits =
        level.shape().rank() == 5
            && level.extent(0) == noisy.extent(0)
            && level.extent(1) == noisy.extent(1)
            && level.extent(3) == noisy.extent(3)
            && level.extent(4) == noisy.extent(4)
            && times.length == level.extent(0);
    for (long[] item : times) {
      fits &= item.length == level.extent(2) && item.length > 0;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "packing: a level of latents %s does not fit noisy latents %s and its time indices"
              .formatted(level.shape(), noisy.shape()));
    }
  }
}
