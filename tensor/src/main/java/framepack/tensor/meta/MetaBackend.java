package framepack.tensor.meta;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Slabs;
import framepack.tensor.core.Spec;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Op;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Shapes only: runs the real model code without computing anything, and counts operations, bytes and, through the
/// workspace, peak memory. This is how the cost of a packing is known before it is run.
public final class MetaBackend implements Backend {
  private final Slabs slabs = new Slabs(this::allocate);
  private final Map<Call, Long> calls = new LinkedHashMap<>();

  @Override
  public String name() {
    return "meta";
  }

  @Override
  public String description() {
    return "meta: shapes, flops and bytes without values";
  }

  @Override
  public void run(Op op, List<View> inputs, List<View> outputs) {
    List<Spec> specs = inputs.stream().map(v -> new Spec(v.dtype(), v.shape())).toList();
    calls.merge(new Call(op, specs), 1L, Long::sum);
  }

  /// What has run so far and how often, in the order of the first time.
  public Map<Call, Long> calls() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(calls));
  }

  /// What it cost, by operation.
  public Map<String, Cost> costs() {
    Map<String, Cost> costs = new TreeMap<>();
    calls.forEach((call, times) -> costs.merge(call.op().name(), Cost.of(call, times), Cost::plus));
    return costs;
  }

  /// The sum over all operations.
  public Cost total() {
    return costs().values().stream().reduce(Cost.NONE, Cost::plus);
  }

  /// Starts counting again.
  public void reset() {
    calls.clear();
  }

  @Override
  public Slabs slabs() {
    return slabs;
  }

  @Override
  public Storage allocate(long bytes) {
    return new MetaStorage(bytes);
  }

  @Override
  public boolean isHost() {
    return false;
  }

  @Override
  public boolean hasValues() {
    return false;
  }

  @Override
  public void upload(MemorySegment from, View to) {}

  @Override
  public void download(View from, MemorySegment to) {
    throw new IllegalStateException("meta: a tensor of this backend has a shape and no values");
  }

  @Override
  public void close() {}
}
