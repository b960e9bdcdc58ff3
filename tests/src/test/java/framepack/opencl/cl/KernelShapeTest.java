package framepack.opencl.cl;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
