package framepack.tests.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsException;
import framepack.tensor.io.SafeTensorsWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostileSafeTensorsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1L << 60, Long.MIN_VALUE, -1, 0, 1, 4096, 100_000_001})
  void an_impossible_header_length_is_refused_without_allocating_it(long length)
      throws IOException {
    refuses(file(length, "{}".getBytes(StandardCharsets.UTF_8), 0), "header");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8})
  void a_file_too_short_for_a_header_is_refused(int bytes) throws IOException {
    refuses(Files.write(folder.resolve("t.safetensors"), new byte[bytes]), "t.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "[]",
        "\"text\"",
        "{",
        "{} {}",
        "{}x",
        "null",
        "{\"a\":1}",
        "{\"a\":[]}",
        "{\"__metadata__\":{\"k\":1}}",
        "{\"__metadata__\":[]}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}",
        "{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":1,\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[[1]],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,2,4]}}"
      })
  void a_header_that_is_no_table_of_tensors_is_refused(String header) throws IOException {
    refuses(file(header, 4), "t.safetensors");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "F32  | 2                   | 0, 4                  | takes 8 bytes",
        "F16  | 2                   | 0, 8                  | takes 4 bytes",
        "F32  | 1                   | 4, 0                  | data_offsets",
        "F32  | 1                   | 4, 8                  | but the file holds 4",
        "F32  | 0                   | 2, 2                  | gap",
        "F32  | -1                  | 0, 4                  | shape",
        "F32  | 4294967296,4294967296 | 0, 4                | 64 bit",
        "F32  | 4611686018427387904 | 0, 4                  | 64 bit",
        "F32  | 9223372036854775808 | 0, 4                  | shape",
        "F32  | 1                   | 0, 9223372036854775807 | takes 4 bytes",
        "F32  | 1                   | -4, 0                 | data_offsets",
        "F33  | 1                   | 0, 4                  | dtype 'F33'",
        "Q8_0 | 32                  | 0, 34                 | dtype 'Q8_0'",
        "f32  | 1                   | 0, 4                  | dtype 'f32'",
        "U8   | 1                   | 0, 1                  | file holds 4",
      })
  void numbers_that_do_not_fit_each_other_or_the_file_name_the_tensor(
      String dtype, String shape, String offsets, String reason) throws IOException {
    String header =
        "{\"the.tensor\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s]}}"
            .formatted(dtype, shape, offsets);
    String message = refuses(file(header, 4), reason);
    assertTrue(message.contains("'the.tensor'") || reason.equals("file holds 4"), message);
  }

  @Test
  void overlapping_tensors_are_refused() throws IOException {
    refuses(
        file("{" + entry("a", 0, 8) + "," + entry("b", 4, 12) + "}", 12), "tensor 'b' overlaps");
  }

  @Test
  void two_tensors_on_the_same_bytes_are_refused() throws IOException {
    refuses(file("{" + entry("a", 0, 8) + "," + entry("b", 0, 8) + "}", 8), "overlaps");
  }

  @Test
  void the_order_of_names_need_not_be_the_order_of_bytes() throws IOException {
    Path file = file("{" + entry("a", 8, 16) + "," + entry("b", 0, 8) + "}", 16);
    try (SafeTensors read = SafeTensors.open(file)) {
      assertEquals(2, read.names().size());
    }
  }

  @Test
  void duplicate_names_are_refused() throws IOException {
    String twice = "{" + entry("a", 0, 8) + "," + entry("a", 8, 16) + "}";
    refuses(file(twice, 16), "Duplicate");
  }

  @Test
  void a_truncated_file_is_refused_at_every_length() throws IOException {
    byte[] whole = Files.readAllBytes(file("{" + entry("a", 0, 8) + "}", 8));
    for (int length = 0; length < whole.length; length++) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      refuses(Files.write(folder.resolve("t.safetensors"), part), "t.safetensors");
    }
  }

  @Test
  void a_depth_bomb_is_refused() throws IOException {
    String bomb = "{\"a\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + "}";
    refuses(file(bomb, 0), "t.safetensors");
    String inMetadata = "{\"__metadata__\":{\"k\":" + "{\"k\":".repeat(500_000);
    refuses(file(inMetadata, 0), "t.safetensors");
    String inIndex = "{\"metadata\":" + "[".repeat(1_000_000);
    Path index = folder.resolve("m.safetensors.index.json");
    refuses(Files.writeString(index, inIndex), "depth");
  }

  @Test
  void a_header_that_is_not_utf8_is_refused() throws IOException {
    byte[] latin1 = "{\"ü\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    refuses(file(latin1.length, latin1, 0), "not UTF-8");
    byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16LE);
    refuses(file(utf16.length, utf16, 0), "t.safetensors");
  }

  @Test
  void a_million_empty_tensors_are_refused_with_the_limit() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 300_000; i++) {
      header.append(i == 0 ? "\"" : ",\"").append(i);
      header.append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
    }
    refuses(file(header + "}", 0), "262144");
  }

  @Test
  void random_damage_never_gives_anything_but_one_line() throws IOException {
    byte[] whole =
        Files.readAllBytes(file("{" + entry("a", 0, 8) + "," + entry("b", 8, 12) + "}", 12));
    Random random = new Random(1);
    Path file = folder.resolve("t.safetensors");
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j <= i % 3; j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try (SafeTensors read = SafeTensors.open(file)) {
        read.names().forEach(name -> assertTrue(read.view(name).segment().byteSize() <= 12));
      } catch (SafeTensorsException e) {
        assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      }
    }
  }

  @Test
  void names_cannot_smuggle_lines_or_escapes_into_the_message() throws IOException {
    String name = "\\u001b[31m\\nred" + "x".repeat(5000);
    String message = refuses(file("{\"" + name + "\":{}}", 0), "lacks dtype");
    assertTrue(message.length() < 600, message);
    assertTrue(message.chars().noneMatch(Character::isISOControl), message);
  }

  @Test
  void missing_things_are_named() throws IOException {
    refuses(folder.resolve("absent.safetensors"), "no such file");
    refuses(folder, "holds no .safetensors file");
    new SafeTensorsWriter().write(folder.resolve("a.safetensors"));
    new SafeTensorsWriter().write(folder.resolve("b.safetensors"));
    refuses(folder, "a.safetensors, b.safetensors");
    try (SafeTensors read = SafeTensors.open(folder.resolve("a.safetensors"))) {
      var e = assertThrows(SafeTensorsException.class, () -> read.view("weight"));
      assertTrue(e.getMessage().contains("'weight' is not in it"), e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'weight_map':{'a':'gone.safetensors'}}               | gone.safetensors, which is missing",
        "{'weight_map':{'a':'one.safetensors','b':'one.safetensors'}} | tensor 'b' is listed in one.safetensors",
        "{'weight_map':{'a':'one.safetensors','b':'one.safetensors','c':'two.safetensors'}} | it is in two.safetensors",
        "{'weight_map':{'c':'two.safetensors'}}                 | tensor 'b' is in two.safetensors, but not listed",
        "{'weight_map':{'a':'../one.safetensors'}}              | no file beside the index",
        "{'weight_map':{'a':'/etc/passwd'}}                     | no file beside the index",
        "{'weight_map':{'a':'..'}}                              | no file beside the index",
        "{'weight_map':{'a':'x\\u0000y'}}                       | no file beside the index",
        "{'weight_map':{'a':3}}                                 | no file beside the index",
        "{'weight_map':[]}                                      | must be an object",
        "{'weight_map':{}}                                      | has no weight_map",
        "{}                                                     | has no weight_map",
        "{'weight_map':{'a':'one.safetensors','a':'one.safetensors'}} | Duplicate",
      })
  void an_index_that_lies_is_refused(String json, String reason) throws IOException {
    Files.move(file("{" + entry("a", 0, 8) + "}", 8), folder.resolve("one.safetensors"));
    String two = "{" + entry("b", 0, 8) + "," + entry("c", 8, 16) + "}";
    Files.move(file(two, 16), folder.resolve("two.safetensors"));
    Path index = folder.resolve("m.safetensors.index.json");
    Files.writeString(index, json.replace('\'', '"'));
    refuses(index, reason);
  }

  private static String refuses(Path path, String reason) {
    var e = assertThrows(SafeTensorsException.class, () -> SafeTensors.open(path).close());
    String message = e.getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(path.getFileName().toString()), message);
    assertTrue(message.contains(reason), message);
    return message;
  }

  private static String entry(String name, long begin, long end) {
    return "\"%s\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
        .formatted(name, end - begin, begin, end);
  }

  private Path file(String header, int dataBytes) throws IOException {
    byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
    return file(utf8.length, utf8, dataBytes);
  }

  private Path file(long claimed, byte[] header, int dataBytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(claimed).array());
    bytes.write(header);
    bytes.write(new byte[dataBytes]);
    return Files.write(folder.resolve("t.safetensors"), bytes.toByteArray());
  }
}
