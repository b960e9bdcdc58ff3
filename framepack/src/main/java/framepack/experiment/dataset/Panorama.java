package framepack.experiment.dataset;

import framepack.tensor.random.Philox;

/// A camera that pans round a photograph-like strip ([Photograph]) at any speed: below 16 pixels a frame it moves by less
/// than a token of the (1, 2, 2) kernel, below 8 by less than a latent, so that the same place never looks the same to the
/// codec twice in a row.
///
/// @param pan pixels a frame, from 1
/// @param width of the strip in pixels, a multiple of 16 from 64; the video comes back after `width / pan` frames
public record Panorama(int pan, int width) implements VideoWorld {
  private static final Photograph TEXTURE = new Photograph();
  private static final int SIDE = TEXTURE.side();

  public Panorama {
    if (pan < 1 || width < SIDE || width % TEXTURE.step() != 0) {
      throw new DatasetError(
          "panorama: expected a pan from 1 and a width in multiples of %d from %d, got %d and %d"
              .formatted(TEXTURE.step(), SIDE, pan, width));
    }
  }

  @Override
  public String title() {
    return "panorama of %d pixels, %d a frame".formatted(width, pan);
  }

  @Override
  public long stream() {
    return 0x9A0;
  }

  @Override
  public boolean hasLooks() {
    return true;
  }

  @Override
  public Sighted paint(int frames, Philox draws) {
    Frames strip = TEXTURE.paint(width / TEXTURE.step(), draws);
    return pan(strip, pan, draws.nextInt(width), frames);
  }

  /// Frames of a strip [3, 1, 64, W] that is periodic across, from column `first` on.
  static Sighted pan(Frames strip, int pan, int first, int frames) {
    Frames pixels = Frames.zeros(3, frames, SIDE, SIDE);
    int[][] things = new int[frames][SIDE * SIDE];
    for (int t = 0; t < frames; t++) {
      for (int x = 0; x < SIDE; x++) {
        int column = (int) Math.floorMod(first + (long) pan * t + x, (long) strip.columns());
        for (int y = 0; y < SIDE; y++) {
          things[t][y * SIDE + x] = column;
          for (int c = 0; c < 3; c++) {
            pixels.values()[pixels.index(c, t, y, x)] = strip.at(c, 0, y, column);
          }
        }
      }
    }
    return new Sighted(pixels, things);
  }
}
