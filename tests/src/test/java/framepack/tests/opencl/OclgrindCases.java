package framepack.tests.opencl;

import framepack.opencl.OpenClBackend;
import framepack.opencl.cl.ClApi;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Matrix;
import framepack.opencl.cl.MatrixUnit;
import framepack.opencl.cl.OpenCl;
import framepack.opencl.cl.Precision;
import framepack.opencl.cl.Seed;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.op.Attention;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.Op;
import framepack.tests.parity.Arrangement;
import framepack.tests.parity.Catalogue;
import framepack.tests.parity.OpCase;
import framepack.tests.parity.Parity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// What [OclgrindTest] runs in a process of its own, with Oclgrind as the only driver: small cases in the shape `cpu` or
/// `gpu`, products and attention in `bf16` or `int8`, `weights` borrowed and streamed, or a planted bug, `outside` or `race`.
/// One context a process: the next one would empty the log.
final class OclgrindCases {
  private static final long MOST_ELEMENTS = 1200;
  private static final Set<Arrangement> ARRANGEMENTS =
      Set.of(Arrangement.DENSE, Arrangement.TRANSPOSED, Arrangement.SLICED);

  private static final String OUTSIDE =
      "kernel void planted(global float *x) { x[get_global_id(0) + 1] = 1; }";
  private static final String RACE =
      "kernel void planted(global float *x) { local float four[4]; int i = get_local_id(0);"
          + " four[i] = i; x[get_global_id(0)] = four[(i + 1) % 4]; }";

  private OclgrindCases() {}

  public static void main(String[] args) {
    ClDevice device = OpenCl.here().devices().getFirst();
    if (!device.platformName().contains("Oclgrind")) {
      throw new IllegalStateException("Oclgrind is not the driver, but " + device.description());
    }
    switch (args[0]) {
      case "outside" -> plant(device, OUTSIDE);
      case "race" -> plant(device, RACE);
      case "cpu" -> cases(device, Seed.CPU_256.shape(), Matrix.F32, 1);
      case "weights" -> weights(device);
      case "gpu" -> cases(device, Seed.OTHER.shape(), Matrix.F32, 2);
      default -> {
        Precision precision = Precision.valueOf(args[0].toUpperCase(Locale.ROOT));
        Matrix matrix = new Matrix(precision, MatrixUnit.PLAIN, "");
        cases(device, Seed.CPU_256.shape(), matrix, 6);
      }
    }
  }

  /// Results are compared where nothing is rounded; where it is, another test does so.
  private static void cases(ClDevice device, KernelShape shape, Matrix matrix, int limit) {
    int count = 0;
    StringBuilder complaints = new StringBuilder();
    boolean rounded = matrix.precision() != Precision.F32;
    try (Backend backend = new OpenClBackend(device, shape, matrix);
        Backend reference = Backends.open("reference")) {
      for (List<OpCase> all : Catalogue.byOperation().values()) {
        List<OpCase> tiny =
            rounded && !isRounded(all.getFirst().op()) ? List.of() : tiny(all, limit);
        count += tiny.size();
        String said = Parity.complaintsInExactBuffers(tiny, backend, reference);
        complaints.append(rounded ? "" : said);
      }
    }
    System.out.print(count + " cases" + complaints);
  }

  /// Weights used where they lie, and in two slots, against copies.
  private static void weights(ClDevice device) {
    Tower tower = new Tower(7, 9, 3);
    int[] order = {0, 1, 2, 0, 2};
    try (Backend own = new OpenClBackend(device, Seed.CPU_256.shape());
        Backend reference = Backends.open("reference")) {
      Path path = Files.createTempFile("tower", ".safetensors");
      tower.write(path, reference);
      Backend discrete = new Discrete(own);
      float[] expected = Tower.resident(tower, path, discrete, order);
      int wrong = Arrays.equals(expected, Tower.resident(tower, path, own, order)) ? 0 : 1;
      for (Backend backend : List.of(own, discrete)) {
        try (Tower.Streaming streaming = new Tower.Streaming(tower, path, backend)) {
          wrong += Arrays.equals(expected, streaming.layers.run(order)) ? 0 : 1;
        }
      }
      Files.delete(path);
      System.out.print(
          order.length * 3 + " cases" + (wrong == 0 ? "" : ", " + wrong + " runs differ"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRounded(Op op) {
    return op instanceof Linear || op instanceof MatMul || op instanceof Attention;
  }

  /// Ragged and small, the first and the last of them: an interpreter runs them.
  private static List<OpCase> tiny(List<OpCase> cases, int limit) {
    List<OpCase> all = small(cases);
    return all.size() <= limit + 1
        ? all
        : Stream.concat(all.stream().limit(limit), Stream.of(all.getLast())).toList();
  }

  private static List<OpCase> small(List<OpCase> cases) {
    return Devices.ofEveryKernel(cases).stream()
        .filter(Devices::keepsTypes)
        .filter(c -> c.operands().stream().allMatch(o -> ARRANGEMENTS.contains(o.arrangement())))
        .filter(c -> Devices.elements(c) > 1 && Devices.elements(c) <= MOST_ELEMENTS)
        .toList();
  }

  private static void plant(ClDevice device, String source) {
    ClApi api = device.api();
    ClApi.Handle context = api.createContext(device.platform(), device.handle());
    ClApi.Handle queue = api.createQueue(context, device.handle(), false);
    ClApi.Handle program = api.createProgram(context, source);
    api.build(program, device.handle(), "-cl-std=CL1.2");
    ClApi.Handle kernel = api.createKernel(program, "planted");
    api.setBuffer(kernel, 0, api.createBuffer(context, 4L * 8));
    api.launch(queue, kernel, new long[1], new long[] {8}, new long[] {4}, false);
    api.finish(queue);
  }
}
