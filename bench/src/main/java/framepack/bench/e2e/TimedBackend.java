package framepack.bench.e2e;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Copier;
import framepack.tensor.backend.Slabs;
import framepack.tensor.core.Spec;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Binary;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.Op;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A backend that keeps the time of every kind of operation.
final class TimedBackend implements Backend {
  /// Calls, wall nanoseconds and work on paper of one kind.
  static final class Total {
    long calls;
    long nanos;
    double flops;
  }

  private final Backend inner;
  private final Map<String, Total> totals = new TreeMap<>();

  TimedBackend(Backend inner) {
    this.inner = inner;
  }

  Map<String, Total> totals() {
    return totals;
  }

  @Override
  public void run(Op op, List<View> inputs, List<View> outputs) {
    long began = System.nanoTime();
    inner.run(op, inputs, outputs);
    inner.finish();
    long took = System.nanoTime() - began;
    List<Spec> specs = inputs.stream().map(v -> new Spec(v.dtype(), v.shape())).toList();
    Total total = totals.computeIfAbsent(kind(op), _ -> new Total());
    total.calls++;
    total.nanos += took;
    total.flops += op.flops(specs);
  }

  private static String kind(Op op) {
    if (op instanceof Unary o) {
      return op.name() + " " + o.function();
    }
    if (op instanceof UnaryBackward o) {
      return op.name() + " " + o.function();
    }
    if (op instanceof Binary o) {
      return op.name() + " " + o.operator();
    }
    if (op instanceof MatMul o) {
      return op.name() + (o.transposeA() ? " of aᵀ" : "") + (o.transposeB() ? " of bᵀ" : "");
    }
    return op.name();
  }

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public String description() {
    return inner.description();
  }

  @Override
  public Slabs slabs() {
    return inner.slabs();
  }

  @Override
  public Storage allocate(long bytes) {
    return inner.allocate(bytes);
  }

  @Override
  public boolean isHost() {
    return inner.isHost();
  }

  @Override
  public Optional<View> borrow(View host) {
    return inner.borrow(host);
  }

  @Override
  public void giveBack(List<Storage> borrowed) {
    inner.giveBack(borrowed);
  }

  @Override
  public Optional<Copier> copier() {
    return inner.copier();
  }

  @Override
  public void upload(MemorySegment from, View to) {
    inner.upload(from, to);
  }

  @Override
  public void download(View from, MemorySegment to) {
    inner.download(from, to);
  }

  @Override
  public void finish() {
    inner.finish();
  }

  @Override
  public void close() {
    inner.close();
  }
}
