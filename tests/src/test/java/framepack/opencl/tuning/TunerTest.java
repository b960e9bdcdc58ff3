package framepack.opencl.tuning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.DeviceCache;
import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.OpenCl;
import framepack.opencl.cl.Seed;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The search itself; `cpu` stands in for the device, so that nothing is compiled.
class TunerTest {
  @TempDir Path folder;

  private final List<KernelShape> opened = new ArrayList<>();
  private ClDevice device;

  @BeforeEach
  void need_a_device() {
    OpenCl here = OpenCl.here();
    assumeFalse(here.devices().isEmpty(), here.missing());
    device = here.devices().getFirst();
  }

  private Backend open(KernelShape shape) {
    opened.add(shape);
    return Backends.open("cpu");
  }

  @Test
  void a_search_says_what_it_found_and_keeps_it() throws IOException {
    List<String> said =
        new Tuner(device, new DeviceCache(folder), this::open).search(Duration.ofSeconds(30));
    assertEquals(5, said.size(), said.toString());
    assertTrue(said.getFirst().contains(" 0 refused"), said.getFirst());
    assertTrue(Files.readString(folder.resolve("shape.txt")).matches("[0-9a-f]{64} [0-9-]+\n"));
    assertTrue(said.get(3).matches("launches are cut for \\d+ GFLOP/s and .* GB/s"), said.get(3));
    assertTrue(Files.exists(folder.resolve("pace.txt")));
    assertTrue(opened.size() > 3, opened.toString());
  }

  @Test
  void a_candidate_that_ended_a_process_is_passed_over() throws IOException {
    KernelShape seed = Seed.of(device).shape();
    KernelShape fatal = Candidates.tiles(seed, device).getLast();
    DeviceCache cache = new DeviceCache(folder);
    Files.writeString(cache.marker("tune-" + fatal.word()), "");
    List<String> said = new Tuner(device, cache, this::open).search(Duration.ofSeconds(30));
    assertFalse(opened.contains(fatal));
    assertTrue(said.getFirst().contains(" 1 refused"), said.getFirst());
  }

  @Test
  void a_candidate_that_the_device_refuses_is_left_out() {
    KernelShape seed = Seed.of(device).shape();
    List<String> said =
        new Tuner(
                device,
                new DeviceCache(folder),
                shape -> {
                  if (!shape.equals(seed)) {
                    throw new IllegalArgumentException("too large");
                  }
                  return open(shape);
                })
            .search(Duration.ofSeconds(30));
    assertTrue(said.getFirst().contains(seed.word() + ", 1.00 times"), said.getFirst());
  }
}
