package framepack.opencl.op;

import framepack.opencl.cl.ClBuffer;
import framepack.opencl.cl.ClContext;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Launch;
import framepack.tensor.backend.Slabs;
import framepack.tensor.backend.UnsupportedOperand;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Op;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// One operation on its operands, with scratch memory that lives as long as the call: the queue is in order, so what is
/// given back when all is enqueued is not overwritten before it is read.
public final class Call implements AutoCloseable {
  private static final long LEAST_PACKED = 64L << 20;
  private static final long PARTS_OF_MEMORY = 256;

  private final Op op;
  private final List<View> in;
  private final List<View> out;
  private final ClContext context;
  private final Slabs slabs;
  private final List<Storage> borrowed = new ArrayList<>();

  public Call(Op op, List<View> in, List<View> out, ClContext context, Slabs slabs) {
    this.op = op;
    this.in = in;
    this.out = out;
    this.context = context;
    this.slabs = slabs;
  }

  /// A part of the same operation with operands and scratch memory of its own.
  Call on(List<View> operands, View result) {
    return new Call(op, operands, List.of(result), context, slabs);
  }

  ClContext context() {
    return context;
  }

  KernelShape shape() {
    return context.shape();
  }

  View in(int i) {
    return in.get(i);
  }

  List<View> in() {
    return in;
  }

  View out(int i) {
    return out.get(i);
  }

  /// Bytes of packed operands, a side: more than [#LEAST_PACKED] where a GPU has plenty, so that a product is one launch.
  long mostPacked() {
    ClDevice device = context.device();
    return device.isCpu()
        ? LEAST_PACKED
        : Math.max(LEAST_PACKED, device.globalBytes() / PARTS_OF_MEMORY);
  }

  /// The file of matrix products and of packing for the device's shape.
  String products() {
    return shape().isGrouped() ? "gemm_group" : "gemm";
  }

  Launch kernel(String file, String name, String... macros) {
    return context.kernel(file, name, macros);
  }

  /// This call, after checking that every operand is F32.
  public Call floats() {
    return floats(in.size(), -1);
  }

  /// The same, but operand 1, the weights, may also be stored as BF16 or F16, or in blocks where the operation takes them.
  public Call weights() {
    return floats(in.size(), 1);
  }

  /// The same of the first `count` operands: lengths and masks come behind them.
  Call floats(int count) {
    return floats(count, -1);
  }

  private Call floats(int count, int weights) {
    for (int i = 0; i < count; i++) {
      DType type = in.get(i).dtype();
      if (type != DType.F32 && !(i == weights && isWeight(i, in.get(i)))) {
        throw refusal("it computes in F32 (weights also BF16, F16): convert, or use --device cpu");
      }
    }
    return this;
  }

  private boolean isWeight(int i, View view) {
    DType type = view.dtype();
    return type == DType.BF16
        || type == DType.F16
        || type.isBlocks() && op.takesBlocks(i) && view.layout().isDense();
  }

  UnsupportedOperand refusal(String instead) {
    return new UnsupportedOperand("opencl", op, in.stream().map(View::toString).toList(), instead);
  }

  /// Uninitialised dense scratch.
  View scratch(DType dtype, long... extents) {
    Shape shape = Shape.of(extents);
    Storage slab = slabs.borrow(Math.max(1, shape.elements() * dtype.bytes()));
    borrowed.add(slab);
    return new View(dtype, Layout.dense(shape, 0), slab);
  }

  /// The view itself if it is dense, else a dense copy.
  View dense(View view) {
    if (view.layout().isDense()) {
      return view;
    }
    View copy = scratch(view.dtype(), view.shape().toArray());
    MovementOpenCl.copy(this, view, copy);
    return copy;
  }

  /// The view itself if its rows are contiguous, else a dense copy.
  View rows(View view) {
    boolean contiguous = view.shape().extent(-1) == 1 || view.layout().stride(-1) == 1;
    return contiguous ? view : dense(view);
  }

  /// The view itself if it is F32, else a dense copy as F32.
  View asFloats(View view) {
    return as(DType.F32, view);
  }

  /// The view itself if it has this type, else a dense copy that has.
  View as(DType type, View view) {
    if (view.dtype() == type) {
      return view;
    }
    View copy = scratch(type, view.shape().toArray());
    MovementOpenCl.convert(this, view, copy);
    return copy;
  }

  /// The numbers of a dense I64 view, on the host.
  long[] readLongs(View view) {
    long[] numbers = new long[Math.toIntExact(view.shape().elements())];
    context.read(buffer(view), view.byteOffset(), MemorySegment.ofArray(numbers));
    return numbers;
  }

  static ClBuffer buffer(View view) {
    return (ClBuffer) view.storage();
  }

  @Override
  public void close() {
    slabs.giveBack(borrowed);
  }
}
