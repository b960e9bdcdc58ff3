package framepack.opencl;

import framepack.opencl.cl.Binaries;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.DeviceCache;
import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Matrix;
import framepack.opencl.cl.MatrixUnit;
import framepack.opencl.cl.Pace;
import framepack.opencl.cl.Precision;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.BackendUnavailable;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Opens a backend that keeps its binaries; where operands are rounded, on the first matrix unit that gives the results of
/// plain multiply-adds.
///
/// A driver's compiler or a processor may not know an instruction that flags promise, and end the process: then the next
/// process finds the marker of that trial and leaves the unit out.
final class MatrixTrial {
  /// Ragged in every direction, more than one tile of each.
  private static final long ROWS = 37;

  private static final long COLUMNS = 41;
  private static final long DEPTH = 75;

  /// Of the largest result; units sum in another order.
  private static final double TOLERANCE = 4e-6;

  private MatrixTrial() {}

  static Backend open(ClDevice device, Precision precision) {
    return open(device, precision, Binaries.of(device));
  }

  /// The same with other binaries, and markers beside them.
  static Backend open(ClDevice device, Precision precision, Binaries binaries) {
    KernelShape shape = KernelShape.of(device);
    Pace pace = Pace.of(device);
    if (precision == Precision.F32) {
      return new OpenClBackend(device, shape, Matrix.F32, pace, Optional.of(binaries));
    }
    if (!device.isCpu()) {
      throw new BackendUnavailable(
          "%s (%s) has no matrix unit that we use: @%s is for CPU devices, without it all is F32"
              .formatted(device.name(), device.deviceName(), precision.word()));
    }
    DeviceCache cache = binaries.cache();
    StringBuilder left = new StringBuilder();
    for (MatrixUnit unit : MatrixUnit.of(device, precision)) {
      Matrix matrix = new Matrix(precision, unit, left.toString());
      if (unit == MatrixUnit.PLAIN) {
        return new OpenClBackend(device, shape, matrix, pace, Optional.of(binaries));
      }
      String what = precision.word() + "-" + unit.name();
      if (cache.hasEnded(what)) {
        left.append("; %s ended a process: %s".formatted(unit, cache.marker(what)));
        continue;
      }
      String complaint = cache.trying(what, () -> complaint(device, shape, matrix));
      if (complaint.isEmpty()) {
        return new OpenClBackend(device, shape, matrix, pace, Optional.of(binaries));
      }
      left.append("; %s: %s".formatted(unit, complaint));
    }
    throw new IllegalStateException("plain multiply-adds are always there");
  }

  /// What is wrong with a unit; empty if nothing is.
  private static String complaint(ClDevice device, KernelShape shape, Matrix matrix) {
    Matrix plain = new Matrix(matrix.precision(), MatrixUnit.PLAIN, "");
    try (Backend candidate = new OpenClBackend(device, shape, matrix);
        Backend judge = new OpenClBackend(device, shape, plain)) {
      float[] actual = product(candidate);
      float[] expected = product(judge);
      double largest = 0;
      double worst = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        worst = Math.max(worst, Math.abs(expected[i] - actual[i])); // NaN stays NaN
      }
      return worst <= TOLERANCE * largest
          ? ""
          : "products differ by %s of %s".formatted(worst, largest);
    } catch (RuntimeException e) {
      return e.getMessage().lines().findFirst().orElse(e.toString());
    }
  }

  private static float[] product(Backend backend) {
    View x = numbers(backend, 1, ROWS, DEPTH);
    View weight = numbers(backend, 2, COLUMNS, DEPTH);
    View y = view(backend, ROWS, COLUMNS);
    backend.run(new Linear(false, Activation.NONE, false), List.of(x, weight), List.of(y));
    float[] result = new float[(int) (ROWS * COLUMNS)];
    backend.download(y, MemorySegment.ofArray(result));
    return result;
  }

  private static View numbers(Backend backend, int phase, long... extents) {
    View view = view(backend, extents);
    float[] numbers = new float[(int) view.shape().elements()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(phase + 1.7 * i);
    }
    backend.upload(MemorySegment.ofArray(numbers), view);
    return view;
  }

  private static View view(Backend backend, long... extents) {
    Shape shape = Shape.of(extents);
    return new View(
        DType.F32, Layout.dense(shape, 0), backend.allocate(shape.elements() * DType.F32.bytes()));
  }
}
