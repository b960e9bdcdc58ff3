package framepack.opencl.cl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which programs come from a binary and which from source, with a driver that only notes what it is asked.
class ProgramsTest {
  private static final String MACRO = "FUNCTION=f_silu";

  @TempDir Path folder;

  private final List<String> asked = new ArrayList<>();
  private byte[] ofDriver = {1, 2, 3};
  private final ClApi api =
      (ClApi)
          Proxy.newProxyInstance(
              ClApi.class.getClassLoader(),
              new Class<?>[] {ClApi.class},
              (_, method, arguments) -> answer(method.getName(), arguments));

  private Object answer(String call, Object[] arguments) {
    Object last = arguments[arguments.length - 1];
    switch (call) {
      case "createProgram" -> {
        asked.add(last instanceof String ? "source" : "binary");
        if (last instanceof byte[] binary && binary[0] != ofDriver[0]) {
          throw new ClException("clCreateProgramWithBinary", "CL_INVALID_BINARY", "");
        }
      }
      case "binary" -> {
        return ofDriver;
      }
      default -> {} // nothing to note
    }
    return call.startsWith("create") ? new ClApi.Handle() {} : null;
  }

  private Binaries binaries(boolean adds) {
    return new Binaries(new DeviceCache(folder), adds);
  }

  /// What the driver is asked for by a process that uses one kernel twice.
  private List<String> process() {
    asked.clear();
    Programs programs = new Programs(api, null, null, "-w", Optional.of(binaries(true)));
    programs.kernel("elementwise", "unary", MACRO);
    programs.kernel("elementwise", "unary", MACRO);
    programs.close();
    return List.copyOf(asked);
  }

  private Path binary() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("programs"))) {
      List<Path> all = files.toList();
      assertEquals(1, all.size(), all.toString());
      return all.getFirst();
    }
  }

  @AfterEach
  void one_binary_is_left_and_no_marker() throws IOException {
    assertTrue(binary().toString().endsWith(".bin"));
  }

  @Test
  void the_second_process_loads_what_the_first_kept() {
    assertEquals(List.of("source"), process());
    assertEquals(List.of("binary"), process());
  }

  @Test
  void a_broken_binary_is_replaced() throws IOException {
    process();
    byte[] all = Files.readAllBytes(binary());
    for (int length : new int[] {all.length - 1, 5, 0}) {
      Files.write(binary(), Arrays.copyOf(all, length));
      assertEquals(List.of("source"), process(), length + " bytes");
      assertEquals(List.of("binary"), process());
    }
  }

  @Test
  void a_binary_that_the_driver_refuses_is_replaced() {
    process();
    ofDriver = new byte[] {4};
    assertEquals(List.of("binary", "source"), process());
    assertEquals(List.of("binary"), process());
  }

  @Test
  void a_binary_that_ended_a_process_is_not_tried_again() throws IOException {
    process();
    DeviceCache cache = new DeviceCache(folder);
    Files.writeString(cache.marker("programs/" + binary().getFileName()), "");
    assertEquals(List.of("source"), process());
    assertEquals(List.of("binary"), process());
  }

  @Test
  void a_binary_that_is_long_unused_gives_place_to_a_new_one() throws IOException {
    process();
    Path first = binary();
    FileTime yearAgo = FileTime.from(Instant.now().minus(Duration.ofDays(365)));
    Files.setLastModifiedTime(first, yearAgo);
    assertEquals(List.of("binary"), process());
    assertTrue(
        Files.getLastModifiedTime(first).compareTo(yearAgo) > 0, "used, and as old as before");
    Files.setLastModifiedTime(first, yearAgo);
    Programs programs = new Programs(api, null, null, "-w", Optional.of(binaries(true)));
    programs.kernel("elementwise", "unary", "FUNCTION=f_gelu");
    programs.close();
    assertFalse(Files.exists(first));
  }

  @Test
  void other_options_are_another_program() throws IOException {
    process();
    Path first = binary();
    Programs programs = new Programs(api, null, null, "-w", Optional.of(binaries(true)));
    asked.clear();
    programs.kernel("elementwise", "unary", "FUNCTION=f_gelu");
    assertEquals(List.of("source"), asked);
    assertEquals(first, binary());
  }

  @Test
  void what_is_only_read_is_not_added_to() {
    Programs reading = new Programs(api, null, null, "-w", Optional.of(binaries(false)));
    reading.kernel("elementwise", "unary", MACRO);
    reading.close();
    assertFalse(Files.exists(folder.resolve("programs")));
    assertEquals(List.of("source"), process());
    asked.clear();
    Programs again = new Programs(api, null, null, "-w", Optional.of(binaries(false)));
    again.kernel("elementwise", "unary", MACRO);
    assertEquals(List.of("binary"), asked);
  }
}
