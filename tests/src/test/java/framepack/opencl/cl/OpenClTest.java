package framepack.opencl.cl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OpenClTest {
  @Test
  void a_machine_without_a_loader_library_gets_a_verdict_and_loads_nothing() {
    OpenCl none = OpenCl.find(List.of("libNoSuchOpenCL.so.1"));
    assertEquals(List.of(), none.devices());
    assertTrue(none.missing().contains("libNoSuchOpenCL.so.1"), none.missing());
    assertTrue(none.missing().contains("--device cpu"), none.missing());
  }
}
