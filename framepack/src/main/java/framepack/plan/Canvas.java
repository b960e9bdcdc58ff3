package framepack.plan;

import framepack.pack.Buckets;
import framepack.pack.PatchKernel;

/// The size of a video in pixels, checked as the real code demands it.
///
/// @param height a multiple of 8 times the patch's height
/// @param width likewise
public record Canvas(int height, int width) {
  /// Pixels a latent of the 8x video autoencoders stands for, along height and width.
  public static final int VAE = 8;

  private static final int LARGEST = 1 << 17;

  /// Reads `480x832` (height first) for a model with this patch.
  public static Canvas parse(String text, PatchKernel patch) {
    if (!text.matches("\\d{1,9}[xX]\\d{1,9}")) {
      throw new IllegalArgumentException(
          "size '%s': expected HEIGHTxWIDTH in pixels, such as 480x832".formatted(text));
    }
    String[] sides = text.split("[xX]");
    int height = Integer.parseInt(sides[0]);
    int width = Integer.parseInt(sides[1]);
    int stepHeight = VAE * patch.h();
    int stepWidth = VAE * patch.w();
    boolean fits = height > 0 && width > 0 && height % stepHeight == 0 && width % stepWidth == 0;
    if (!fits || height > LARGEST || width > LARGEST) {
      String near =
          height > 0 && width > 0 && height <= LARGEST && width <= LARGEST
              ? "; the nearest trained size is " + text(nearest(height, width))
              : "";
      throw new IllegalArgumentException(
          "size %s: height must be a multiple of %d and width of %d, 1 to %d%s"
              .formatted(text, stepHeight, stepWidth, LARGEST, near));
    }
    return new Canvas(height, width);
  }

  private static Buckets.Size nearest(int height, int width) {
    return Buckets.nearest(height, width, Buckets.RESOLUTION);
  }

  private static String text(Buckets.Size size) {
    return size.height() + "x" + size.width();
  }

  public int latentHeight() {
    return height / VAE;
  }

  public int latentWidth() {
    return width / VAE;
  }

  /// The size on which the released models were trained that is nearest in shape.
  public Buckets.Size bucket() {
    return nearest(height, width);
  }

  /// Whether the released models were trained on this very size.
  public boolean isBucket() {
    return bucket().height() == height && bucket().width() == width;
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
