package framepack.tensor.nn;

import framepack.tensor.core.Shape;
import framepack.tensor.random.Philox;
import java.util.Arrays;

/// How a fresh weight is filled.
@FunctionalInterface
public interface Init {
  void fill(float[] values, Shape shape, Philox random);

  Init ZEROS = constant(0);
  Init ONES = constant(1);

  /// Uniform in `±sqrt(6 / (fanIn + fanOut))` (Glorot), for a weight [out, in...].
  Init XAVIER =
      (values, shape, random) -> {
        double out = shape.extent(0);
        double in = shape.elements() / out;
        uniform(values, Math.sqrt(6 / (in + out)), random);
      };

  /// Uniform in `±1/sqrt(fanIn)`, for a weight [out, in...]: the default of torch's linear layers.
  Init FAN_IN =
      (values, shape, random) ->
          uniform(values, Math.sqrt(shape.extent(0) / (double) shape.elements()), random);

  static Init constant(double value) {
    return (values, _, _) -> Arrays.fill(values, (float) value);
  }

  static Init normal(double std) {
    return (values, _, random) -> {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (std * random.nextGaussian());
      }
    };
  }

  private static void uniform(float[] values, double bound, Philox random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
  }
}
