package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import framepack.opencl.OpenClBackend;
import framepack.opencl.cl.ClDevice;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.View;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import framepack.tests.model.SmallModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Weights of a mapped file on a device that computes in the host's memory: nothing is copied, nothing is written, and the
/// file cannot be closed under a kernel.
class BorrowedWeightsTest {
  private static final int ROWS = 37;
  private static final int DEPTH = 75;

  @TempDir static Path folder;
  private static Backend device;

  @BeforeAll
  static void open() {
    ClDevice first = Devices.first();
    assumeTrue(first.isCpu(), "not a processor: " + first.description());
    device = new OpenClBackend(first);
  }

  @AfterAll
  static void close() {
    if (device != null) {
      device.close();
    }
  }

  /// A file with one weight "w" [ROWS, DEPTH], `odd` bytes behind a multiple of eight.
  private static Path file(DType dtype, int odd) throws IOException {
    int bytes = ROWS * DEPTH * dtype.bytes();
    String header =
        "{\"w\":{\"dtype\":\"%s\",\"shape\":[%d,%d],\"data_offsets\":[0,%d]}}"
            .formatted(dtype, ROWS, DEPTH, bytes);
    int padded = Math.ceilDiv(header.length(), 8) * 8 + odd;
    ByteBuffer all = ByteBuffer.allocate(8 + padded + bytes).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(padded).put(header.getBytes(StandardCharsets.UTF_8));
    all.put(" ".repeat(padded - header.length()).getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < ROWS * DEPTH; i++) {
      float value = (float) Math.sin(1.7 * i);
      switch (dtype) {
        case BF16 -> all.putShort((short) (Float.floatToIntBits(value) >>> 16));
        case F16 -> all.putShort(Float.floatToFloat16(value));
        default -> all.putFloat(value);
      }
    }
    return Files.write(Files.createTempFile(folder, dtype + "-", ".safetensors"), all.array());
  }

  private static float[] product(Tensor weight) {
    try (Workspace _ = Workspace.open(device)) {
      return SmallModel.numbers(1, 5, DEPTH).linear(weight, null, Activation.NONE).toFloats();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void products_are_those_of_a_copy_and_no_memory_is_taken(DType dtype) throws IOException {
    try (SafeTensors file = SafeTensors.open(file(dtype, 0));
        Workspace home = Workspace.detached(device);
        Workspace copies = Workspace.detached(device)) {
      long before = device.slabs().memory().lent();
      Tensor weight = home.borrow(file.view("w")).orElseThrow();
      assertEquals(before, device.slabs().memory().lent());
      assertEquals(0, home.usedBytes());
      Tensor copy = copies.adopt(file.view("w"));
      assertTrue(copies.usedBytes() > 0);
      assertArrayEquals(product(copy), product(weight));
    }
  }

  /// What a copy could not do.
  @Test
  void a_change_of_the_file_is_seen() throws IOException {
    assumeTrue(Devices.first().isPocl(), "other drivers may copy");
    Path path = file(DType.F32, 0);
    try (SafeTensors file = SafeTensors.open(path);
        Workspace home = Workspace.detached(device);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      Tensor weight = home.borrow(file.view("w")).orElseThrow();
      float[] before = product(weight);
      channel.write(ByteBuffer.allocate(4 * DEPTH), Files.size(path) - 4L * DEPTH * ROWS);
      float[] after = product(weight);
      assertTrue(before[0] != 0 && after[0] == 0, before[0] + " -> " + after[0]);
      assertEquals(before[1], after[1]);
    }
  }

  @Test
  void a_weight_at_an_odd_address_is_copied() throws IOException {
    try (SafeTensors even = SafeTensors.open(file(DType.F32, 0));
        SafeTensors odd = SafeTensors.open(file(DType.F32, 1));
        Workspace home = Workspace.detached(device)) {
      float[] expected = product(home.borrow(even.view("w")).orElseThrow());
      assertTrue(home.borrow(odd.view("w")).isEmpty());
      Params params = Params.load(Map.of("w", odd.view("w")), home);
      assertArrayEquals(expected, product(params.get("w", Init.ZEROS, ROWS, DEPTH)));
      assertTrue(home.usedBytes() > 0);
    }
  }

  @Test
  void a_file_is_not_closed_before_the_workspace_that_borrowed_from_it() throws IOException {
    SafeTensors file = SafeTensors.open(file(DType.F32, 0));
    Workspace home = Workspace.detached(device);
    Tensor weight = home.borrow(file.view("w")).orElseThrow();
    String told = assertThrows(IllegalStateException.class, file::close).getMessage();
    assertTrue(told.startsWith(file.path() + " cannot be closed: 1 of its tensors"), told);
    assertEquals(5 * ROWS, product(weight).length);
    home.close();
    file.close();
    assertThrows(IllegalStateException.class, weight::view);
  }

  @Test
  void a_workspace_that_starts_again_lets_the_file_go() throws IOException {
    SafeTensors file = SafeTensors.open(file(DType.F32, 0));
    try (Workspace home = Workspace.detached(device)) {
      home.borrow(file.view("w"));
      home.reset();
      file.close();
    }
  }

  @Test
  void so_does_a_backend_that_is_closed_first() throws IOException {
    SafeTensors file = SafeTensors.open(file(DType.F32, 0));
    try (Workspace home = closedUnder(file)) {
      file.close();
      assertEquals(0, home.usedBytes());
    }
  }

  private static Workspace closedUnder(SafeTensors file) {
    try (Backend own = new OpenClBackend(Devices.first())) {
      Workspace home = Workspace.detached(own);
      home.borrow(file.view("w"));
      return home;
    }
  }

  @Test
  void nothing_is_borrowed_from_a_closed_file() throws IOException {
    SafeTensors file = SafeTensors.open(file(DType.F32, 0));
    View view = file.view("w");
    file.close();
    try (Workspace home = Workspace.detached(device)) {
      var told = assertThrows(IllegalStateException.class, () -> home.borrow(view));
      assertTrue(told.getMessage().contains("is closed"), told.getMessage());
    }
  }

  @Test
  void a_borrowed_weight_is_not_written() throws IOException {
    try (SafeTensors file = SafeTensors.open(file(DType.F32, 0));
        Workspace home = Workspace.detached(device);
        Workspace _ = Workspace.open(device)) {
      Tensor weight = home.borrow(file.view("w")).orElseThrow();
      Tensor zeros = Tensor.zeros(ROWS, DEPTH);
      var told = assertThrows(IllegalArgumentException.class, () -> weight.copyFromInPlace(zeros));
      assertTrue(told.getMessage().contains("only read"), told.getMessage());
    }
  }
}
