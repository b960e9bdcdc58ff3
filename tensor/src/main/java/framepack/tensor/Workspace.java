package framepack.tensor;

import framepack.tensor.backend.Backend;
import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.DeviceStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.core.Spec;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Op;
import framepack.tensor.op.ViewOp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Owns the memory of tensors: a bump allocator over recycled slabs. Tensors borrow, workspaces own.
///
/// [#open] makes a workspace current on this thread until it is closed; results of operations are allocated in the
/// current one. [#detached] holds long-lived tensors (weights, optimiser state) and is never current. Whatever must
/// outlive a workspace is copied out with [Tensor#keepIn].
///
/// ```java
/// try (Workspace step = Workspace.open(backend)) {
///   Tensor velocity = model.forward(x, t); // temporaries live in `step`
///   x = sampler.step(x, velocity).keepIn(run); // the one value that outlives it
/// }
/// ```
public final class Workspace implements AutoCloseable {
  private static final ThreadLocal<Workspace> CURRENT = new ThreadLocal<>();
  private static final long ALIGNMENT = 64;
  private static final long FIRST_SLAB = 1L << 24;

  private final Backend backend;
  private final boolean opened;
  private final Runnable arrival;
  private final Workspace outer;
  private final List<Storage> slabs = new ArrayList<>();
  private final List<Storage> borrowed = new ArrayList<>();
  private final Map<Long, Deque<Place>> recycled = new HashMap<>();
  private Consumer<Tensor> births;
  private int slab = -1;
  private long used;
  private long usedBefore;
  private long peak;
  private int epoch;
  private boolean closed;

  /// Where a tensor began that is gone.
  private record Place(Storage slab, long offset) {}

  private Workspace(Backend backend, boolean opened, Runnable arrival) {
    this.backend = backend;
    this.opened = opened;
    this.arrival = arrival;
    this.outer = opened ? CURRENT.get() : null;
    if (opened) {
      CURRENT.set(this);
    }
  }

  /// Opens a workspace and makes it current on this thread.
  public static Workspace open(Backend backend) {
    return new Workspace(backend, true, () -> {});
  }

  /// A workspace that only holds what is put into it by name.
  public static Workspace detached(Backend backend) {
    return new Workspace(backend, false, () -> {});
  }

  /// The same of tensors whose values come and go: whenever memory of one is asked for, `arrival` sees to it that they are
  /// there for what is run next.
  public static Workspace arriving(Backend backend, Runnable arrival) {
    return new Workspace(backend, false, arrival);
  }

  /// The current workspace of this thread.
  public static Workspace current() {
    Workspace current = CURRENT.get();
    if (current == null) {
      throw new IllegalStateException(
          "no workspace is open on this thread: open one with try (Workspace w = Workspace.open(backend))");
    }
    return current;
  }

  /// Runs `body` in a workspace of its own and keeps nothing but its result, in the current one. Under a recorder, which
  /// needs every value in between, it simply runs.
  public static Tensor scoped(Supplier<Tensor> body) {
    if (Recorder.current() != null) {
      return body.get();
    }
    Workspace home = current();
    try (Workspace _ = open(home.backend)) {
      return body.get().keepIn(home);
    }
  }

  public Backend backend() {
    return backend;
  }

  /// Bytes given to tensors so far; recycled ones count once.
  public long usedBytes() {
    return usedBefore + used;
  }

  /// Most bytes ever in use.
  public long peakBytes() {
    return Math.max(peak, usedBytes());
  }

  /// An uninitialised dense tensor.
  public Tensor allocate(Spec spec) {
    checkOpen();
    long bytes = size(spec);
    Place place = place(spec.dtype(), bytes);
    long blocks = place.offset / spec.dtype().blockBytes();
    Layout layout = Layout.dense(spec.shape(), blocks * spec.dtype().block());
    Tensor tensor = new Tensor(new View(spec.dtype(), layout, place.slab), this);
    if (births != null) {
      births.accept(tensor);
    }
    return tensor;
  }

  private static long size(Spec spec) {
    return aligned(Math.max(1, spec.bytes()), ALIGNMENT);
  }

  /// Offsets are counted in elements, so blocks begin at a multiple of their bytes, which recycled places may not be.
  private Place place(DType type, long bytes) {
    if (type.isBlocks()) {
      return append(bytes, ALIGNMENT * type.blockBytes());
    }
    Deque<Place> free = recycled.get(bytes);
    return free == null || free.isEmpty() ? append(bytes, ALIGNMENT) : free.pop();
  }

  private Place append(long bytes, long alignment) {
    while (slab < 0 || aligned(used, alignment) + bytes > slabs.get(slab).bytes()) {
      nextSlab(bytes);
    }
    Place place = new Place(slabs.get(slab), aligned(used, alignment));
    backend.slabs().use(place.offset + bytes - used);
    used = place.offset + bytes;
    return place;
  }

  private static long aligned(long value, long alignment) {
    return Math.ceilDiv(value, alignment) * alignment;
  }

  /// Tells of every tensor allocated here from now on; null: of none.
  public void observe(Consumer<Tensor> births) {
    this.births = births;
  }

  /// Takes the memory of `tensor` back for a later one of the same size. It and its views are unusable afterwards, which
  /// is checked; memory that something else still reads must not be given.
  public void recycle(Tensor tensor) {
    if (tensor.owner() != this || tensor.root() != tensor) {
      throw new IllegalArgumentException("recycle: expected a tensor allocated by this workspace");
    }
    View view = tensor.view();
    Place place = new Place(view.storage(), view.byteOffset());
    recycled.computeIfAbsent(size(tensor.spec()), _ -> new ArrayDeque<>()).push(place);
    tensor.setRecycled();
  }

