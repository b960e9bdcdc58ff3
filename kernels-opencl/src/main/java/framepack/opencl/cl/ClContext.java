package framepack.opencl.cl;

import framepack.tensor.backend.Copier;
import framepack.tensor.core.Loans;
import framepack.tensor.core.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One device in use: its context, its in-order queue, its buffers, its programs. One thread at a time, since arguments are
/// the state of a kernel; only [#allocate], which slabs call under a lock of their own, may be called beside it.
///
/// Launches are bounded in their estimated length and in number: the queue is waited for when [#IN_FLIGHT] of them or
/// [#SECONDS_IN_FLIGHT] are under way, so that a program that is told to stop stops soon.
public final class ClContext implements AutoCloseable {
  private static final int IN_FLIGHT = 128;
  private static final double SECONDS_IN_FLIGHT = 0.8;

  /// Heap memory passes through native memory in pieces of this size.
  private static final long STAGING = 1L << 22;

  private final ClDevice device;
  private final KernelShape shape;
  private final Matrix matrix;
  private final Pace pace;
  private final ClApi api;
  private final ClApi.Handle context;
  private ClApi.Handle queue;
  private final Set<ClBuffer> buffers = Collections.synchronizedSet(new LinkedHashSet<>());
  private final Programs programs;
  private int inFlight;
  private double secondsInFlight;

  /// Of launches in flight, where they are timed.
  private final List<ClApi.Handle> events = new ArrayList<>();

  private boolean timed;
  private long nanoseconds;
  private boolean closed;

  /// @param binaries of programs, if they are kept from run to run
  public ClContext(
      ClDevice device, KernelShape shape, Matrix matrix, Pace pace, Optional<Binaries> binaries) {
    this.device = device;
    this.shape = shape;
    this.matrix = matrix;
    this.pace = pace;
    this.api = device.api();
    this.context =
        SignalHandlers.keeping(() -> api.createContext(device.platform(), device.handle()));
    this.queue = api.createQueue(context, device.handle(), false);
    this.programs = new Programs(api, context, device.handle(), options(shape), binaries);
  }

  public ClDevice device() {
    return device;
  }

  public KernelShape shape() {
    return shape;
  }

  public Matrix matrix() {
    return matrix;
  }

  public Pace pace() {
    return pace;
  }

  /// New memory; refused with numbers where the device gives no buffer so large.
  public ClBuffer allocate(long bytes) {
    if (bytes > device.maxAllocation()) {
      throw new IllegalArgumentException(
          "%s gives at most %d bytes a buffer, %d are needed: a smaller size or batch, or --device cpu"
              .formatted(device.name(), device.maxAllocation(), bytes));
    }
    return keep(new ClBuffer(api.createBuffer(context, bytes), bytes, Optional.empty()));
  }

  /// Bytes of a mapped file as a buffer that is only read, where they lie.
  ///
  /// @param address a multiple of [ClDevice#alignment]
  public ClBuffer borrow(long address, long bytes, Loans loans) {
    loans.lend();
    try {
      ClApi.Handle handle = api.createBuffer(context, address, bytes);
      return keep(new ClBuffer(handle, bytes, Optional.of(loans)));
    } catch (ClException e) {
      loans.takeBack();
      throw e;
    }
  }

  private ClBuffer keep(ClBuffer buffer) {
    buffers.add(buffer);
    return buffer;
  }

  /// Waits until everything enqueued is done, then lets go of buffers of mapped files.
  public void giveBack(List<Storage> borrowed) {
    if (closed) {
      return;
    }
    finish();
    for (Storage storage : borrowed) {
      ClBuffer buffer = (ClBuffer) storage;
      buffers.remove(buffer);
      release(buffer);
    }
  }

  private void release(ClBuffer buffer) {
    api.release(buffer.handle());
    buffer.loans().ifPresent(Loans::takeBack);
  }

  /// What copies into buffers of this context, on a queue of its own.
  public Copier copier() {
    return new StagedCopier(api, this, context, api.createQueue(context, device.handle(), false));
  }

  /// The event of everything that was enqueued so far.
  ClApi.Handle marker() {
    ClApi.Handle marker = api.marker(queue);
    api.flush(queue);
    return marker;
  }

  /// Lets what is enqueued from now on wait for an event of another queue.
  void barrier(ClApi.Handle event) {
    api.barrier(queue, event);
  }

  /// A launch of kernel `name` in `file` (without `.cl`), compiled with further `macros` such as `FUNCTION=silu`.
  public Launch kernel(String file, String name, String... macros) {
    return new Launch(this, api, programs.kernel(file, name, macros));
  }

  private static String options(KernelShape shape) {
    return "-cl-std=CL1.2 -w " + String.join(" ", shape.macros());
  }

