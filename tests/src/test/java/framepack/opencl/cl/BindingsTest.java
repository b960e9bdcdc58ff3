package framepack.opencl.cl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both bindings say and do the same, with every kind of argument.
class BindingsTest {
  private static final String SOURCE =
      """
      kernel void arguments(global float *x, int i, float f, long l, long8 eight, local float *place) {
        place[get_local_id(0)] = i + f + l + eight.s0 + 10 * eight.s7;
        x[get_global_id(0)] += place[get_local_id(0)];
      }
      """;

  private static final int NUMBERS = 8;

  private enum Binding {
    FFM,
    JOCL;

    ClApi load() throws ReflectiveOperationException {
      OpenCl here = OpenCl.here();
      assumeFalse(here.devices().isEmpty(), here.missing());
      return switch (this) {
        case FFM -> new FfmApi(new FfmLibrary(library()));
        case JOCL -> JoclLoader.load();
      };
    }

    private static String library() {
      String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
      return system.startsWith("windows") ? "OpenCL.dll" : "libOpenCL.so.1";
    }
  }

  private static ClDevice first(ClApi api) {
    return SignalHandlers.keeping(() -> {
      ClApi.Handle platform = api.platforms().getFirst();
      return ClDevice.of(api, platform, api.devices(platform).getFirst(), "opencl:0:0");
    });
  }

  @Test
  void both_describe_the_same_device() throws ReflectiveOperationException {
    ClDevice one = first(Binding.FFM.load());
    ClDevice other = first(Binding.JOCL.load());
    assertEquals(one.description(), other.description());
    assertEquals(one.driver(), other.driver());
    assertEquals(one.alignment(), other.alignment());
    assertEquals(one.largestGroup(), other.largestGroup());
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void every_kind_of_argument_arrives_and_launches_begin_where_they_should(Binding binding)
      throws ReflectiveOperationException {
    ClDevice device = first(binding.load());
    ClApi api = device.api();
    ClApi.Handle context = api.createContext(device.platform(), device.handle());
    ClApi.Handle queue = api.createQueue(context, device.handle(), true);
    ClApi.Handle source = built(device, api.createProgram(context, SOURCE));
    byte[] binary = SignalHandlers.keeping(() -> api.binary(source));
    ClApi.Handle program = built(device, api.createProgram(context, device.handle(), binary));
    ClApi.Handle kernel = api.createKernel(program, "arguments");
    ClApi.Handle buffer = api.createBuffer(context, NUMBERS * Float.BYTES);
    api.fill(queue, buffer, 0, NUMBERS * Float.BYTES, new byte[4]);
    api.setBuffer(kernel, 0, buffer);
    api.setInt(kernel, 1, 1000);
    api.setFloat(kernel, 2, 0.5f);
    api.setLongs(kernel, 3, 20);
    api.setLongs(kernel, 4, 3, 0, 0, 0, 0, 0, 0, 4);
    api.setLocal(kernel, 5, 2 * Float.BYTES);
    ClApi.Handle event =
        api.launch(queue, kernel, new long[] {2}, new long[] {4}, new long[] {2}, true);
    api.finish(queue);
    assertTrue(api.nanoseconds(event) > 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment numbers = arena.allocate(NUMBERS * Float.BYTES, Float.BYTES);
      api.read(queue, buffer, 0, numbers);
      float each = 1000 + 0.5f + 20 + 3 + 40;
      assertArrayEquals(
          new float[] {0, 0, each, each, each, each, 0, 0},
          numbers.toArray(ValueLayout.JAVA_FLOAT));
    }
    List.of(event, buffer, kernel, program, source, queue, context).forEach(api::release);
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void memory_of_the_host_can_be_a_buffer(Binding binding) throws ReflectiveOperationException {
    ClDevice device = first(binding.load());
    ClApi api = device.api();
    ClApi.Handle context = api.createContext(device.platform(), device.handle());
    ClApi.Handle queue = api.createQueue(context, device.handle(), false);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment given = arena.allocate(4L * NUMBERS, device.alignment());
      given.setAtIndex(ValueLayout.JAVA_FLOAT, NUMBERS - 1, 7.5f);
      ClApi.Handle buffer = api.createBuffer(context, given.address(), given.byteSize());
      MemorySegment read = arena.allocate(4L, 4);
      api.read(queue, buffer, 4L * (NUMBERS - 1), read);
      assertEquals(7.5f, read.get(ValueLayout.JAVA_FLOAT, 0));
      List.of(buffer, queue, context).forEach(api::release);
    }
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void staged_writes_wait_for_events_and_others_for_theirs(Binding binding)
      throws ReflectiveOperationException {
    ClDevice device = first(binding.load());
    ClApi api = device.api();
    ClApi.Handle context = api.createContext(device.platform(), device.handle());
    ClApi.Handle compute = api.createQueue(context, device.handle(), false);
    ClApi.Handle copies = api.createQueue(context, device.handle(), false);
    ClApi.Handle buffer = api.createBuffer(context, 4L * NUMBERS);
    ClApi.Handle staging = api.createStaging(context, 4L * NUMBERS);
    MemorySegment memory = api.map(copies, staging, 4L * NUMBERS);
    memory.setAtIndex(ValueLayout.JAVA_FLOAT, 1, 2.5f);
    api.fill(compute, buffer, 0, 4L * NUMBERS, new byte[4]);
    ClApi.Handle filled = api.marker(compute);
    api.flush(compute);
    ClApi.Handle written = api.write(copies, buffer, 8, memory.asSlice(4, 4), filled);
    api.flush(copies);
    api.barrier(compute, written);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment numbers = arena.allocate(4L * NUMBERS, Float.BYTES);
      api.read(compute, buffer, 0, numbers);
      assertArrayEquals(
          new float[] {0, 0, 2.5f, 0, 0, 0, 0, 0}, numbers.toArray(ValueLayout.JAVA_FLOAT));
    }
    api.await(written);
    api.unmap(copies, staging, memory);
    api.finish(copies);
    List.of(filled, written, staging, buffer, copies, compute, context).forEach(api::release);
  }

  private static ClApi.Handle built(ClDevice device, ClApi.Handle program) {
    return SignalHandlers.keeping(() -> {
      device.api().build(program, device.handle(), "-cl-std=CL1.2");
      return program;
    });
  }

  @ParameterizedTest
  @EnumSource(Binding.class)
  void what_goes_wrong_is_named(Binding binding) throws ReflectiveOperationException {
    ClDevice device = first(binding.load());
    ClApi api = device.api();
    ClApi.Handle context = api.createContext(device.platform(), device.handle());
    String noBuffer =
        assertThrows(ClException.class, () -> api.createBuffer(context, 0)).getMessage();
    assertTrue(noBuffer.contains("clCreateBuffer") && noBuffer.contains("CL_INVALID_BUFFER_SIZE"));
    ClApi.Handle program = api.createProgram(context, "kernel void broken() { undeclared(); }");
    String noProgram = assertThrows(ClException.class, () -> built(device, program)).getMessage();
    assertTrue(noProgram.contains("CL_BUILD_PROGRAM_FAILURE"), noProgram);
    assertTrue(noProgram.contains("undeclared"), noProgram);
    byte[] foreign = {1, 2, 3};
    ClException refused =
        assertThrows(
            ClException.class,
            () -> built(device, api.createProgram(context, device.handle(), foreign)));
    assertTrue(refused.getMessage().contains("CL_INVALID_BINARY"), refused.getMessage());
    List.of(program, context).forEach(api::release);
  }
}