  private void nextSlab(long bytes) {
    if (slab >= 0) {
      usedBefore += used;
      used = 0;
    }
    slab++;
    if (slab == slabs.size()) {
      long wanted = Math.max(bytes, slabs.isEmpty() ? FIRST_SLAB : slabs.getLast().bytes() * 2);
      slabs.add(backend.slabs().borrow(Math.min(wanted, Math.max(bytes, 1L << 28))));
    }
  }

  /// A tensor on memory that this workspace does not own, such as a mapped weight file. On a backend without host
  /// memory the host's bytes are uploaded.
  public Tensor adopt(View memory) {
    checkOpen();
    if (backend.isHost() || memory.storage() instanceof DeviceStorage) {
      return new Tensor(memory, this);
    }
    Tensor copy = allocate(new Spec(memory.dtype(), memory.shape()));
    backend.upload(memory.segment().asSlice(memory.byteOffset()), copy.view());
    return copy;
  }

  /// As [#adopt] where that needs no copy, as on a device that computes in the host's memory; else empty. The tensor is not
  /// to be written. The file stays open until this workspace is closed or reset; closing it before, under a device, is an
  /// error that says so.
  public Optional<Tensor> borrow(View host) {
    checkOpen();
    if (backend.isHost()) {
      return Optional.of(adopt(host));
    }
    Optional<View> inPlace = backend.borrow(host);
    inPlace.ifPresent(view -> borrowed.add(view.storage()));
    return inPlace.map(view -> new Tensor(view, this));
  }

  private void giveBackBorrowed() {
    if (!borrowed.isEmpty()) {
      backend.giveBack(borrowed);
      borrowed.clear();
    }
  }

  /// A tensor with these dense host bytes.
  Tensor upload(DType dtype, MemorySegment bytes, Shape shape) {
    if (bytes.byteSize() != dtype.bytes(shape.elements())) {
      throw new ShapeMismatch(
          "tensor", shape.elements() + " elements for " + shape, bytes.byteSize() / dtype.bytes());
    }
    Tensor tensor = allocate(new Spec(dtype, shape));
    backend.upload(bytes, tensor.view());
    return tensor;
  }

  /// Runs an operation; results are allocated here. Most callers use the words of [Tensor] instead.
  public List<Tensor> run(Op op, List<Tensor> inputs) {
    checkOpen();
    List<View> views = new ArrayList<>(inputs.size());
    List<Spec> specs = new ArrayList<>(inputs.size());
    for (Tensor input : inputs) {
      if (input.dtype().isBlocks() && !op.takesBlocks(views.size())) {
        throw new UnsupportedOperand(
            backend.name(),
            op,
            inputs.stream().map(Tensor::spec).toList(),
            input.dtype() + " is for the weight of Linear: cast to F32");
      }
      views.add(input.view());
      specs.add(input.spec());
    }
    List<Tensor> outputs =
        op instanceof ViewOp view
            ? List.of(relayout(view, inputs.get(0), specs))
            : compute(op, views, specs);
    Recorder recorder = Recorder.current();
    if (recorder != null && recorder.follows(inputs)) {
      recorder.record(op, inputs, outputs);
    }
    return outputs;
  }

  private List<Tensor> compute(Op op, List<View> views, List<Spec> specs) {
    List<Tensor> outputs = new ArrayList<>(2);
    List<View> results = new ArrayList<>(2);
    for (Spec spec : op.outputs(specs)) {
      Tensor output = allocate(spec);
      outputs.add(output);
      results.add(output.view());
    }
    backend.run(op, views, results);
    return outputs;
  }

  private Tensor relayout(ViewOp op, Tensor input, List<Spec> specs) {
    op.outputs(specs);
    Layout layout = op.apply(input.view().layout());
    if (layout != null) {
      return new Tensor(input.view().with(layout), input);
    }
    List<Tensor> dense = compute(new Copy(input.dtype()), List.of(input.view()), specs);
    Tensor copy = dense.get(0);
    return new Tensor(copy.view().with(op.apply(copy.view().layout())), copy);
  }

  /// Forgets every tensor and starts again on the same slabs: the end of a training step.
  public void reset() {
    checkOpen();
    recycled.clear();
    giveBackBorrowed();
    peak = peakBytes();
    epoch++;
    backend.slabs().use(-usedBytes());
    slab = -1;
    used = 0;
    usedBefore = 0;
  }

  /// Gives the slabs back; tensors of this workspace are unusable afterwards.
  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (opened) {
      if (CURRENT.get() != this) {
        throw new IllegalStateException(
            "workspaces close in the reverse order of opening, on one thread");
      }
      CURRENT.set(outer);
    }
    peak = peakBytes();
    closed = true;
    epoch++;
    giveBackBorrowed();
    backend.slabs().use(-usedBytes());
    backend.slabs().giveBack(slabs);
    slabs.clear();
  }

  int epoch() {
    return epoch;
  }

  void checkAlive(int tensorEpoch) {
    if (tensorEpoch != epoch) {
      throw new IllegalStateException(
          "tensor used after its workspace was closed or reset: copy it out with keepIn before");
    }
    arrival.run();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("workspace is closed");
    }
  }
}
