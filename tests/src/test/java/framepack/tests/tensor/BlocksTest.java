package framepack.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.NotDifferentiable;
import framepack.tensor.autograd.Tape;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.tensor.nn.Init;
import framepack.tensor.nn.Linear;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Weights in blocks of 32: their bytes as ggml has them, their error, and what may be done with them.
@ParameterizedClass
@ValueSource(strings = {"reference", "cpu"})
class BlocksTest {
  private final String device;
  private Backend backend;
  private Workspace home;

  BlocksTest(String device) {
    this.device = device;
  }

  @BeforeEach
  void open() {
    backend = Backends.open(device);
    home = Workspace.open(backend);
  }

  @AfterEach
  void close() {
    home.close();
    backend.close();
  }

  private static String hex(float[] numbers, DType type) {
    Tensor blocks = Tensor.of(numbers, numbers.length).cast(type);
    byte[] bytes = new byte[(int) blocks.spec().bytes()];
    blocks.copyTo(MemorySegment.ofArray(bytes));
    return HexFormat.of().formatHex(bytes);
  }

  private static float[] random(int count, double size) {
    Random random = new Random(count);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (size * random.nextGaussian());
    }
    return numbers;
  }

  @Test
  void eight_bits_are_the_steps_of_the_largest_magnitude_over_127() {
    float[] x = new float[32];
    x[0] = -254; // d = 2
    x[1] = 2;
    x[2] = 1; // halves go away from zero
    x[3] = -1;
    x[4] = 0.98f;
    x[31] = 254;
    assertEquals("0040" + "81" + "01" + "01" + "ff" + "00".repeat(27) + "7f", hex(x, DType.Q8_0));
  }

  @Test
  void four_bits_count_from_the_number_of_largest_magnitude_which_is_zero() {
    float[] x = new float[32];
    x[0] = -4; // d = 0.5, so that -4 is 0 and 0 is 8
    x[1] = 3.5f;
    x[2] = 4; // beyond the last step
    x[16] = -4;
    x[17] = 0.25f; // halves go up
    x[31] = 1;
    assertEquals("0038" + "00" + "9f" + "8f" + "88".repeat(12) + "a8", hex(x, DType.Q4_0));
    for (int i = 0; i < x.length; i++) {
      x[i] = -x[i];
    }
    assertEquals("00b8" + "00" + "9f" + "8f" + "88".repeat(12) + "a8", hex(x, DType.Q4_0));
  }

  @Test
  void a_block_of_zeros_has_the_scale_zero_with_the_sign_that_ggml_gives_it() {
    assertEquals("00".repeat(34), hex(new float[32], DType.Q8_0));
    assertEquals("0080" + "88".repeat(16), hex(new float[32], DType.Q4_0));
  }

  @Test
  void a_number_is_off_by_no_more_than_its_step_allows() {
    for (DType type : List.of(DType.Q8_0, DType.Q4_0)) {
      float[] x = random(32 * 513, 0.02);
      float[] read = Tensor.of(x, 513, 32).cast(type).toFloats();
      for (int block = 0; block < x.length; block += 32) {
        float[] numbers = Arrays.copyOfRange(x, block, block + 32);
        double largest = 0;
        for (float number : numbers) {
          largest = Math.max(largest, Math.abs(number));
        }
        double step = type == DType.Q8_0 ? largest / 127 : largest / 8;
        double most = (type == DType.Q8_0 ? 0.5 : 1) * step + largest * 0x1p-11;
        for (int i = block; i < block + 32; i++) {
          assertEquals(x[i], read[i], most, type + " number " + i);
        }
      }
      Tensor again = Tensor.of(read, 513, 32);
      assertArrayEquals(
          read, again.cast(type).toFloats(), "numbers of the grid stay what they are");
    }
  }

  @Test
  void equal_types_are_copied_byte_for_byte_and_offsets_fit_any_neighbour() {
    for (DType type : List.of(DType.Q8_0, DType.Q4_0)) {
      float[] x = random(32 * 77, 1);
      Tensor.zeros(1, 7); // so that what follows begins anywhere
      Tensor blocks = Tensor.of(x, 77, 32).cast(type);
      Tensor kept = blocks.keepIn(home);
      assertArrayEquals(blocks.toFloats(), kept.toFloats());
      assertEquals(77L * type.blockBytes(), kept.spec().bytes());
      home.recycle(Tensor.zeros(kept.spec().bytes() / Float.BYTES)); // as large, and anywhere
      assertArrayEquals(blocks.toFloats(), blocks.keepIn(home).toFloats());
    }
  }

  @Test
  void rows_that_are_no_whole_blocks_are_refused() {
    ShapeMismatch error =
        assertThrows(ShapeMismatch.class, () -> Tensor.zeros(4, 48).cast(DType.Q8_0));
    assertTrue(error.getMessage().contains("32"), error.getMessage());
  }

  @Test
  void everything_but_the_weight_of_a_layer_is_refused_in_one_line() {
    Tensor blocks = Tensor.of(random(32 * 64, 1), 32, 64).cast(DType.Q4_0);
    Tensor x = Tensor.zeros(32, 64);
    List<Executable> uses =
        List.of(
            blocks::softmax,
            () -> blocks.slice(0, 0, 8),
            () -> blocks.reshape(64, 32),
            () -> blocks.transpose(0, 1),
            () -> x.add(blocks),
            () -> Tensor.concat(0, x, blocks),
            () -> x.matmul(blocks.reshape(64, 32)),
            () -> blocks.linear(x, null, Activation.NONE),
            () -> blocks.gather(Tensor.ofInts(new int[] {1}, 1)));
    for (Executable use : uses) {
      UnsupportedOperand error = assertThrows(UnsupportedOperand.class, use);
      assertTrue(error.getMessage().contains("cast to F32"), error.getMessage());
      assertEquals(1, error.getMessage().lines().count());
    }
    IllegalArgumentException file =
        assertThrows(
            IllegalArgumentException.class, () -> new SafeTensorsWriter().add("w", blocks));
    assertTrue(file.getMessage().contains("Q4_0"), file.getMessage());
  }

  @Test
  void a_gradient_passes_through_to_the_input_and_stops_at_the_weight() {
    Tensor x = Tensor.of(random(5 * 96, 1), 5, 96);
    Tensor blocks = Tensor.of(random(7 * 96, 1), 7, 96).cast(DType.Q8_0);
    Tensor numbers = blocks.cast(DType.F32);
    float[] expected = gradient(x, x, numbers);
    assertArrayEquals(expected, gradient(x, x, blocks), 1e-6f);
    assertThrows(NotDifferentiable.class, () -> gradient(blocks, x, blocks));
  }

  private static float[] gradient(Tensor of, Tensor x, Tensor weight) {
    try (Tape tape = Tape.watching(List.of(of))) {
      tape.backward(x.linear(weight, null, Activation.SILU).sumOfSquares());
      return tape.gradient(of).toFloats();
    }
  }

  @Test
  void layers_take_their_matrices_in_blocks_and_all_else_as_it_is_stored() {
    Params plain = Params.create(home, 3);
    Params made = Params.create(home, 3).withMatrices(DType.Q8_0);
    Linear layer = Linear.of(made, "layer", 64, 10);
    Linear exact = Linear.of(plain, "layer", 64, 10);
    assertEquals(DType.Q8_0, layer.weight().dtype());
    assertEquals(DType.F32, layer.bias().dtype());
    assertEquals(DType.F32, Linear.of(made, "narrow", 40, 10).weight().dtype());
    assertEquals(DType.F32, made.get("table", Init.ONES, 64, 64).dtype());
    assertEquals(DType.Q8_0, made.named().get("layer.weight").dtype());
    Tensor x = Tensor.of(random(6 * 64, 1), 6, 64);
    float[] expected = exact.forward(x).toFloats();
    float[] got = layer.forward(x).toFloats();
    assertArrayEquals(expected, got, 0.02f);
    assertNotEquals(-1, Arrays.mismatch(expected, got));
  }

  @Test
  void a_loaded_matrix_leaves_nothing_but_its_blocks() {
    Tensor stored = Tensor.of(random(64 * 256, 1), 64, 256).cast(DType.BF16);
    try (Workspace own = Workspace.detached(backend)) {
      Params params = Params.load(Map.of("w", stored.view()), own).withMatrices(DType.Q4_0);
      Tensor weight = params.matrix("w", Init.ZEROS, 64, 256);
      assertEquals(64 * 256 / 32 * 18, own.usedBytes());
      assertArrayEquals(stored.cast(DType.F32).cast(DType.Q4_0).toFloats(), weight.toFloats());
    }
  }
}
