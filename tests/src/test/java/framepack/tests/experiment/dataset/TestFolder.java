package framepack.tests.experiment.dataset;

import framepack.experiment.dataset.Frames;
import framepack.media.Clip;
import framepack.media.FrameRate;
import framepack.media.PlaneOrder;
import framepack.media.PngWriter;
import framepack.media.Y4m;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A folder of clips to test with.
public final class TestFolder {
  private TestFolder() {}

  /// A folder with four clips and an image.
  public static Path of(Path root, int frames) throws IOException {
    Path folder = Files.createDirectories(root.resolve("clips"));
    for (int i = 0; i < 4; i++) {
      Frames pixels = TestFrames.random(i, 3, frames, 72, 80);
      Frames waves = TestFrames.waves(frames, 72, 80);
      for (int v = 0; v < waves.values().length; v++) {
        waves.values()[v] = 0.8f * waves.values()[v] + 0.1f * pixels.values()[v];
      }
      Y4m.write(folder.resolve("clip" + i + ".y4m"), clip(waves));
    }
    PngWriter.write(folder.resolve("still.png"), clip(TestFrames.waves(1, 64, 96)), 0, "");
    return folder;
  }

  /// Pixels [3, T, H, W] as a clip of 8 frames a second.
  public static Clip clip(Frames pixels) {
    return Clip.fromPlanar(
        pixels.values(),
        PlaneOrder.CTHW,
        pixels.frames(),
        pixels.rows(),
        pixels.columns(),
        FrameRate.of(8));
  }
}
