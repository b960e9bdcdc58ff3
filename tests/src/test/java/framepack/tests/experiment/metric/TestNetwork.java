package framepack.tests.experiment.metric;

import framepack.experiment.dataset.Frames;
import framepack.tensor.core.Spec;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.tensor.random.Philox;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A file with a network that judges frames, and what such a network computes, in loops.
public final class TestNetwork {
  private record Weights(float[] values, long[] extents) {}

  private final String layers;
  private final Map<String, Weights> weights = new LinkedHashMap<>();

  /// @param layers as the file's metadata have them
  public TestNetwork(String layers) {
    this.layers = layers;
  }

  /// Adds a tensor.
  public TestNetwork with(String name, float[] values, long... extents) {
    weights.put(name, new Weights(values, extents));
    return this;
  }

  /// Two convolutions, compared after the first and in an embedding.
  public static TestNetwork small() {
    return new TestNetwork(
            "normalize; conv first stride 2 padding 1; relu; tap lin0; maxpool 3 2; conv second; relu; mean; tap")
        .with("shift", new float[] {-0.03f, -0.08f, -0.18f}, 1, 3, 1, 1)
        .with("scale", new float[] {0.45f, 0.44f, 0.43f}, 3)
        .with("first.weight", noise(108, 1), 4, 3, 3, 3)
        .with("first.bias", noise(4, 2), 4)
        .with("lin0.weight", new float[] {0.5f, 1, 2, 0.25f}, 1, 4, 1, 1)
        .with("second.weight", noise(80, 3), 5, 4, 2, 2);
  }

  static float[] noise(int count, long seed) {
    return new Philox(seed, 0, 0).normal(count);
  }

  /// The file.
  public Path write(Path folder, String name) {
    Path file = folder.resolve(name + ".safetensors");
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata("framepack.layers", layers);
    weights.forEach(
        (key, w) -> writer.add(key, Spec.f32(w.extents), () -> MemorySegment.ofArray(w.values)));
    writer.write(file);
    return file;
  }

  float[] tensor(String name) {
    return weights.get(name).values;
  }

  /// Of the only frame, [channel][row][column].
  double[][][] normalised(Frames frame) {
    double[][][] maps = new double[3][frame.rows()][frame.columns()];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < frame.rows(); y++) {
        for (int x = 0; x < frame.columns(); x++) {
          maps[c][y][x] = (frame.at(c, 0, y, x) - tensor("shift")[c]) / tensor("scale")[c];
        }
      }
    }
    return maps;
  }

  /// And rectified.
  double[][][] convolved(double[][][] in, String name, int stride, int padding) {
    long[] extents = weights.get(name + ".weight").extents;
    int side = (int) extents[2];
    int rows = (in[0].length + 2 * padding - side) / stride + 1;
    int columns = (in[0][0].length + 2 * padding - side) / stride + 1;
    double[][][] out = new double[(int) extents[0]][rows][columns];
    for (int o = 0; o < out.length; o++) {
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          double sum = weights.containsKey(name + ".bias") ? tensor(name + ".bias")[o] : 0;
          for (int i = 0; i < in.length * side * side; i++) {
            int c = i / (side * side);
            int fromY = y * stride - padding + i / side % side;
            int fromX = x * stride - padding + i % side;
            boolean inside =
                fromY >= 0 && fromX >= 0 && fromY < in[c].length && fromX < in[c][0].length;
            sum +=
                inside
                    ? in[c][fromY][fromX]
                        * tensor(name + ".weight")[o * in.length * side * side + i]
                    : 0;
          }
          out[o][y][x] = Math.max(0, sum);
        }
      }
    }
    return out;
  }

  static double[][][] pooled(double[][][] in, int size, int stride) {
    int rows = (in[0].length - size) / stride + 1;
    int columns = (in[0][0].length - size) / stride + 1;
    double[][][] out = new double[in.length][rows][columns];
    for (int c = 0; c < in.length; c++) {
      for (int y = 0; y < rows * stride; y += stride) {
        for (int x = 0; x < columns * stride; x += stride) {
          double most = Double.NEGATIVE_INFINITY;
          for (int i = 0; i < size * size; i++)
            most = Math.max(most, in[c][y + i / size][x + i % size]);
          out[c][y / stride][x / stride] = most;
        }
      }
    }
    return out;
  }

  static double[][][] mean(double[][][] in) {
    double[][][] out = new double[in.length][1][1];
    for (int c = 0; c < in.length; c++) {
      for (double[] row : in[c]) {
        for (double value : row) out[c][0][0] += value / in[c].length / row.length;
      }
    }
    return out;
  }

  /// @param weights of channels, or null
  static double between(double[][][] a, double[][][] b, float[] weights) {
    double sum = 0;
    int places = a[0].length * a[0][0].length;
    for (int place = 0; place < places; place++) {
      double lengthA = 0;
      double lengthB = 0;
      int y = place / a[0][0].length;
      int x = place % a[0][0].length;
      for (int c = 0; c < a.length; c++) {
        lengthA += a[c][y][x] * a[c][y][x];
        lengthB += b[c][y][x] * b[c][y][x];
      }
      for (int c = 0; c < a.length; c++) {
        double d =
            a[c][y][x] / (Math.sqrt(lengthA) + 1e-10) - b[c][y][x] / (Math.sqrt(lengthB) + 1e-10);
        sum += (weights == null ? 1 : weights[c]) * d * d / places;
      }
    }
    return sum;
  }
}
