package framepack.experiment.metric;

import framepack.experiment.dataset.Frames;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;

/// A quality M of a video, frame by frame, whose value at the start is held against that at the end (paper §6.1). None needs
/// to know what the frame should have been; colours and features are held against what the video is of.
public enum Quality {
  /// Mean squared difference between neighbouring pixels: less with blur, more with noise.
  SHARPNESS {
    @Override
    IntToDoubleFunction on(Frames pixels, Frames truth) {
      return frame -> roughness(Light.of(pixels, frame));
    }
  },
  /// Standard deviation of light within the frame.
  CONTRAST {
    @Override
    IntToDoubleFunction on(Frames pixels, Frames truth) {
      return frame -> deviation(Light.of(pixels, frame));
    }
  },
  /// [Colours]
  COLOUR {
    @Override
    IntToDoubleFunction on(Frames pixels, Frames truth) {
      Colours colours = new Colours(truth);
      return frame -> colours.distance(pixels, frame);
    }
  },
  /// [SpectralSlope]
  SPECTRUM {
    @Override
    IntToDoubleFunction on(Frames pixels, Frames truth) {
      return frame -> SpectralSlope.of(pixels, frame);
    }
  },
  /// [RandomFeatures]
  FEATURES {
    @Override
    IntToDoubleFunction on(Frames pixels, Frames truth) {
      RandomFeatures features = new RandomFeatures(truth);
      return frame -> features.distance(pixels, frame);
    }
  },
  /// [Motion]; the first frame's is that of the second
  MOTION {
    @Override
    IntToDoubleFunction on(Frames pixels, Frames truth) {
      return frame -> pixels.frames() < 2 ? Double.NaN : Motion.of(pixels, Math.max(1, frame));
    }
  };

  abstract IntToDoubleFunction on(Frames pixels, Frames truth);

  /// Value of every frame of pixels [3, T, H, W].
  ///
  /// @param truth what the video is of, pixels [3, any, H, W]
  public double[] of(Frames pixels, Frames truth) {
    IntToDoubleFunction quality = on(pixels, truth);
    double[] values = new double[pixels.frames()];
    for (int t = 0; t < values.length; t++) values[t] = quality.applyAsDouble(t);
    return values;
  }

  /// As it stands in results.
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The keys of all.
  public static Set<String> keys() {
    return Arrays.stream(values()).map(Quality::key).collect(Collectors.toUnmodifiableSet());
  }

  private static double roughness(double[][] light) {
    double sum = 0;
    int count = 0;
    for (int y = 0; y < light.length; y++) {
      for (int x = 0; x < light[y].length; x++) {
        if (x > 0) sum += square(light[y][x] - light[y][x - 1]);
        if (y > 0) sum += square(light[y][x] - light[y - 1][x]);
        count += (x > 0 ? 1 : 0) + (y > 0 ? 1 : 0);
      }
    }
    return sum / count;
  }

  private static double deviation(double[][] light) {
    double sum = 0;
    double squares = 0;
    int count = light.length * light[0].length;
    for (double[] row : light) {
      for (double value : row) {
        sum += value / count;
      }
    }
    for (double[] row : light) {
      for (double value : row) {
        squares += square(value - sum) / count;
      }
    }
    return Math.sqrt(squares);
  }

  private static double square(double x) {
    return x * x;
  }
}
