package framepack.tests.parity;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Op;
import framepack.tensor.op.ViewOp;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Runs one operation on one backend and checks its manners: it writes all of its results, nothing beyond them, and leaves
/// its inputs alone.
final class Run {
  private static final byte POISON = (byte) 0xff; // NaN in every floating type
  private static final int MARGIN = 256;

  private Run() {}

  /// The results, then the operands that the operation wrote in place.
  static List<Result> of(Op op, List<Placed> operands, Backend backend) {
    try (Workspace home = Workspace.detached(backend)) {
      List<View> in = operands.stream().map(operand -> operand.on(backend, home)).toList();
      List<Result> before = in.stream().map(view -> read(view, backend)).toList();
      List<Spec> specs = op.outputs(operands.stream().map(Placed::spec).toList());
      List<View> out = new ArrayList<>();
      List<View> margins = new ArrayList<>();
      for (Spec spec : specs) {
        margins.add(poisoned(new Spec(DType.U8, Shape.of(MARGIN)), home, backend));
        out.add(poisoned(spec, home, backend));
      }
      margins.add(poisoned(new Spec(DType.U8, Shape.of(MARGIN)), home, backend));
      run(op, in, out, home, backend);
      checkMargins(margins, backend);
      List<Result> results = new ArrayList<>(out.stream().map(v -> read(v, backend)).toList());
      for (int i = 0; i < in.size(); i++) {
        Result after = read(in.get(i), backend);
        if (op.mutates().contains(i)) {
          results.add(after);
        } else if (!Arrays.equals(before.get(i).bytes(), after.bytes())) {
          throw new AssertionError("input " + i + " was changed");
        }
      }
      return results;
    }
  }

  private static void run(Op op, List<View> in, List<View> out, Workspace home, Backend backend) {
    if (!(op instanceof ViewOp viewOp)) {
      backend.run(op, in, out);
      return;
    }
    View x = in.get(0);
    Layout layout = viewOp.apply(x.layout());
    if (layout == null) { // the strides do not allow it
      View dense = home.allocate(new Spec(x.dtype(), x.shape())).view();
      backend.run(new Copy(x.dtype()), List.of(x), List.of(dense));
      x = dense;
      layout = viewOp.apply(x.layout());
    }
    backend.run(new Copy(x.dtype()), List.of(x.with(layout)), out);
  }

  private static View poisoned(Spec spec, Workspace home, Backend backend) {
    Tensor tensor = home.allocate(spec);
    byte[] poison = new byte[Math.toIntExact(spec.bytes())];
    Arrays.fill(poison, POISON);
    backend.upload(MemorySegment.ofArray(poison), tensor.view());
    return tensor.view();
  }

  private static void checkMargins(List<View> margins, Backend backend) {
    for (View margin : margins) {
      for (byte b : read(margin, backend).bytes()) {
        if (b != POISON) {
          throw new AssertionError("memory beside a result was overwritten");
        }
      }
    }
  }

  /// The bytes of a dense view; of any other, those of the storage it spans.
  private static Result read(View view, Backend backend) {
    Layout layout = view.layout();
    long span = 1;
    for (int axis = 0; axis < layout.shape().rank(); axis++) {
      span += (layout.shape().extent(axis) - 1) * layout.stride(axis);
    }
    span = layout.shape().elements() == 0 ? 0 : span;
    byte[] bytes = new byte[Math.toIntExact(view.dtype().bytes(span))];
    View dense = view.with(Layout.dense(Shape.of(span), layout.offset()));
    backend.download(dense, MemorySegment.ofArray(bytes));
    return new Result(new Spec(view.dtype(), view.shape()), bytes);
  }
}
