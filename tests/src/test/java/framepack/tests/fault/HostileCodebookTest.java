package framepack.tests.fault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.history.Codebook;
import framepack.history.CodebookException;
import framepack.history.CodebookFile;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Codebook files: written, read, and refused.
class HostileCodebookTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("omega.safetensors");
  }

  @Test
  void what_is_written_is_read_again() {
    float[] codes = {1, -0.0f, Float.MIN_VALUE, 4, 5, -6e30f};
    Codebook.Fit fit = new Codebook.Fit(-3, "clips \"a\", b", 1L << 40, 0.1 + 0.2, 1e-300);
    for (Codebook codebook :
        new Codebook[] {new Codebook(3, codes, fit), new Codebook(2, codes, null)}) {
      CodebookFile.write(codebook, file);
      assertEquals(codebook, CodebookFile.read(file));
      assertArrayEquals(codes, CodebookFile.read(file).codes());
    }
  }

  @Test
  void a_tensor_that_is_no_codebook_is_refused() {
    refuses("omega", Spec.f32(6), "F32[6]");
    refuses("omega", Spec.f32(1, 2, 3), "F32[1, 2, 3]");
    refuses("omega", Spec.f32(0, 3), "F32[0, 3]");
    refuses("omega", new Spec(DType.F64, Shape.of(2, 3)), "F64[2, 3]");
    refuses("omega", new Spec(DType.I32, Shape.of(2, 3)), "I32[2, 3]");
    refuses("codes", Spec.f32(2, 3), "tensor 'omega'");
  }

  private void refuses(String name, Spec spec, String what) {
    byte[] bytes = new byte[(int) spec.bytes()];
    new SafeTensorsWriter().add(name, spec, () -> MemorySegment.ofArray(bytes)).write(file);
    refuses(what);
  }

  private void refuses(String what) {
    var error = assertThrows(CodebookException.class, () -> CodebookFile.read(file));
    assertTrue(error.getMessage().contains(what), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  @Test
  void codes_that_are_not_finite_are_refused() {
    write(new float[] {1, 2, 3, Float.NaN, 5, 6}, Map.of());
    refuses("channel 0 of code 1 is NaN");
  }

  @Test
  void metadata_that_contradict_the_tensor_or_are_no_numbers_are_refused() {
    float[] codes = {1, 2, 3, 4, 5, 6};
    write(codes, Map.of("codes", "3"));
    refuses("codes = 3, its tensor has 2");
    write(codes, Map.of("channels", "x"));
    refuses("a number as 'channels'");
    write(codes, Map.of("seed", "1"));
    refuses("a number as 'pixels'");
    write(codes, Map.of("seed", "1", "pixels", "9", "distortion", "low", "variance", "1"));
    refuses("a number as 'distortion'");
    write(codes, Map.of("made by", "another tool"));
    assertEquals(new Codebook(3, codes, null), CodebookFile.read(file));
  }

  private void write(float[] codes, Map<String, String> metadata) {
    SafeTensorsWriter writer =
        new SafeTensorsWriter().add("omega", Spec.f32(2, 3), () -> MemorySegment.ofArray(codes));
    metadata.forEach(writer::metadata);
    writer.write(file);
  }

  @Test
  void a_file_cut_short_anywhere_is_refused() throws IOException {
    CodebookFile.write(new Codebook(3, new float[] {1, 2, 3, 4, 5, 6}, null), file);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 3) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThrows(IllegalArgumentException.class, () -> CodebookFile.read(file));
    }
  }
}
