package framepack.opencl.cl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One device in use: its context, its in-order queue, its buffers, its programs. One thread at a time, since arguments are
/// the state of a kernel; only [#allocate], which slabs call under a lock of their own, may be called beside it.
///
/// Launches are bounded in number: the queue is waited for when [#IN_FLIGHT] are under way, so that a program that is told to stop stops soon.
public final class ClContext implements AutoCloseable {
  private static final int IN_FLIGHT = 32;

  /// Heap memory passes through native memory in pieces of this size.
  private static final long STAGING = 1L << 22;

  private final ClDevice device;
  private final KernelShape shape;
  private final Matrix matrix;
  private final ClApi api;
  private final ClApi.Handle context;
  private final ClApi.Handle queue;
  private final List<ClBuffer> buffers = Collections.synchronizedList(new ArrayList<>());
  private final Programs programs;
  private int inFlight;
  private boolean closed;

  /// @param binaries of programs, if they are kept from run to run
  public ClContext(ClDevice device, KernelShape shape, Matrix matrix, Optional<Binaries> binaries) {
    this.device = device;
    this.shape = shape;
    this.matrix = matrix;
    this.api = device.api();
    this.context =
        SignalHandlers.keeping(() -> api.createContext(device.platform(), device.handle()));
    this.queue = api.createQueue(context, device.handle(), false);
    this.programs = new Programs(api, context, device.handle(), binaries);
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

  /// New memory; refused with numbers where the device gives no buffer so large.
  public ClBuffer allocate(long bytes) {
    if (bytes > device.maxAllocation()) {
      throw new IllegalArgumentException(
          "%s gives at most %d bytes a buffer, %d are needed: a smaller size or batch, or --device cpu"
              .formatted(device.name(), device.maxAllocation(), bytes));
    }
    ClBuffer buffer = new ClBuffer(api.createBuffer(context, bytes), bytes);
    buffers.add(buffer);
    return buffer;
  }

  /// A launch of kernel `name` in `file` (without `.cl`), compiled with further `macros` such as `FUNCTION=silu`.
  public Launch kernel(String file, String name, String... macros) {
    return new Launch(this, api, programs.kernel(file, name, options(macros)));
  }

  private String options(String... macros) {
    return Stream.concat(
            Stream.of("-cl-std=CL1.2", "-w"),
            Stream.concat(shape.macros().stream(), Stream.of(macros).map(macro -> "-D" + macro)))
        .collect(Collectors.joining(" "));
  }

  /// Of the kernels whose macros a [KernelShape] sets: what was tuned for others is no longer fast, or right.
  static String sourceHash() {
    return DeviceCache.hash(
        Programs.numbered("common") + Programs.numbered("gemm") + Programs.numbered("attention"));
  }

  void launch(ClApi.Handle kernel, long[] global, long[] local) {
    api.launch(queue, kernel, global, local, false);
    inFlight++;
    if (inFlight >= IN_FLIGHT) {
      finish();
    } else {
      api.flush(queue);
    }
  }

  /// Waits until everything enqueued is done.
  public void finish() {
    api.finish(queue);
    inFlight = 0;
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
    inFlight = 0;
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
    buffers.forEach(buffer -> api.release(buffer.handle()));
    api.release(queue);
    api.release(context);
  }
}
