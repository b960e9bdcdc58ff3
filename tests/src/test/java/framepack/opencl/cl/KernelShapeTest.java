package framepack.opencl.cl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelShapeTest {
  @TempDir Path folder;

  @Test
  void a_kept_shape_is_found_again() {
    DeviceCache cache = new DeviceCache(folder);
    assertEquals(Optional.empty(), KernelShape.kept(cache));
    KernelShape shape = Seed.CPU_512.shape().withTile(8, 3, 1).withStrip(7, 99).withBlocks(1, 5);
    shape.keep(cache);
    assertEquals(Optional.of(shape), KernelShape.kept(cache));
  }

  @Test
  void a_shape_of_other_sources_or_of_other_numbers_is_not_taken() {
    DeviceCache cache = new DeviceCache(folder);
    Seed.OTHER.shape().keep(cache);
    String text = cache.read("shape.txt").orElseThrow();
    for (String other : new String[] {"f" + text, text.strip() + "-1", text + "x", ""}) {
      cache.write("shape.txt", other);
      assertEquals(Optional.empty(), KernelShape.kept(cache), other);
    }
  }

  @Test
  void a_number_that_no_kernel_has_is_named() {
    KernelShape shape = Seed.OTHER.shape();
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> shape.withTile(13, 1, 4));
    assertEquals("opencl: no kernel has tileRows 13, expected 1 to 12", error.getMessage());
  }
}
