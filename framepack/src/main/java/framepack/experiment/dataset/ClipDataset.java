package framepack.experiment.dataset;

import framepack.media.Clip;
import framepack.media.PlaneOrder;
import framepack.tensor.random.Philox;
import java.util.Locale;

/// A real clip as normalised latents: its own patch codec, early frames for training, late frames
/// held out. One latent frame stands for one kept frame of the clip.
///
/// Codec and normalisation are fitted on the training frames only.
public final class ClipDataset implements FrameSource {
  /// Pixels of one (1, 2, 2) token; frames are cropped to whole tokens.
  private static final int TOKEN = 2 * LinearPatchCodec.PATCH;

  /// Variance of a patch (sum over 192 numbers) below which there is nothing to learn.
  private static final double FLAT = 1e-6;

  private static final int MOST_PATCHES = 20_000;

  /// How a clip is cut: every `stride`-th frame is kept, the last `heldOut` share (0 < share < 1,
  /// at least one frame) is held out, a patch becomes `channels` numbers, `seed` picks patches.
  public record Cut(int stride, double heldOut, int channels, long seed) {
    public static final Cut DEFAULT = new Cut(1, 0.2, 16, 0);

    public Cut {
      if (stride < 1 || !(heldOut > 0 && heldOut < 1)) {
        throw new DatasetError(
            "clip: expected a stride from 1 and a held-out share between 0 and 1, got %d and %s"
                .formatted(stride, heldOut));
      }
    }
  }

  /// What the codec keeps: share of the training patches' variance, and the PSNR in dB (peak 2)
  /// of decoded against true pixels.
  public record Kept(double variance, double trainingPsnr, double heldOutPsnr) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.2f %% of the variance, PSNR %.1f dB on training frames, %.1f dB on held-out frames",
          100 * variance,
          trainingPsnr,
          heldOutPsnr);
    }
  }

  private final String name;
  private final LinearPatchCodec codec;
  private final ChannelNorm norm;
  private final Kept kept;
  private final Frames pixels;
  private final Frames z;
  private final int trainingFrames;

  private ClipDataset(String name, PatchComponents components, Frames pixels, int trainingFrames) {
    this.name = name;
    this.pixels = pixels;
    this.trainingFrames = trainingFrames;
    codec = components.codec();
    Frames latents = codec.encode(pixels);
    norm = ChannelNorm.fit(java.util.List.of(latents.slice(0, trainingFrames)), ChannelNorm.HALF);
    z = norm.apply(latents);
    Frames decoded = codec.decode(latents);
    int held = pixels.frames() - trainingFrames;
    kept =
        new Kept(
            components.share(),
            psnr(pixels.slice(0, trainingFrames), decoded.slice(0, trainingFrames)),
            psnr(pixels.slice(trainingFrames, held), decoded.slice(trainingFrames, held)));
  }

  /// `clip` is [3, T, H, W] in [-1, 1], H and W from 16; sides that are no multiple of 16 lose
  /// their edges. `name` is for messages.
  ///
  /// @throws DatasetError for a clip that is too small, too short, flat or not finite
  public static ClipDataset of(String name, Frames clip, Cut cut) {
    Frames kept = everyNth(clip, cut.stride());
    if (kept.frames() < 3) {
      throw new DatasetError(
          "clip %s: %d frames, %d with stride %d: expected at least 3 (2 to train on, 1 held out)"
              .formatted(name, clip.frames(), kept.frames(), cut.stride()));
    }
    if (clip.channels() != 3 || clip.rows() < TOKEN || clip.columns() < TOKEN) {
      throw new DatasetError(
          "clip %s: %s: expected 3 channels of at least %dx%d pixels"
              .formatted(name, clip, TOKEN, TOKEN));
    }
    checkFinite(name, kept);
    Frames pixels = kept.croppedTo(TOKEN);
    int held = Math.max(1, (int) Math.round(cut.heldOut() * pixels.frames()));
    int training = Math.max(2, pixels.frames() - held);
    PatchComponents components =
        PatchComponents.fit(pixels.slice(0, training), cut.channels(), MOST_PATCHES, cut.seed());
    if (components.variance() < FLAT) {
      throw new DatasetError(
          "clip %s: all training frames show one flat colour, there is nothing to learn; use a"
                  .formatted(name)
              + " clip with content");
    }
    return new ClipDataset(name, components, pixels, training);
  }

  /// A decoded clip; let `framepack.media.Wanted` scale it and thin it out while it is read.
  public static ClipDataset of(String name, Clip clip, Cut cut) {
    float[] values = clip.toPlanar(PlaneOrder.CTHW);
    Frames pixels = new Frames(3, clip.frames(), clip.height(), clip.width(), values);
    return of(name, pixels, cut);
  }

  public String name() {
    return name;
  }

  public Kept kept() {
    return kept;
  }

  /// Number of frames for training; the held-out frames follow them.
  public int trainingFrames() {
    return trainingFrames;
  }

  /// All kept frames, cropped, as pixels [3, T, H, W].
  public Frames pixels() {
    return pixels;
  }

  /// All kept frames as z [channels, T, H/8, W/8]: training frames, then held-out ones.
  public Frames latents() {
    return z;
  }

  /// A window of training frames only, its start uniform.
  @Override
  public Take take(Philox draws, int count) {
    if (count > trainingFrames) {
      throw new DatasetError(
          "clip %s: a window of %d frames does not fit into %d training frames; use a longer clip,"
                  .formatted(name, count, trainingFrames)
              + " a smaller stride or less history");
    }
    return new Take(z.slice(draws.nextInt(trainingFrames - count + 1), count), 0);
  }

  @Override
  public int longest() {
    return trainingFrames;
  }

  @Override
  public ChannelNorm norm() {
    return norm;
  }

  @Override
  public LinearPatchCodec codec() {
    return codec;
  }

  private static Frames everyNth(Frames clip, int stride) {
    if (stride == 1 || clip.frames() == 0) return clip;
    int count = (clip.frames() - 1) / stride + 1;
    Frames out = Frames.zeros(clip.channels(), count, clip.rows(), clip.columns());
    int plane = clip.rows() * clip.columns();
    for (int c = 0; c < clip.channels(); c++) {
      for (int t = 0; t < count; t++) {
        int from = (c * clip.frames() + t * stride) * plane;
        System.arraycopy(clip.values(), from, out.values(), (c * count + t) * plane, plane);
      }
    }
    return out;
  }

  private static void checkFinite(String name, Frames clip) {
    for (int i = 0; i < clip.values().length; i++) {
      if (Float.isFinite(clip.values()[i])) continue;
      int frame = i / (clip.rows() * clip.columns()) % clip.frames();
      throw new DatasetError(
          "clip %s: frame %d holds a pixel that is not a finite number".formatted(name, frame));
    }
  }

  private static double psnr(Frames truth, Frames made) {
    double sum = 0;
    for (int i = 0; i < truth.values().length; i++) {
      double d = made.values()[i] - truth.values()[i];
      sum += d * d;
    }
    return 10 * Math.log10(4 * truth.values().length / sum);
  }
}
