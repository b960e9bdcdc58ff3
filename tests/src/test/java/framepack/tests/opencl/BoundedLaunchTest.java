package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.opencl.OpenClBackend;
import framepack.opencl.cl.ClApi;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Matrix;
import framepack.opencl.cl.MatrixUnit;
import framepack.opencl.cl.Pace;
import framepack.opencl.cl.Precision;
import framepack.opencl.cl.Seed;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.op.ArgMax;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Conv3dBackward;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.LayerNormBackward;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.Op;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Softmax;
import framepack.tests.parity.Catalogue;
import framepack.tests.parity.OpCase;
import framepack.tests.parity.Parity;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What a slow device does in many short launches is, bit for bit, what it would do in one.
class BoundedLaunchTest {
  /// A tenth of a second of it: 200 operations, or 200 bytes.
  private static final Pace SLOW = new Pace(2e3, 2e3);

  private static final Pace FAST = new Pace(1e15, 1e15);

  /// One for each way of finding a part of the work.
  private static final List<Class<? extends Op>> OPERATIONS =
      List.of(
          ArgMax.class,
          Attention.class,
          AttentionBackward.class,
          Conv3d.class,
          Conv3dBackward.class,
          LayerNorm.class,
          LayerNormBackward.class,
          Linear.class,
          MatMul.class,
          Reduce.class,
          RmsNormRope.class,
          Softmax.class);

  @Test
  void in_the_shape_of_a_cpu() {
    compare(Seed.CPU_256.shape(), Matrix.F32, OPERATIONS);
  }

  @Test
  void in_the_shape_of_a_gpu() {
    compare(Seed.OTHER.shape(), Matrix.F32, OPERATIONS);
  }

  @Test
  void on_a_matrix_unit() {
    Matrix rounded = new Matrix(Precision.BF16, MatrixUnit.PLAIN, "");
    compare(Seed.CPU_256.shape(), rounded, List.of(Attention.class, Linear.class, MatMul.class));
  }

  private static void compare(
      KernelShape shape, Matrix matrix, List<Class<? extends Op>> operations) {
    AtomicInteger whole = new AtomicInteger();
    AtomicInteger cut = new AtomicInteger();
    ClDevice device = Devices.first();
    try (Backend one = open(counting(device, whole), shape, matrix, FAST);
        Backend other = open(counting(device, cut), shape, matrix, SLOW);
        Backend reference = Backends.open("reference")) {
      for (Class<? extends Op> operation : operations) {
        assertEquals(List.of(), Parity.differences(some(operation), one, other, reference));
        int launches = whole.getAndSet(0);
        int parts = cut.getAndSet(0);
        assertTrue(parts > launches, operation + ": " + launches + " in " + parts);
      }
    }
  }

  private static Backend open(ClDevice device, KernelShape shape, Matrix matrix, Pace pace) {
    return new OpenClBackend(device, shape, matrix, pace, Optional.empty());
  }

  /// The largest two of those that are not large.
  private static List<OpCase> some(Class<? extends Op> operation) {
    return Devices.ofEveryKernel(Catalogue.of(operation)).stream()
        .filter(c -> Devices.elements(c) < 8000)
        .sorted(Comparator.comparing(Devices::elements).reversed())
        .limit(2)
        .toList();
  }

  /// The same device, whose launches are counted.
  private static ClDevice counting(ClDevice device, AtomicInteger launches) {
    ClApi api =
        (ClApi)
            Proxy.newProxyInstance(
                ClApi.class.getClassLoader(),
                new Class<?>[] {ClApi.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("launch")) {
                    launches.incrementAndGet();
                  }
                  return call(method, device.api(), arguments);
                });
    return device.through(api);
  }

  private static Object call(Method method, ClApi api, Object[] arguments) throws Throwable {
    try {
      return method.invoke(api, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
