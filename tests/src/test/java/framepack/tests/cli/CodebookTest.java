package framepack.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.experiment.dataset.Frames;
import framepack.history.Codebook;
import framepack.history.CodebookFile;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.io.SafeTensorsWriter;
import framepack.tests.history.Blobs;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// `framepack codebook` from outside.
class CodebookTest {
  @ParameterizedTest
  @ValueSource(ints = {0, -5, 65_537, Integer.MAX_VALUE})
  void a_number_of_codes_that_cannot_be_is_refused(int codes) {
    Path file = folder.resolve("omega.safetensors");
    Program run =
        Program.run("codebook", latents().toString(), "--k", "" + codes, "--out", file.toString());
    assertEquals(2, run.exit(), run.err());
    assertEquals(1, run.complaints().size(), run.err());
    assertTrue(run.err().contains("--k " + codes + ": expected 1 to 65536 codes"), run.err());
    assertFalse(Files.exists(file));
  }

  @TempDir Path folder;

  /// A video of 12 blobs, once as F32 [c, t, h, w] and once as a batch of BF16, and a tensor that is no latents.
  private Path latents() {
    Frames video = Blobs.video(16, 6, 12, 0.01, 2);
    float[] values = video.values();
    short[] halves = new short[values.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
    }
    Path file = folder.resolve("latents.safetensors");
    new SafeTensorsWriter()
        .add("a", Spec.f32(16, 6, 4, 5), () -> MemorySegment.ofArray(values))
        .add(
            "b",
            new Spec(DType.BF16, Shape.of(1, 16, 6, 4, 5)),
            () -> MemorySegment.ofArray(halves))
        .add("net.weight", Spec.f32(8, 2, 1, 2, 2), () -> MemorySegment.ofArray(new float[64]))
        .add("scale", Spec.f32(16), () -> MemorySegment.ofArray(new float[16]))
        .write(file);
    return file;
  }

  @Test
  void latents_give_a_codebook_file_and_two_lines() {
    Path file = folder.resolve("omega.safetensors");
    String[] arguments = {
      "codebook", latents().toString(), "--k", "12", "--seed", "7", "--out", file.toString()
    };
    Program run = Program.run(arguments);
    assertEquals(0, run.exit(), run.err());
    assertTrue(run.out().contains("12 codes of 16 channels from 240 latent pixels"), run.out());
    assertTrue(run.out().contains("retained variance 99.9"), run.out());
    Codebook codebook = CodebookFile.read(file);
    assertEquals(12, codebook.size());
    assertEquals(7, codebook.fit().orElseThrow().seed());
    assertEquals("latents.safetensors", codebook.fit().orElseThrow().source());
    assertEquals(240, codebook.fit().orElseThrow().pixels());
  }

  @Test
  void json_is_all_there_is_on_standard_output() {
    Path file = folder.resolve("omega.safetensors");
    String[] arguments = {
      "codebook", latents().toString(), "--tensor", "b", "--k", "3", "--json", "--out", "" + file
    };
    Program run = Program.run(arguments);
    assertEquals(0, run.exit(), run.err());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals(3, result.get("codes").intValue());
    assertEquals(120, result.get("pixels").intValue());
    double left = result.get("distortion").doubleValue() / result.get("variance").doubleValue();
    assertEquals(1 - left, result.get("retained").doubleValue(), 1e-12);
  }

  @Test
  void bad_input_ends_with_2_and_one_line_and_leaves_no_file() throws IOException {
    String file = latents().toString();
    Path none = folder.resolve("none.safetensors");
    new SafeTensorsWriter()
        .add("scale", Spec.f32(16), () -> MemorySegment.ofArray(new float[16]))
        .write(none);
    String out = folder.resolve("omega.safetensors").toString();
    for (String[] arguments :
        new String[][] {
          {"codebook", file},
          {"codebook", "--out", out},
          {"codebook", "no/such.safetensors", "--out", out},
          {"codebook", none.toString(), "--out", out},
          {"codebook", file, "--tensor", "c", "--out", out},
          {"codebook", file, "--k", "0", "--out", out},
          {"codebook", file, "--k", "many", "--out", out},
          {"codebook", file, "--device", "abacus", "--out", out},
          {"codebook", file, "--out", folder.toString()},
          {"codebook", file, "--out", folder.resolve("no/such/omega.safetensors").toString()},
        }) {
      Program run = Program.run(arguments);
      String said = String.join(" ", arguments) + ": " + run.err();
      assertEquals(2, run.exit(), said);
      assertEquals("", run.out(), said);
      assertTrue(run.complaints().getLast().startsWith("framepack codebook: "), said);
      assertTrue(run.complaints().size() <= 2, said);
      assertFalse(Files.exists(Path.of(out)), said);
    }
  }
}
