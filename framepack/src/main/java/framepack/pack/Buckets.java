package framepack.pack;

/// The canvas sizes on which the released models were trained (bucket_tools.py).
public final class Buckets {
  /// The one resolution for which sizes are known.
  public static final int RESOLUTION = 640;

  private static final int[][] SIZES = {
    {416, 960}, {448, 864}, {480, 832}, {512, 768}, {544, 704}, {576, 672}, {608, 640},
    {640, 608}, {672, 576}, {704, 544}, {768, 512}, {832, 480}, {864, 448}, {960, 416},
  };

  private Buckets() {}

  /// A canvas in pixels.
  public record Size(int height, int width) {
    /// Latent height of an 8x VAE.
    public int latentHeight() {
      return height / 8;
    }

    /// Latent width of an 8x VAE.
    public int latentWidth() {
      return width / 8;
    }
  }

  /// The canvas nearest in shape: smallest `|h·bw - w·bh|`, the later entry wins on ties.
  public static Size nearest(int height, int width, int resolution) {
    if (resolution != RESOLUTION || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "bucket for %d x %d at resolution %d: expected a positive size and resolution %d"
              .formatted(height, width, resolution, RESOLUTION));
    }
    int[] best = SIZES[0];
    long least = Long.MAX_VALUE;
    for (int[] size : SIZES) {
      long distance = Math.abs((long) height * size[1] - (long) width * size[0]);
      if (distance <= least) {
        least = distance;
        best = size;
      }
    }
    return new Size(best[0], best[1]);
  }

  /// All sizes, flattest first.
  public static Size[] all() {
    Size[] all = new Size[SIZES.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = new Size(SIZES[i][0], SIZES[i][1]);
    }
    return all;
  }
}
