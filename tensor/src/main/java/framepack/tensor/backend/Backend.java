package framepack.tensor.backend;

import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Op;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// Runs operations on one device.
///
/// Contract: the caller has checked shapes with `op.outputs`, has allocated every output dense and 64-byte aligned, and
/// never lets an output overlap an input. Inputs may have any strides, including 0. A kernel writes every element of its
/// outputs (memory is recycled, not cleared). Operands stored in blocks are dense. Results are bit-identical for any number of threads. An operand type that
/// a kernel cannot take is an [UnsupportedOperand] before anything is written.
public interface Backend extends AutoCloseable {
  /// Short name as given on the command line: `cpu`, `reference`, `meta`, `opencl:0:0`.
  String name();

  /// One line for people: the device, its vector width, its threads.
  String description();

  /// Runs one kernel-backed operation (never a [framepack.tensor.op.ViewOp]).
  void run(Op op, List<View> inputs, List<View> outputs);

  /// Waits until everything that was run is done: a device with a queue goes on after [#run] returns.
  default void finish() {}

  /// Runs `work`, which uses this backend, to its end: the nanoseconds that the device computed for it by its own clock; 0
  /// where it has none but the caller's.
  default long deviceNanos(Runnable work) {
    work.run();
    return 0;
  }

  /// Recycled memory of this backend.
  Slabs slabs();

  /// Allocates `bytes` of new memory, 64-byte aligned; released by [#close].
  Storage allocate(long bytes);

  /// Whether views on host memory can be used as operands as they are.
  default boolean isHost() {
    return true;
  }

  /// Whether tensors have elements; `meta` knows shapes only.
  default boolean hasValues() {
    return true;
  }

  /// The relative error to which operands of matrix products are rounded because the device name asks for it; 0: they are
  /// not.
  default double rounding() {
    return 0;
  }

  /// Host memory as a read-only operand without a copy, until [#giveBack]; empty where its bytes must be uploaded, and where
  /// views on it are operands as they are.
  default Optional<View> borrow(View host) {
    return Optional.empty();
  }

  /// Waits until nothing reads this borrowed memory any more, and lets it go.
  default void giveBack(List<Storage> borrowed) {}

  /// What copies into memory of this backend while it computes; empty where it has no way to.
  default Optional<Copier> copier() {
    return Optional.empty();
  }

  /// Copies dense host bytes into a dense view.
  default void upload(MemorySegment from, View to) {
    long bytes = to.dtype().bytes(to.shape().elements());
    MemorySegment.copy(from, 0, to.segment(), to.byteOffset(), bytes);
  }

  /// Copies a dense view to host bytes; waits until they are there.
  default void download(View from, MemorySegment to) {
    long bytes = from.dtype().bytes(from.shape().elements());
    MemorySegment.copy(from.segment(), from.byteOffset(), to, 0, bytes);
  }

  /// New backends on the same device for as many independent jobs as it can do at once, which the caller closes. Small
  /// jobs leave threads idle that share one; side by side they do not. Empty where the device is one queue.
  default List<Backend> divided() {
    return List.of();
  }

  /// Frees memory and threads. Tensors of this backend are unusable afterwards.
  @Override
  void close();
}
