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
  void a_product_with_too_few_tiles_for_the_compute_units_cuts_them() {
    KernelShape shape = Seed.NVIDIA.shape();
    int units = 132;
    assertEquals(1, shape.share(1, 1560, 3072, units), "600 tiles");
    assertEquals(2, shape.share(1, 256, 3072, units), "96 tiles, 384 quarters");
    assertEquals(4, shape.share(1, 16, 3072, units), "24 tiles, of which most rows are empty");
    assertEquals(1, shape.share(24, 256, 3072, units), "24 products at once");
    assertEquals(32, shape.shared(2).groupRows());
    assertEquals(64, shape.shared(2).tileColumns());
    assertEquals(1, Seed.CPU_512.shape().share(1, 16, 16, units), "a work-item is a group");
  }

  @Test
  void a_number_that_no_kernel_has_is_named() {
    KernelShape shape = Seed.OTHER.shape();
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> shape.withTile(13, 1, 4));
    assertEquals("opencl: no kernel has tileRows 13, expected 1 to 12", error.getMessage());
  }
}
