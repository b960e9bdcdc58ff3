package framepack.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadsTest {
  @Test
  void every_unit_runs_exactly_once() {
    for (int count = 1; count <= 4; count++) {
      try (Threads threads = new Threads(count)) {
        for (int round = 0; round < 500; round++) {
          int units = round % 37;
          AtomicIntegerArray seen = new AtomicIntegerArray(units + 1);
          threads.parallel(units, seen::incrementAndGet);
          for (int i = 0; i < units; i++) {
            assertEquals(1, seen.get(i), "unit " + i + " of " + units);
          }
          assertEquals(0, seen.get(units));
        }
      }
    }
  }

  @Test
  void two_threads_work_at_the_same_time() throws Exception {
    try (Threads threads = new Threads(2)) {
      CountDownLatch both = new CountDownLatch(2);
      AtomicInteger met = new AtomicInteger();
      threads.parallel(
          2,
          unit -> {
            both.countDown();
            try {
              if (both.await(20, TimeUnit.SECONDS)) {
                met.incrementAndGet();
              }
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
      assertEquals(2, met.get());
    }
  }

  @Test
  void parked_workers_wake_up_again() throws Exception {
    try (Threads threads = new Threads(3)) {
      for (int round = 0; round < 5; round++) {
        Thread.sleep(50);
        AtomicInteger sum = new AtomicInteger();
        threads.parallel(100, sum::addAndGet);
        assertEquals(4950, sum.get());
      }
    }
  }

  @Test
  void a_parallel_for_inside_a_unit_runs_in_order_on_the_same_thread() {
    try (Threads threads = new Threads(3)) {
      threads.parallel(
          8,
          unit -> {
            Thread self = Thread.currentThread();
            int[] order = new int[5];
            AtomicInteger at = new AtomicInteger();
            threads.parallel(
                5,
                inner -> {
                  assertSame(self, Thread.currentThread());
                  order[at.getAndIncrement()] = inner;
                });
            assertArrayEquals(new int[] {0, 1, 2, 3, 4}, order);
          });
    }
  }

  @Test
  void nested_units_get_buffers_of_their_own() {
    try (Threads threads = new Threads(2);
        Threads.Region outer = threads.open()) {
      outer.run(
          4,
          (unit, own) -> {
            float[] mine = own.floats(0, 8);
            float[] ours = outer.shared(0, 8);
            try (Threads.Region inner = threads.open()) {
              float[] sharedInside = inner.shared(0, 8);
              inner.run(
                  2,
                  (u, deeper) -> {
                    assertFalse(deeper.floats(0, 8) == mine);
                    assertFalse(deeper.floats(0, 8) == sharedInside);
                    assertFalse(deeper.floats(0, 8) == ours);
                    try (Threads.Region deepest = threads.open()) {
                      deepest.run(1, (w, d) -> assertFalse(d.floats(0, 8) == deeper.floats(0, 8)));
                    }
                  });
            }
            assertSame(mine, own.floats(0, 8));
          });
    }
  }

  @Test
  void the_exception_of_a_unit_reaches_the_caller_and_the_threads_go_on() {
    for (int count = 1; count <= 3; count++) {
      try (Threads threads = new Threads(count)) {
        for (int round = 0; round < 50; round++) {
          IllegalStateException thrown =
              assertThrows(
                  IllegalStateException.class,
                  () ->
                      threads.parallel(
                          20,
                          unit -> {
                            if (unit == 7) {
                              throw new IllegalStateException("unit seven");
                            }
                          }));
          assertEquals("unit seven", thrown.getMessage());
        }
        AtomicInteger sum = new AtomicInteger();
        threads.parallel(10, sum::addAndGet);
        assertEquals(45, sum.get());
      }
    }
  }

  @Test
  void callers_from_several_threads_take_turns() throws Exception {
    try (Threads threads = new Threads(2)) {
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger sum = new AtomicInteger();
      Thread[] callers = new Thread[4];
      for (int i = 0; i < callers.length; i++) {
        callers[i] =
            new Thread(() -> {
              for (int round = 0; round < 100; round++) {
                try (Threads.Region region = threads.open()) {
                  assertEquals(1, inside.incrementAndGet());
                  region.run(3, (unit, own) -> sum.incrementAndGet());
                  inside.decrementAndGet();
                }
              }
            });
        callers[i].start();
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertEquals(1200, sum.get());
    }
  }

  @Test
  void close_leaves_no_thread_and_later_work_is_refused() {
    Set<Thread> used = ConcurrentHashMap.newKeySet();
    Threads threads = new Threads(3);
    for (int round = 0; round < 200; round++) {
      threads.parallel(64, unit -> used.add(Thread.currentThread()));
    }
    threads.close();
    used.remove(Thread.currentThread());
    for (Thread thread : used) {
      assertTrue(thread.isDaemon());
      assertFalse(thread.isAlive(), thread.getName());
    }
    assertThrows(IllegalStateException.class, () -> threads.parallel(1, unit -> {}));
    threads.close();
  }

  @Test
  void less_than_one_thread_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> new Threads(0));
  }
}
