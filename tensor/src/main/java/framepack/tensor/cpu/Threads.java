package framepack.tensor.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// The one place that starts threads: persistent workers and a parallel-for over numbered units.
///
/// Workers spin for a bounded time before they park, because waking a parked thread costs more than
/// most kernels run (an empty two-way parallel-for: 0.2 us spinning, 10 us from a pool). Every thread
/// begins with its own share of consecutive units, the same share of every parallel-for, and finds in
/// its cache what it wrote in the one before; then it takes what others have left, so a worker that is
/// still waking up delays nobody.
///
/// Results must not depend on the number of threads: a unit's outcome may depend on its number only,
/// and reductions over units are the caller's, in ascending order.
public final class Threads implements AutoCloseable {
  private static final int SPINS = 20_000;

  private final Worker[] workers;
  private final ReentrantLock callers = new ReentrantLock();
  private final Seat callerSeat = new Seat();
  private final Region outer = new Region(callerSeat);
  private volatile Job current;
  private volatile boolean closed;

  /// What a parallel-for does for one unit; `own` belongs to the executing thread meanwhile.
  @FunctionalInterface
  interface Task {
    void run(int unit, Scratch own);
  }

  /// The same for code that needs no scratch, e.g. elementwise kernels.
  @FunctionalInterface
  public interface Unit {
    void run(int unit);
  }

  /// As many threads as the JVM sees processors.
  public Threads() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /// `count` threads including the caller, so `count - 1` are started.
  public Threads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads: given " + count + ", expected at least 1");
    }
    workers = new Worker[count - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
      workers[i].start();
    }
  }

  /// Threads that take part in a parallel-for, the caller included.
  public int count() {
    return workers.length + 1;
  }

  /// Runs `unit` for every number below `units` and returns when all are done.
  ///
  /// Inside a unit it runs in order on the same thread. The first exception of a unit is thrown here
  /// after the units that had begun are over; units that had not begun are skipped.
  public void parallel(int units, Unit unit) {
    try (Region region = open()) {
      region.run(units, (u, own) -> unit.run(u));
    }
  }

  /// Reserves the workers for several parallel-fors that share buffers; close it to let others in.
  Region open() {
    if (closed) {
      throw new IllegalStateException("threads: closed; keep them open while kernels run");
    }
    if (Thread.currentThread() instanceof Worker worker && worker.pool() == this) {
      return new NestedRegion(worker.seat);
    }
    callers.lock();
    return callers.getHoldCount() == 1 ? outer : new NestedRegion(callerSeat);
  }

  /// Ends every worker and waits until they are gone; later calls do nothing.
  @Override
  public void close() {
    callers.lock();
    try {
      closed = true;
      for (Worker worker : workers) {
        LockSupport.unpark(worker);
      }
      for (Worker worker : workers) {
        join(worker);
      }
    } finally {
      callers.unlock();
    }
  }

  private static void join(Thread worker) {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// The buffers in use by one thread: one [Scratch] per depth of nesting.
  private static final class Seat {
    private Scratch scratch = new Scratch();
  }

  /// The workers, held by one caller.
  class Region implements AutoCloseable {
    final Seat seat;
    final Scratch own;

    private Region(Seat seat) {
      this.seat = seat;
      this.own = seat.scratch;
    }

    /// A buffer that all units of this region may read and write.
    final float[] shared(int slot, int length) {
      return own.shared().floats(slot, length);
    }

    /// See [Threads#parallel(int, Unit)].
    void run(int units, Task task) {
      if (units <= 1 || workers.length == 0) {
        runHere(units, task);
        return;
      }
      Job job = new Job(units, count(), task);
      current = job;
      wake(units - 1);
      job.help(0, own);
      job.await();
      current = null;
      job.rethrow();
    }

    final void runHere(int units, Task task) {
      for (int unit = 0; unit < units; unit++) {
        task.run(unit, own);
      }
    }

    @Override
    public void close() {
      callers.unlock();
    }
  }

  /// Inside a unit: the executing thread alone, with buffers of its own.
  private final class NestedRegion extends Region {
    private final Scratch before;

    NestedRegion(Seat seat) {
      Scratch outside = seat.scratch;
      seat.scratch = outside.nested();
      super(seat);
      before = outside;
    }

    @Override
    void run(int units, Task task) {
      runHere(units, task);
    }

    @Override
    public void close() {
      seat.scratch = before;
      if (callers.isHeldByCurrentThread()) {
        callers.unlock();
      }
    }
  }

  private void wake(int useful) {
    int wanted = Math.min(useful, workers.length);
    for (int i = 0; i < wanted; i++) {
      if (workers[i].parked) {
        LockSupport.unpark(workers[i]);
      }
    }
  }

  /// One parallel-for. Stale workers may still hold an old one: its counter is used up, so they pass.
  private static final class Job {
    /// Counters lie a cache line and its neighbour apart.
    private static final int APART = 32;

    private final int units;
    private final int threads;
    private final Task task;
    private final AtomicIntegerArray next;
    private final AtomicInteger left;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread caller = Thread.currentThread();
    private volatile boolean callerParked;

    Job(int units, int threads, Task task) {
      this.units = units;
      this.threads = threads;
      this.task = task;
      this.left = new AtomicInteger(units);
      this.next = new AtomicIntegerArray(threads * APART);
      for (int thread = 0; thread < threads; thread++) {
        next.setPlain(thread * APART, begin(thread));
      }
    }

    private int begin(int thread) {
      return (int) ((long) units * thread / threads);
    }

    /// Does the share of `thread`, then what is left of the others'.
    void help(int thread, Scratch own) {
      for (int other = thread; other < thread + threads; other++) {
        helpWith(other % threads, own);
      }
    }

    private void helpWith(int share, Scratch own) {
      int counter = share * APART;
      int end = begin(share + 1);
      for (int unit = next.getAndIncrement(counter);
          unit < end;
          unit = next.getAndIncrement(counter)) {
        try {
          if (failure.get() == null) {
            task.run(unit, own);
          }
        } catch (Throwable thrown) {
          failure.compareAndSet(null, thrown);
        } finally {
          if (left.decrementAndGet() == 0 && callerParked) {
            LockSupport.unpark(caller);
          }
        }
      }
    }

    void await() {
      for (int spins = 0; left.get() > 0; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          callerParked = true;
          if (left.get() > 0) {
            LockSupport.park(this);
          }
        }
      }
    }

    /// A unit's own exception object, with the place of the parallel-for added as suppressed.
    void rethrow() {
      Throwable thrown = failure.get();
      if (thrown == null) {
        return;
      }
      thrown.addSuppressed(new IllegalStateException("in a parallel-for of " + units + " units"));
      switch (thrown) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(thrown);
      }
    }
  }

  private final class Worker extends Thread {
    private final Seat seat = new Seat();
    private final int number;
    private volatile boolean parked;

    Worker(int number) {
      super("framepack-" + number);
      this.number = number;
      setDaemon(true);
    }

    Threads pool() {
      return Threads.this;
    }

    @Override
    public void run() {
      Job seen = null;
      int spins = 0;
      while (!closed) {
        Job job = current;
        if (job != seen) {
          seen = job;
          spins = 0;
          if (job != null) {
            job.help(number, seat.scratch);
          }
        } else if (spins < SPINS) {
          spins++;
          Thread.onSpinWait();
        } else {
          parked = true;
          if (current == seen && !closed) {
            LockSupport.park(Threads.this);
          }
          parked = false;
          spins = 0;
        }
      }
    }
  }
}
