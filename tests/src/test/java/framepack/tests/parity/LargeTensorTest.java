package framepack.tests.parity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tensors of more than 2^31 elements: weights in a mapped file full of holes, which costs neither memory nor disk.
class LargeTensorTest {
  private static final long COLUMNS = 16;
  private static final long ROWS = (1L << 31) / COLUMNS + 100;
  private static final long LAST = ROWS - 3;

  @TempDir Path folder;

  private View table(Arena arena) throws IOException {
    Path file = folder.resolve("holes");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer row = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < COLUMNS; i++) {
        row.putFloat(4 * i, 100 + i);
      }
      channel.write(row, LAST * COLUMNS * 4);
      long bytes = ROWS * COLUMNS * 4;
      channel.write(ByteBuffer.allocate(1), bytes - 1);
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
      Layout layout = Layout.dense(Shape.of(ROWS, COLUMNS), 0);
      return new View(DType.F32, layout, new HostStorage(mapped));
    }
  }

  @Test
  void rows_beyond_two_to_the_31_elements_are_found() throws IOException {
    try (Arena arena = Arena.ofShared();
        Backend backend = Backends.open("cpu");
        Workspace home = Workspace.open(backend)) {
      Tensor table = home.adopt(table(arena));
      assertEquals(ROWS * COLUMNS, table.shape().elements());
      Tensor rows = table.slice(0, LAST - 1, LAST + 2);
      assertArrayEquals(new float[] {0, 105, 0}, rows.slice(1, 5, 6).toFloats());
      Tensor gathered = table.gather(Tensor.ofInts(new int[] {0, (int) LAST}, 2));
      assertEquals(115, gathered.toFloats()[31]);
      Tensor y = Tensor.full(1, 1, COLUMNS).linear(rows, null, Activation.NONE);
      assertArrayEquals(new float[] {0, 1720, 0}, y.toFloats());
    }
  }
}
