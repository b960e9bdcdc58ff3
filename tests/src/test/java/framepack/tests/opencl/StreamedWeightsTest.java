package framepack.tests.opencl;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.Checkpoint;
import framepack.model.hunyuan.HunyuanCheckpoint;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.wan.WanCheckpoint;
import framepack.model.wan.WanConfig;
import framepack.model.wan.WanTransformer;
import framepack.opencl.OpenClBackend;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.backend.Copier;
import framepack.tensor.backend.MemoryBudget;
import framepack.tensor.backend.MemoryUse;
import framepack.tensor.nn.BlockMemory;
import framepack.tensor.nn.Params;
import framepack.tensor.op.Activation;
import framepack.tests.model.SmallModel;
import framepack.tests.model.SmallWan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Weights of which two blocks are in memory at a time: results of the resident ones bit for bit, in two slots of a device
/// that has memory of its own, and in place where it has not.
class StreamedWeightsTest {
  /// An even number of blocks, then an odd one. The last does not fit into one piece of the staging ring.
  private static final Tower EIGHT = new Tower(256, 16400, 8);

  private static final Tower SEVEN = new Tower(96, 160, 7);

  @TempDir static Path folder;
  private static Backend cpu;
  private static Backend device;
  private static Backend discrete;

  @BeforeAll
  static void open() {
    device = new OpenClBackend(Devices.first());
    discrete = new Discrete(device);
    cpu = Backends.open("cpu");
    EIGHT.write(folder.resolve("eight"), cpu);
    SEVEN.write(folder.resolve("seven"), cpu);
  }

  @AfterAll
  static void close() {
    if (cpu != null) {
      cpu.close();
      device.close();
    }
  }

  private static Backend backend(String name) {
    return switch (name) {
      case "cpu" -> cpu;
      case "device" -> device;
      default -> discrete;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"discrete", "device", "cpu"})
  void blocks_in_any_order_compute_what_resident_ones_do(String name) {
    Backend backend = backend(name);
    int[] forwards = {0, 1, 2, 3, 4, 5, 6};
    int[] anyhow = {6, 5, 5, 0, 3, 1, 2, 2, 6, 4, 0};
    int[] again = {6, 0, 6, 0, 1, 0};
    same(SEVEN, "seven", backend, forwards, forwards, anyhow, again, forwards);
    int[] breakingOff = {6, 1, 6, 3, 6, 5, 0, 7, 6, 2}; // 7 is on its way behind each 6
    same(EIGHT, "eight", backend, new int[] {0, 1, 2, 3, 4, 5, 6, 7, 0}, anyhow, breakingOff);
  }

  private static void same(Tower tower, String name, Backend backend, int[]... orders) {
    Path path = folder.resolve(name);
    try (Tower.Streaming streaming = new Tower.Streaming(tower, path, backend)) {
      for (int[] order : orders) {
        assertArrayEquals(Tower.resident(tower, path, backend, order), streaming.layers.run(order));
      }
    }
  }

  @Test
  void two_slots_and_what_is_no_block_are_all_the_memory_that_weights_take() {
    Path path = folder.resolve("eight");
    int[] order = {0, 1, 2, 3, 4, 5, 6, 7};
    float[] expected = Tower.resident(EIGHT, path, discrete, order);
    MemoryUse before = discrete.slabs().memory();
    try (Tower.Streaming tower = new Tower.Streaming(EIGHT, path, discrete)) {
      for (int pass = 0; pass < 5; pass++) {
        assertArrayEquals(expected, tower.layers.run(order));
      }
      MemoryUse now = discrete.slabs().memory();
      long first = (256 + 1) * 256 * Float.BYTES;
      long largest = (2 * 256 * 16400 + 16400 + 256) * Float.BYTES;
      assertEquals(new BlockMemory(first, largest, 7 * first + largest), EIGHT.memory(tower.file));
      assertEquals(first + 2 * largest, now.used() - before.used());
    }
    assertEquals(before.used(), discrete.slabs().memory().used());
    assertEquals(before.lent(), discrete.slabs().memory().lent());
  }

  /// The first read of the slot is enqueued behind work that takes long enough to overtake it.
  @Test
  void a_copy_waits_for_what_was_run_before_and_what_is_run_then_waits_for_the_copy() {
    try (Copier copier = device.copier().orElseThrow();
        Arena arena = Arena.ofConfined();
        Workspace _ = Workspace.open(device)) {
      Tensor slot = Tensor.full(1, 1 << 22);
      Tensor x = SmallModel.numbers(1, 700, 700);
      MemorySegment twos = arena.allocate(4L << 22, 4);
      MemorySegment.copy(Tensor.full(2, 1 << 22).toFloats(), 0, twos, JAVA_FLOAT, 0, 1 << 22);
      for (int i = 0; i < 20; i++) {
        x.linear(x, null, Activation.NONE);
      }
      Tensor before = slot.sum();
      copier.await(copier.copy(List.of(new Copier.Part(twos, slot.view())), copier.now()));
      Tensor after = slot.sum();
      assertEquals(1 << 22, before.item());
      assertEquals(2 << 22, after.item());
    }
  }

