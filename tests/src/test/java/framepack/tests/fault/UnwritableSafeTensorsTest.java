package framepack.tests.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.io.AtomicFile;
import framepack.tensor.io.OutputException;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.io.SafeTensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnwritableSafeTensorsTest {
  private static final Spec MEGABYTE = new Spec(DType.U8, Shape.of(1 << 20));

  @TempDir Path folder;

  @Test
  void a_full_disk_gives_one_line() {
    assumeTrue(Files.exists(Path.of("/dev/full")), "needs /dev/full");
    SafeTensorsWriter writer = new SafeTensorsWriter().add("x", MEGABYTE, megabyte());
    var error = assertThrows(OutputException.class, () -> writer.write(Path.of("/dev/full")));
    assertEquals(1, error.getMessage().lines().count());
    assertTrue(error.getMessage().contains("the disk is full"), error.getMessage());
  }

  @Test
  void what_cannot_fit_is_refused_with_numbers_before_anything_is_written() {
    Path target = folder.resolve("not/yet/there");
    AtomicFile.requireSpace(target, 1);
    var error =
        assertThrows(OutputException.class, () -> AtomicFile.requireSpace(target, Long.MAX_VALUE));
    assertEquals(1, error.getMessage().lines().count());
    assertTrue(error.getMessage().contains("needs 8796093022207 MiB"), error.getMessage());
    assertTrue(Files.notExists(folder.resolve("not")));
  }

  @Test
  void a_failure_half_way_leaves_the_old_file_and_nothing_else() throws IOException {
    Path file = folder.resolve("t.safetensors");
    new SafeTensorsWriter().add("old", MEGABYTE, megabyte()).write(file);
    SafeTensorsWriter writer =
        new SafeTensorsWriter()
            .add("first", MEGABYTE, megabyte())
            .add(
                "second",
                MEGABYTE,
                () -> {
                  throw new IllegalStateException("the device is gone");
                });
    assertThrows(IllegalStateException.class, () -> writer.write(file));
    try (SafeTensors read = SafeTensors.open(folder);
        Stream<Path> inside = Files.list(folder)) {
      assertTrue(read.contains("old"));
      assertEquals(List.of(file), inside.toList());
    }
  }

  @Test
  void a_folder_of_shards_appears_whole_or_not_at_all() throws IOException {
    SafeTensorsWriter writer =
        new SafeTensorsWriter()
            .add("a", MEGABYTE, megabyte())
            .add(
                "b",
                MEGABYTE,
                () -> {
                  throw new IllegalStateException("the device is gone");
                });
    Path shards = folder.resolve("shards");
    assertThrows(IllegalStateException.class, () -> writer.writeShards(shards, "m", 1 << 20));
    try (Stream<Path> inside = Files.list(folder)) {
      assertEquals(List.of(), inside.toList());
    }
  }

  @Test
  void a_tensor_with_other_bytes_than_its_type_and_shape_is_refused() throws IOException {
    SafeTensorsWriter writer =
        new SafeTensorsWriter().add("x", MEGABYTE, () -> MemorySegment.ofArray(new byte[3]));
    Path file = folder.resolve("t.safetensors");
    assertThrows(IllegalStateException.class, () -> writer.write(file));
    assertTrue(Files.notExists(file));
  }

  @Test
  void a_name_can_be_given_once() {
    SafeTensorsWriter writer = new SafeTensorsWriter().add("x", MEGABYTE, megabyte());
    for (String name : List.of("x", "__metadata__")) {
      var error =
          assertThrows(
              IllegalArgumentException.class, () -> writer.add(name, MEGABYTE, megabyte()));
      assertTrue(error.getMessage().contains("'" + name + "' is taken"), error.getMessage());
    }
  }

  private static Supplier<MemorySegment> megabyte() {
    return () -> MemorySegment.ofArray(new byte[1 << 20]);
  }
}
