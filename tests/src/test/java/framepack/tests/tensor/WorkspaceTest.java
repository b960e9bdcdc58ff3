package framepack.tests.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.Spec;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Tensors borrow, workspaces own.
@ParameterizedClass
@ValueSource(strings = {"reference", "cpu"})
class WorkspaceTest {
  private final String device;
  private Backend backend;

  WorkspaceTest(String device) {
    this.device = device;
  }

  @BeforeEach
  void open() {
    backend = Backends.open(device);
  }

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void a_tensor_is_unusable_once_its_workspace_is_closed() {
    Tensor x;
    Tensor part;
    try (Workspace _ = Workspace.open(backend)) {
      x = Tensor.full(1, 3);
      part = x.slice(0, 1, 2);
    }
    assertGone(x);
    assertGone(part);
  }

  @Test
  void a_tensor_is_unusable_once_its_workspace_is_reset() {
    try (Workspace workspace = Workspace.open(backend)) {
      Tensor old = Tensor.full(1, 3);
      workspace.reset();
      Tensor fresh = Tensor.full(2, 3);
      assertGone(old);
      assertThrows(IllegalStateException.class, () -> fresh.add(old));
      assertThrows(IllegalStateException.class, () -> fresh.copyFromInPlace(old));
      assertArrayEquals(new float[] {2, 2, 2}, fresh.toFloats());
    }
  }

  private static void assertGone(Tensor x) {
    var e = assertThrows(IllegalStateException.class, x::toFloats);
    assertTrue(e.getMessage().contains("keepIn"), e.getMessage());
    assertThrows(IllegalStateException.class, x::view);
  }

  @Test
  void what_is_kept_outlives_the_workspace_it_came_from() {
    try (Workspace home = Workspace.detached(backend)) {
      Tensor kept;
      try (Workspace _ = Workspace.open(backend)) {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        kept = x.transpose(0, 1).keepIn(home);
      }
      try (Workspace _ = Workspace.open(backend)) {
        Tensor.full(9, 100); // would overwrite memory that was given back
        assertArrayEquals(new float[] {1, 3, 2, 4}, kept.toFloats());
      }
    }
  }

  @Test
  void a_scope_leaves_nothing_but_its_result() {
    try (Workspace workspace = Workspace.open(backend)) {
      Tensor x = Tensor.full(2, 16);
      long before = workspace.usedBytes();
      Tensor y = Workspace.scoped(() -> x.mul(3).mul(5).add(1));
      assertEquals(before + 64, workspace.usedBytes());
      assertEquals(31, y.toFloats()[15]);
    }
  }

  @Test
  void a_scope_under_a_tape_keeps_what_the_gradient_needs() {
    try (Workspace _ = Workspace.open(backend)) {
      Tensor x = Tensor.full(2, 3);
      try (Tape tape = Tape.watching(List.of(x))) {
        tape.backward(Workspace.scoped(() -> x.mul(x).mul(x)).sum());
        assertArrayEquals(new float[] {12, 12, 12}, tape.gradient(x).toFloats(), 1e-5f);
      }
    }
  }

  @Test
  void workspaces_close_in_the_reverse_order_of_opening() {
    Workspace outer = Workspace.open(backend);
    Workspace inner = Workspace.open(backend);
    assertSame(inner, Workspace.current());
    assertThrows(IllegalStateException.class, outer::close);
    inner.close();
    inner.close(); // twice does no harm
    assertSame(outer, Workspace.current());
    outer.close();
    var e = assertThrows(IllegalStateException.class, Workspace::current);
    assertTrue(e.getMessage().contains("open one"), e.getMessage());
  }

  @Test
  void a_workspace_is_current_on_its_own_thread_only() throws Exception {
    try (Workspace _ = Workspace.open(backend)) {
      boolean[] none = new boolean[1];
      Thread.ofPlatform()
          .start(() -> {
            try {
              Workspace.current();
            } catch (IllegalStateException _) {
              none[0] = true;
            }
          })
          .join();
      assertTrue(none[0]);
    }
  }

  @Test
  void a_detached_workspace_is_never_current() {
    try (Workspace home = Workspace.detached(backend);
        Workspace open = Workspace.open(backend);
        Workspace _ = Workspace.detached(backend)) {
      assertSame(open, Workspace.current());
      Tensor weight = Tensor.of(home, new float[] {1}, 1);
      assertEquals(64, home.usedBytes());
      weight.add(1);
      assertEquals(64, home.usedBytes());
      assertEquals(64, open.usedBytes());
    }
  }

  @Test
  void a_closed_workspace_gives_nothing_out() {
    Workspace closed = Workspace.detached(backend);
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.allocate(Spec.f32(1)));
    assertThrows(IllegalStateException.class, closed::reset);
    assertThrows(IllegalStateException.class, () -> Tensor.of(closed, new float[1], 1));
  }

  @Test
  void slabs_come_back_and_a_steady_state_allocates_none() {
    useSomeMemory();
    long slabs = backend.slabs().allocations();
    long bytes = backend.slabs().allocatedBytes();
    for (int i = 0; i < 20; i++) {
      useSomeMemory();
    }
    assertEquals(slabs, backend.slabs().allocations());
    assertEquals(bytes, backend.slabs().allocatedBytes());
  }

  private void useSomeMemory() {
    try (Workspace outer = Workspace.open(backend)) {
      for (int i = 0; i < 12; i++) {
        outer.allocate(Spec.f32(1 << 20));
      }
      try (Workspace _ = Workspace.open(backend)) {
        Tensor.full(1, 1 << 10).keepIn(outer);
      }
      assertEquals((12L << 22) + (1 << 12), outer.peakBytes());
    }
  }

  @Test
  void a_reset_workspace_reuses_its_memory_and_remembers_its_peak() {
    try (Workspace workspace = Workspace.open(backend)) {
      Tensor.full(1, 1 << 18);
      workspace.reset();
      assertEquals(0, workspace.usedBytes());
      Tensor.full(1, 16);
      assertEquals(64, workspace.usedBytes());
      assertEquals(1 << 20, workspace.peakBytes());
      assertEquals(1, backend.slabs().allocations());
    }
  }

  @Test
  void every_tensor_starts_at_a_multiple_of_64_bytes() {
    try (Workspace _ = Workspace.open(backend)) {
      for (int count = 0; count < 40; count += 7) {
        Tensor x = Tensor.full(1, count);
        assertEquals(0, x.view().byteOffset() % 64);
        assertEquals(count, x.toFloats().length);
      }
    }
  }

  @Test
  void recycled_memory_serves_the_next_tensor_of_its_size_and_no_one_else() {
    try (Workspace home = Workspace.open(backend)) {
      Tensor x = Tensor.full(1, 5, 4);
      Tensor part = x.slice(0, 1, 2);
      long used = home.usedBytes();
      home.recycle(x);
      assertThrows(IllegalStateException.class, x::toFloats);
      assertThrows(IllegalStateException.class, part::toFloats);
      Tensor y = Tensor.full(2, 4, 5);
      assertEquals(used, home.usedBytes());
      assertEquals(2, y.toFloats()[19]);
      Tensor z = Tensor.full(3, 4, 5);
      assertEquals(2, y.toFloats()[0]);
      assertThrows(IllegalArgumentException.class, () -> home.recycle(z.slice(0, 0, 1)));
    }
  }
}
