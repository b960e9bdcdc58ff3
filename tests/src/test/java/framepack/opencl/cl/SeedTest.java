package framepack.opencl.cl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedTest {
  private static ClDevice gpu(String vendor, long localBytes, long largestGroup) {
    return new ClDevice(
        null,
        null,
        null,
        "opencl:0:0",
        "",
        vendor,
        "",
        "",
        "",
        false,
        true,
        false,
        8,
        1,
        1L << 32,
        1L << 30,
        localBytes,
        largestGroup,
        128);
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA Corporation, NVIDIA",
    "'Advanced Micro Devices, Inc.', AMD",
    "AMD, AMD",
    "Intel(R) Corporation, INTEL",
    "Apple, APPLE",
    "QUALCOMM, OTHER",
    "Intelligent Devices, OTHER",
    "'', OTHER",
  })
  void a_gpu_has_the_seed_of_its_vendor(String vendor, Seed expected) {
    assertEquals(expected, Seed.of(gpu(vendor, 32 << 10, 256)));
  }

  @Test
  void a_device_that_is_too_small_for_its_seed_has_the_smallest() {
    assertEquals(Seed.OTHER, Seed.of(gpu("NVIDIA Corporation", 12 << 10, 256)));
    assertEquals(Seed.OTHER, Seed.of(gpu("NVIDIA Corporation", 32 << 10, 128)));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, 6, 1, 1", // no vector of 2
    "8, 48, 6, 1, 1", // no tree of 48
    "8, 1, 13, 1, 1", // no tile of 13 rows
    "8, 1, 6, 32, 1", // no group of 32 x 32
    "8, 1, 6, 8, 2", // no strips in local memory
  })
  void a_shape_that_no_kernel_has_is_refused(int lanes, int group, int rows, int side, int strip) {
    assertThrows(
        IllegalArgumentException.class,
        () -> new KernelShape(lanes, group, 1, 1, 1, 8, rows, 1, 4, side, strip, 256));
  }
}