  /// Of the kernels whose macros a [KernelShape] sets: what was tuned for others is no longer fast, or right.
  static String sourceHash() {
    return DeviceCache.hash(
        Stream.of("common", "gemm", "gemm_group", "attention", "attention_group")
            .map(Programs::numbered)
            .collect(Collectors.joining()));
  }

  /// Launches a box of groups, in parts where all of it is estimated to take more than [Pace#LAUNCH].
  void launch(ClApi.Handle kernel, long[] groups, long[] local, double seconds) {
    cut(kernel, new long[groups.length], groups, local, seconds, groups.length - 1);
  }

  /// Cuts along `axis` and those before it. Work-items find their part of the work by their global ids, so the parts do what
  /// the whole would have done.
  private void cut(
      ClApi.Handle kernel, long[] first, long[] groups, long[] local, double seconds, int axis) {
    if (axis < 0 || seconds <= Pace.LAUNCH) {
      enqueue(kernel, first, groups, local, seconds);
      return;
    }
    long all = groups[axis];
    long parts = (long) Math.min(all, Math.ceil(seconds / Pace.LAUNCH));
    long most = Math.ceilDiv(all, parts);
    for (long begin = 0; begin < all; begin += most) {
      long[] from = first.clone();
      long[] some = groups.clone();
      from[axis] = begin;
      some[axis] = Math.min(most, all - begin);
      cut(kernel, from, some, local, seconds * some[axis] / all, axis - 1);
    }
  }

  private void enqueue(
      ClApi.Handle kernel, long[] first, long[] groups, long[] local, double seconds) {
    ClApi.Handle event =
        api.launch(queue, kernel, items(first, local), items(groups, local), local, timed);
    if (timed) {
      events.add(event);
    }
    inFlight++;
    secondsInFlight += seconds;
    if (inFlight >= IN_FLIGHT || secondsInFlight >= SECONDS_IN_FLIGHT) {
      finish();
    } else {
      api.flush(queue);
    }
  }

  private static long[] items(long[] groups, long[] local) {
    long[] items = new long[groups.length];
    Arrays.setAll(items, axis -> groups[axis] * local[axis]);
    return items;
  }

  /// Waits until everything enqueued is done.
  public void finish() {
    api.finish(queue);
    nothingInFlight();
  }

  private void nothingInFlight() {
    inFlight = 0;
    secondsInFlight = 0;
    for (ClApi.Handle event : events) {
      nanoseconds += api.nanoseconds(event);
      api.release(event);
    }
    events.clear();
  }

  /// Runs `work` to its end: the nanoseconds between begin and end of its launches, added up, by the device's clock.
  public long nanoseconds(Runnable work) {
    finish();
    ClApi.Handle untimed = queue;
    queue = api.createQueue(context, device.handle(), true);
    timed = true;
    nanoseconds = 0;
    try {
      work.run();
      finish();
      return nanoseconds;
    } finally {
      events.forEach(api::release); // of work that failed
      events.clear();
      api.release(queue);
      timed = false;
      queue = untimed;
    }
  }

  /// Copies host bytes into a buffer; returns when `from` may change again.
  public void write(MemorySegment from, ClBuffer to, long offset) {
    if (from.isNative()) {
      if (from.byteSize() > 0) {
        api.write(queue, to.handle(), offset, from);
      }
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment staging = arena.allocate(Math.clamp(from.byteSize(), 1, STAGING), 64);
      for (long at = 0; at < from.byteSize(); at += STAGING) {
        long bytes = Math.min(STAGING, from.byteSize() - at);
        staging.copyFrom(from.asSlice(at, bytes));
        api.write(queue, to.handle(), offset + at, staging.asSlice(0, bytes));
      }
    }
  }

  /// Copies from a buffer into host memory; returns when the bytes are there.
  public void read(ClBuffer from, long offset, MemorySegment to) {
    if (to.isNative()) {
      if (to.byteSize() > 0) {
        api.read(queue, from.handle(), offset, to);
      }
    } else {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment staging = arena.allocate(Math.clamp(to.byteSize(), 1, STAGING), 64);
        for (long at = 0; at < to.byteSize(); at += STAGING) {
          long bytes = Math.min(STAGING, to.byteSize() - at);
          api.read(queue, from.handle(), offset + at, staging.asSlice(0, bytes));
          MemorySegment.copy(staging, 0, to, at, bytes);
        }
      }
    }
    nothingInFlight();
  }

  /// Repeats a pattern of 1, 2, 4 or 8 bytes.
  public void fill(ClBuffer buffer, long offset, long bytes, byte[] pattern) {
    if (bytes > 0) {
      api.fill(queue, buffer.handle(), offset, bytes, pattern);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    api.finish(queue);
    programs.close();
    buffers.forEach(this::release);
    api.release(queue);
    api.release(context);
  }
}
