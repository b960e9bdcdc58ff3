package framepack.experiment.metric;

import framepack.tensor.Tensor;
import framepack.tensor.core.Shape;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Padding;
import framepack.tensor.op.ResizeBilinear;
import framepack.tensor.op.UnaryFunction;
import java.util.Optional;

/// One step of a [FrameNetwork]: maps [frames, channels, 1, rows, columns] to maps of the same rank.
sealed interface FrameLayer {
  /// @param maps that it has no [#objection] to
  Tensor of(Tensor maps);

  /// What it expected instead of maps of this shape; nothing if they fit.
  default Optional<String> objection(Shape maps) {
    return Optional.empty();
  }

  private static Optional<String> unless(boolean fits, String expected) {
    return fits ? Optional.empty() : Optional.of(expected);
  }

  private static Optional<String> unlessAtLeast(long rows, long columns, Shape maps, long padding) {
    return unless(
        maps.extent(3) + 2 * padding >= rows && maps.extent(4) + 2 * padding >= columns,
        "at least %d rows and %d columns (a 'resize' at the start makes frames larger)"
            .formatted(Math.max(1, rows - 2 * padding), Math.max(1, columns - 2 * padding)));
  }

  /// `(x - shift) / scale`, [1, 3, 1, 1, 1] each.
  record Normalize(Tensor shift, Tensor scale) implements FrameLayer {
    @Override
    public Tensor of(Tensor maps) {
      return maps.sub(shift).div(scale);
    }

    @Override
    public Optional<String> objection(Shape maps) {
      return unless(maps.extent(1) == shift.extent(1), "the 3 channels of pixels");
    }
  }

  /// As torch `interpolate(mode="bilinear", align_corners=False)`.
  record Resize(int side) implements FrameLayer {
    @Override
    public Tensor of(Tensor maps) {
      return Tensor.apply(new ResizeBilinear(side, side), maps).getFirst();
    }
  }

  /// As torch `Conv2d`; a fully connected layer is one whose kernel is as large as the maps.
  ///
  /// @param weight [o, c, 1, kh, kw]
  /// @param bias [o], or null
  record Conv(Tensor weight, Tensor bias, int stride, int padding) implements FrameLayer {
    @Override
    public Tensor of(Tensor maps) {
      long[] around = {0, 0, 0, padding, padding};
      Tensor padded = padding == 0 ? maps : maps.pad(around, around, Padding.ZERO);
      Conv3d op = new Conv3d(1, stride, stride, bias != null);
      return (bias == null
              ? Tensor.apply(op, padded, weight)
              : Tensor.apply(op, padded, weight, bias))
          .getFirst();
    }

    @Override
    public Optional<String> objection(Shape maps) {
      return unless(maps.extent(1) == weight.extent(1), weight.extent(1) + " channels")
          .or(() -> unlessAtLeast(weight.extent(3), weight.extent(4), maps, padding));
    }
  }

  /// `max(x, 0)`, as half of `x + |x|`, which is exact.
  record Relu() implements FrameLayer {
    @Override
    public Tensor of(Tensor maps) {
      return maps.add(maps.apply(UnaryFunction.ABS)).mul(0.5);
    }
  }

  /// As torch `MaxPool2d` without padding.
  record MaxPool(int size, int stride) implements FrameLayer {
    @Override
    public Tensor of(Tensor maps) {
      int rows = (int) maps.extent(3);
      int columns = (int) maps.extent(4);
      int high = (rows - size) / stride + 1;
      int wide = (columns - size) / stride + 1;
      int planes = Math.toIntExact(maps.extent(0) * maps.extent(1));
      float[] in = maps.toFloats();
      float[] out = new float[planes * high * wide];
      for (int i = 0; i < out.length; i++) {
        int from = i / (high * wide) * rows * columns;
        int y = i / wide % high * stride;
        int x = i % wide * stride;
        float most = Float.NEGATIVE_INFINITY;
        for (int dy = 0; dy < size; dy++) {
          for (int dx = 0; dx < size; dx++) {
            most = Math.max(most, in[from + (y + dy) * columns + x + dx]);
          }
        }
        out[i] = most;
      }
      return Tensor.of(out, maps.extent(0), maps.extent(1), 1, high, wide);
    }

    @Override
    public Optional<String> objection(Shape maps) {
      return unlessAtLeast(size, size, maps, 0);
    }
  }

  /// Mean over rows and columns.
  record Mean() implements FrameLayer {
    @Override
    public Tensor of(Tensor maps) {
      return maps.mean(-2, -1).reshape(maps.extent(0), maps.extent(1), 1, 1, 1);
    }
  }

  /// Where frames are compared; passes its maps on.
  ///
  /// @param weights of the channels; empty where all count 1
  record Tap(float[] weights) implements FrameLayer {
    @Override
    public Tensor of(Tensor maps) {
      return maps;
    }

    @Override
    public Optional<String> objection(Shape maps) {
      return unless(
          weights.length == 0 || weights.length == maps.extent(1),
          "%d channels, one for each weight".formatted(weights.length));
    }

    /// Of every frame: channels normalised to length 1 at each place, squared differences weighed and summed over channels,
    /// meaned over places.
    ///
    /// @param maps [2 · frames, channels, 1, rows, columns], one side after the other
    void add(Tensor maps, double[] distances, int first) {
      int frames = (int) maps.extent(0) / 2;
      int channels = (int) maps.extent(1);
      int places = Math.toIntExact(maps.extent(3) * maps.extent(4));
      float[] values = maps.toFloats();
      int side = frames * channels * places;
      for (int t = 0; t < frames; t++) {
        for (int place = 0; place < places; place++) {
          int a = t * channels * places + place;
          distances[first + t] += between(values, a, a + side, channels, places) / places;
        }
      }
    }

    private double between(float[] values, int a, int b, int channels, int step) {
      double lengthA = length(values, a, channels, step);
      double lengthB = length(values, b, channels, step);
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        double difference = values[a + c * step] / lengthA - values[b + c * step] / lengthB;
        sum += (weights.length == 0 ? 1 : weights[c]) * difference * difference;
      }
      return sum;
    }

    /// With the 1e-10 that LPIPS adds.
    private static double length(float[] values, int at, int channels, int step) {
      double squares = 0;
      for (int c = 0; c < channels; c++) {
        squares += (double) values[at + c * step] * values[at + c * step];
      }
      return Math.sqrt(squares) + 1e-10;
    }
  }
}
