package framepack.tensor.cpu;

import framepack.tensor.backend.Slabs;
import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Spec;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;

/// One call of a kernel: its operands, dense copies of them where a kernel needs one, and the threads.
final class Call implements AutoCloseable {
  private final Op op;
  private final List<View> inputs;
  private final List<View> outputs;
  private final Threads threads;
  private final Slabs slabs;
  private List<Storage> borrowed = List.of();

  Call(Op op, List<View> inputs, List<View> outputs, Threads threads, Slabs slabs) {
    this.op = op;
    this.inputs = inputs;
    this.outputs = outputs;
    this.threads = threads;
    this.slabs = slabs;
  }

  /// This call, after checking that every operand is F32.
  Call floats() {
    for (View input : inputs) {
      if (input.dtype() != DType.F32) {
        throw unsupported();
      }
    }
    for (View output : outputs) {
      if (output.dtype() != DType.F32) {
        throw unsupported();
      }
    }
    return this;
  }

  UnsupportedOperand unsupported() {
    List<Spec> specs = inputs.stream().map(v -> new Spec(v.dtype(), v.shape())).toList();
    return new UnsupportedOperand(
        "cpu", op, specs, "cast to F32, or use the device 'reference', which also computes in F64");
  }

  int inputs() {
    return inputs.size();
  }

  View in(int i) {
    return inputs.get(i);
  }

  View out(int i) {
    return outputs.get(i);
  }

  /// Input `i` with a contiguous innermost axis: itself, or a dense copy.
  View rows(int i) {
    Layout layout = in(i).layout();
    int last = layout.shape().rank() - 1;
    return last < 0 || layout.stride(last) == 1 || layout.shape().extent(last) == 1
        ? in(i)
        : copy(in(i));
  }

  /// Input `i` dense: itself, or a copy.
  View dense(int i) {
    return in(i).layout().isDense() ? in(i) : copy(in(i));
  }

  /// A dense copy that lives as long as this call.
  View copy(View view) {
    Layout dense = Layout.dense(view.shape(), 0);
    View copy =
        new View(view.dtype(), dense, borrow(view.shape().elements() * view.dtype().bytes()));
    Strided.copy(this, view, copy);
    return copy;
  }

  private HostStorage borrow(long bytes) {
    Storage slab = slabs.borrow(Math.max(1, bytes));
    if (borrowed.isEmpty()) {
      borrowed = new ArrayList<>(2);
    }
    borrowed.add(slab);
    return (HostStorage) slab;
  }

  /// Reserves the workers; for kernels whose units leave sums in shared buffers.
  Threads.Region open() {
    return threads.open();
  }

  /// Runs `task` for every unit; on this thread alone where all of them together are not worth waking another.
  void run(long units, long elements, Threads.Task task) {
    try (Threads.Region region = threads.open()) {
      run(region, units, elements, task);
    }
  }

  /// The same inside a region.
  static void run(Threads.Region region, long units, long elements, Threads.Task task) {
    int count = Math.toIntExact(units);
    if (elements <= Walk.GRAIN) {
      region.runHere(count, task);
    } else {
      region.run(count, task);
    }
  }

  @Override
  public void close() {
    if (!borrowed.isEmpty()) {
      slabs.giveBack(borrowed);
    }
  }
}
