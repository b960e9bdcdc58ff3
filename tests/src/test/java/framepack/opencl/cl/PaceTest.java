package framepack.opencl.cl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaceTest {
  @TempDir Path folder;

  @Test
  void a_kept_pace_is_found_again() {
    DeviceCache cache = new DeviceCache(folder);
    assertEquals(Optional.empty(), Pace.kept(cache));
    Pace pace = new Pace(1.5e11, 7.25e9);
    pace.keep(cache);
    assertEquals(Optional.of(pace), Pace.kept(cache));
  }

  @Test
  void what_is_no_pace_is_not_taken() {
    DeviceCache cache = new DeviceCache(folder);
    for (String text : new String[] {"", "1.5e+11", "0.0e+11 1.0e+9", "-1.0e+9 1.0e+9", "a b"}) {
      cache.write("pace.txt", text);
      assertEquals(Optional.empty(), Pace.kept(cache), text);
    }
  }

  @Test
  void operations_count_where_they_are_told_and_else_bytes() {
    Pace pace = new Pace(1e9, 1e6);
    assertEquals(2, pace.seconds(2e9, 1e9));
    assertEquals(3, pace.seconds(0, 3e6));
    assertEquals(1e8, pace.launchFlops());
  }
}
