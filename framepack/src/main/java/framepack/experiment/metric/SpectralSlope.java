package framepack.experiment.metric;

import framepack.experiment.dataset.Frames;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/// How fast a frame's power falls with frequency: the slope of log power over log frequency, mean power of rings one cycle
/// wide, from 1 cycle a frame to half the sampling rate. About -2 for photographs and 0 for white noise; blur makes it
/// steeper. Measured on the largest central square whose side is a power of two, under a Hann window.
public final class SpectralSlope {
  private static final FastFourierTransformer FFT =
      new FastFourierTransformer(DftNormalization.UNITARY);

  private SpectralSlope() {}

  /// Slope of one frame of pixels [3, T, H, W]; not a number if the frame is flat.
  public static double of(Frames pixels, int frame) {
    double[][] light = Light.of(pixels, frame);
    int side = Integer.highestOneBit(Math.min(light.length, light[0].length));
    double[] power = rings(spectrum(windowed(light, side)), side);
    SimpleRegression line = new SimpleRegression();
    for (int f = 1; f < power.length; f++) {
      if (power[f] > 0) {
        line.addData(Math.log(f), Math.log(power[f]));
      }
    }
    return line.getSlope();
  }

  private static double[][] windowed(double[][] light, int side) {
    int top = (light.length - side) / 2;
    int left = (light[0].length - side) / 2;
    double mean = 0;
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) mean += light[top + y][left + x] / (side * side);
    }
    double[][] square = new double[side][side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        square[y][x] = (light[top + y][left + x] - mean) * hann(y, side) * hann(x, side);
      }
    }
    return square;
  }

  private static double hann(int at, int side) {
    return 0.5 - 0.5 * Math.cos(2 * Math.PI * (at + 0.5) / side);
  }

  private static Complex[][] spectrum(double[][] square) {
    int side = square.length;
    Complex[][] columns = new Complex[side][side];
    for (int y = 0; y < side; y++) {
      Complex[] row = FFT.transform(square[y], TransformType.FORWARD);
      for (int x = 0; x < side; x++) columns[x][y] = row[x];
    }
    for (int x = 0; x < side; x++) columns[x] = FFT.transform(columns[x], TransformType.FORWARD);
    return columns;
  }

  private static double[] rings(Complex[][] spectrum, int side) {
    double[] sum = new double[side / 2 + 1];
    int[] count = new int[sum.length];
    for (int x = 0; x < side; x++) {
      for (int y = 0; y < side; y++) {
        int ring = (int) Math.round(Math.hypot(folded(x, side), folded(y, side)));
        if (ring < sum.length) {
          double size = spectrum[x][y].abs();
          sum[ring] += size * size;
          count[ring]++;
        }
      }
    }
    for (int f = 0; f < sum.length; f++) sum[f] /= Math.max(1, count[f]);
    return sum;
  }

  private static int folded(int frequency, int side) {
    return Math.min(frequency, side - frequency);
  }
}