  @Test
  void in_place_they_take_none() {
    for (Backend backend : new Backend[] {cpu, device}) {
      MemoryUse before = backend.slabs().memory();
      try (Tower.Streaming tower = new Tower.Streaming(SEVEN, folder.resolve("seven"), backend)) {
        tower.layers.run(0, 1, 2, 3);
        assertEquals(before.used(), backend.slabs().memory().used(), backend.name());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"discrete", "device", "cpu"})
  void closing_half_way_ends_what_is_under_way_and_lets_the_file_go(String name) {
    Backend backend = backend(name);
    long before = backend.slabs().memory().lent();
    for (int i = 0; i < 3; i++) {
      Tower.Streaming tower = new Tower.Streaming(EIGHT, folder.resolve("eight"), backend);
      tower.layers.run(6); // the largest is on its way
      tower.close();
      assertEquals(before, backend.slabs().memory().lent());
      assertEquals(List.of(), readers());
      assertThrows(IllegalStateException.class, () -> tower.layers.run(6));
    }
  }

  /// Threads that read weights.
  private static List<Thread> readers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("weights of"))
        .toList();
  }

  @Test
  void an_interrupted_run_ends_and_says_so_and_the_next_one_is_right() throws Exception {
    try (Tower.Streaming tower = new Tower.Streaming(EIGHT, folder.resolve("eight"), discrete)) {
      float[] expected = tower.layers.run(1);
      Thread.currentThread().interrupt();
      var told = assertThrows(CancellationException.class, () -> tower.layers.run(7));
      assertTrue(Thread.interrupted());
      assertEquals("interrupted while weights of blocks.7 were read", told.getMessage());
      for (Thread reader : readers()) {
        reader.join(); // 7 is in the slot of 1 now
      }
      assertArrayEquals(expected, tower.layers.run(1));
    }
  }

  @Test
  void a_file_that_became_shorter_is_one_line_that_names_the_block() throws IOException {
    Path path = folder.resolve("short");
    EIGHT.write(path, cpu);
    try (Tower.Streaming tower = new Tower.Streaming(EIGHT, path, discrete);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      tower.layers.run(0);
      channel.truncate(4096);
      var told = assertThrows(UncheckedIOException.class, () -> tower.layers.run(5));
      assertEquals(
          "weights of blocks.5: their file cannot be read, or became shorter",
          told.getCause().getMessage());
    }
  }

  @Test
  void both_transformers_compute_the_same_within_a_budget() {
    HunyuanConfig hunyuan = SmallModel.withText(3, 4);
    WanConfig wan = SmallWan.packed(5, true);
    try (Workspace home = Workspace.detached(cpu);
        Workspace _ = Workspace.open(cpu)) {
      Params params = Params.create(home, 7);
      new HunyuanVideoPacked(hunyuan, params);
      SmallModel.open(params);
      HunyuanCheckpoint.save(folder.resolve("hunyuan"), hunyuan, params.named());
      Params others = Params.create(home, 8);
      new WanTransformer(wan, others);
      SmallWan.open(others);
      WanCheckpoint.save(folder.resolve("wan"), wan, others.named());
    }
    same(
        memory -> HunyuanCheckpoint.open(folder.resolve("hunyuan"), discrete, memory),
        model -> model.forward(SmallModel.inputWithText(6)).toFloats());
    same(
        memory -> WanCheckpoint.open(folder.resolve("wan"), discrete, memory),
        model -> model.forward(SmallWan.packedInput(1, true)).toFloats());
  }

  private static <M> void same(
      Function<MemoryBudget, Checkpoint<M>> opened, Function<M, float[]> forward) {
    float[] expected;
    long all;
    long before = discrete.slabs().memory().used();
    try (Checkpoint<M> checkpoint = opened.apply(MemoryBudget.UNLIMITED);
        Workspace _ = Workspace.open(discrete)) {
      all = discrete.slabs().memory().used() - before;
      expected = forward.apply(checkpoint.model());
    }
    try (Checkpoint<M> checkpoint = opened.apply(new MemoryBudget(all))) {
      int count = checkpoint.weights().size();
      assertEquals(before + all, discrete.slabs().memory().used(), count + " weights stay");
    }
    try (Checkpoint<M> checkpoint = opened.apply(new MemoryBudget(all - 1))) {
      for (int step = 0; step < 3; step++) {
        try (Workspace _ = Workspace.open(discrete)) {
          assertArrayEquals(expected, forward.apply(checkpoint.model()));
        }
      }
      assertTrue(discrete.slabs().memory().used() < before + all);
    }
    var told =
        assertThrows(IllegalArgumentException.class, () -> opened.apply(new MemoryBudget(5000)));
    assertTrue(told.getMessage().endsWith("; 5,000 are given"), told.getMessage());
    assertTrue(told.getMessage().contains("the largest block twice is "), told.getMessage());
  }
}
