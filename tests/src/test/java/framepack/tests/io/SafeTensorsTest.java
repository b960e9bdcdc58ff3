package framepack.tests.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafeTensorsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      names = {"Q8_0", "Q4_0"},
      mode = EnumSource.Mode.EXCLUDE)
  void every_type_survives_a_round_trip_bit_for_bit(DType dtype) {
    Path file = folder.resolve("t.safetensors");
    Map<String, View> given =
        Map.of(
            "odd", random(dtype, 3, 5, 7), "scalar", random(dtype), "empty", random(dtype, 2, 0));
    SafeTensorsWriter writer = new SafeTensorsWriter();
    given.forEach(writer::add);
    writer.write(file);
    try (SafeTensors read = SafeTensors.open(file)) {
      assertEquals(given.keySet(), read.names());
      given.forEach((name, view) -> {
        assertEquals(new Spec(dtype, view.shape()), read.spec(name));
        assertArrayEquals(bytes(view), bytes(read.view(name)));
      });
    }
  }

  @Test
  void every_tensor_starts_at_a_multiple_of_its_element_size() throws IOException {
    Path file = folder.resolve("t.safetensors");
    SafeTensorsWriter writer = new SafeTensorsWriter();
    for (DType dtype : EnumSet.complementOf(EnumSet.of(DType.Q8_0, DType.Q4_0))) {
      writer.add(dtype.name(), random(dtype, 3));
    }
    writer.write(file);
    long header =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, header % 8);
    try (SafeTensors read = SafeTensors.open(file)) {
      for (String name : read.names()) {
        View view = read.view(name);
        assertEquals(0, view.segment().address() % view.dtype().bytes(), name);
      }
    }
  }

  @Test
  void names_and_metadata_may_be_any_text() {
    Path file = folder.resolve("t.safetensors");
    new SafeTensorsWriter()
        .metadata("größe \"x\"", "1\n2")
        .add("a.\"b\".ü\u0001", random(DType.F32, 2))
        .write(file);
    try (SafeTensors read = SafeTensors.open(file)) {
      assertEquals(Map.of("größe \"x\"", "1\n2"), read.metadata());
      assertTrue(read.contains("a.\"b\".ü\u0001"));
    }
  }

  @Test
  void views_are_unusable_after_close_and_the_message_says_so() {
    Path file = folder.resolve("t.safetensors");
    new SafeTensorsWriter().add("x", random(DType.F32, 2)).write(file);
    SafeTensors read = SafeTensors.open(file);
    View view = read.view("x");
    read.close();
    read.close();
    assertThrows(IllegalStateException.class, () -> view.segment().get(ValueLayout.JAVA_BYTE, 0));
    var error = assertThrows(IllegalStateException.class, () -> read.view("x"));
    assertTrue(error.getMessage().contains("is closed"), error.getMessage());
  }

  @Test
  void files_and_tensors_larger_than_two_gibibytes_are_read() throws IOException {
    long elements = (3L << 30) / 2; // 3 GiB of bf16, sparse on disk
    Path file = folder.resolve("big.safetensors");
    String header =
        "{\"big\":{\"dtype\":\"BF16\",\"shape\":[%d],\"data_offsets\":[0,%d]}, \"last\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%d,%d]}}"
            .formatted(elements, elements * 2, elements * 2, elements * 2 + 2);
    writeSparse(file, header, elements * 2 + 2, new byte[] {7, 42, 43});
    try (SafeTensors read = SafeTensors.open(file)) {
      View big = read.view("big");
      assertEquals(3L << 30, big.segment().byteSize());
      assertEquals(7, big.segment().get(ValueLayout.JAVA_BYTE, elements * 2 - 1));
      assertArrayEquals(new byte[] {42, 43}, bytes(read.view("last")));
    }
  }

  @Test
  void shards_are_read_through_their_index_or_their_folder() throws IOException {
    View a = random(DType.F32, 4);
    View b = random(DType.I64, 3);
    new SafeTensorsWriter().add("a", a).write(folder.resolve("m-00001-of-00002.safetensors"));
    new SafeTensorsWriter().add("b", b).write(folder.resolve("m-00002-of-00002.safetensors"));
    Path index = folder.resolve("m.safetensors.index.json");
    Files.writeString(
        index,
        "{\"metadata\":{\"total_size\":40},\"weight_map\":{\"b\":\"m-00002-of-00002.safetensors\",\"a\":\"m-00001-of-00002.safetensors\"}}");
    for (Path path : List.of(index, folder)) {
      try (SafeTensors read = SafeTensors.open(path)) {
        assertEquals(List.of("b", "a"), List.copyOf(read.names()));
        assertArrayEquals(bytes(a), bytes(read.view("a")));
        assertArrayEquals(bytes(b), bytes(read.view("b")));
      }
    }
  }

  @Test
  void shards_are_written_up_to_their_size_with_an_index_that_reads_them_back() throws IOException {
    Map<String, View> given = new LinkedHashMap<>();
    long[] sizes = {10, 10, 30, 5, 5, 5};
    SafeTensorsWriter writer = new SafeTensorsWriter().metadata("step", "7");
    for (int i = 0; i < sizes.length; i++) {
      given.put("t" + i, random(DType.F32, sizes[i]));
      writer.add("t" + i, given.get("t" + i));
    }
    Path shards = folder.resolve("shards");
    writer.writeShards(shards, "model", 80); // 80 bytes: t0 t1 | t2 alone | t3 t4 t5
    try (SafeTensors read = SafeTensors.open(shards);
        Stream<Path> inside = Files.list(shards)) {
      assertEquals(
          List.of(
              "model-00001-of-00003.safetensors",
              "model-00002-of-00003.safetensors",
              "model-00003-of-00003.safetensors",
              "model.safetensors.index.json"),
          inside.map(f -> f.getFileName().toString()).sorted().toList());
      assertEquals(List.copyOf(given.keySet()), List.copyOf(read.names()));
      given.forEach((name, view) -> assertArrayEquals(bytes(view), bytes(read.view(name)), name));
      assertEquals(Map.of("step", "7"), read.metadata());
    }
  }

  @Test
  void a_folder_with_one_file_is_that_file() {
    new SafeTensorsWriter().add("a", random(DType.F32, 4)).write(folder.resolve("x.safetensors"));
    try (SafeTensors read = SafeTensors.open(folder)) {
      assertTrue(read.contains("a"));
    }
  }

  @Test
  void writing_replaces_the_old_file_and_leaves_nothing_else() throws IOException {
    Path file = folder.resolve("t.safetensors");
    new SafeTensorsWriter().add("old", random(DType.F32, 4)).write(file);
    new SafeTensorsWriter().add("new", random(DType.F32, 4)).write(file);
    try (SafeTensors read = SafeTensors.open(file);
        Stream<Path> inside = Files.list(folder)) {
      assertFalse(read.contains("old"));
      assertEquals(1, inside.count());
    }
  }

  private static void writeSparse(Path file, String header, long data, byte[] end)
      throws IOException {
    byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(
          ByteBuffer.allocate(8 + utf8.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(utf8.length)
              .put(utf8)
              .flip());
      channel.write(ByteBuffer.wrap(end), 8 + utf8.length + data - end.length);
    }
  }

  private static View random(DType dtype, long... extents) {
    Shape shape = Shape.of(extents);
    byte[] bytes = new byte[(int) (shape.elements() * dtype.bytes())];
    new Random(dtype.ordinal()).nextBytes(bytes);
    return new View(dtype, Layout.dense(shape, 0), new HostStorage(MemorySegment.ofArray(bytes)));
  }

  private static byte[] bytes(View view) {
    return view.segment()
        .asSlice(view.byteOffset(), view.shape().elements() * view.dtype().bytes())
        .toArray(ValueLayout.JAVA_BYTE);
  }
}
