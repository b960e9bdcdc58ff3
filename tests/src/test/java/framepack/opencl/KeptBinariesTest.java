package framepack.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import framepack.opencl.cl.Binaries;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.DeviceCache;
import framepack.opencl.cl.OpenCl;
import framepack.opencl.cl.Precision;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryFunction;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real driver gives binaries and takes them back.
class KeptBinariesTest {
  private static final long NUMBERS = 100;

  @TempDir Path folder;

  @Test
  void a_kernel_from_a_binary_computes_the_same() throws IOException {
    OpenCl here = OpenCl.here();
    assumeFalse(here.devices().isEmpty(), here.missing());
    float[] fromSource = run(here.devices().getFirst());
    Object kept = file(only());
    assertArrayEquals(fromSource, run(here.devices().getFirst()));
    assertEquals(kept, file(only()), "built from source again");
  }

  /// Which file it is: one that is written anew is another.
  private static Object file(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private float[] run(ClDevice device) {
    Binaries binaries = new Binaries(new DeviceCache(folder), true);
    try (Backend backend = MatrixTrial.open(device, Precision.F32, binaries)) {
      View x = view(backend);
      View y = view(backend);
      float[] numbers = new float[(int) NUMBERS];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = i - 50;
      }
      backend.upload(MemorySegment.ofArray(numbers), x);
      backend.run(new Unary(UnaryFunction.SILU), List.of(x), List.of(y));
      backend.download(y, MemorySegment.ofArray(numbers));
      return numbers;
    }
  }

  private static View view(Backend backend) {
    return new View(
        DType.F32,
        Layout.dense(Shape.of(NUMBERS), 0),
        backend.allocate(NUMBERS * DType.F32.bytes()));
  }

  private Path only() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("programs"))) {
      List<Path> all = files.toList();
      assertEquals(1, all.size(), all.toString());
      return all.getFirst();
    }
  }
}
