package framepack.tests.parity;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;

/// An operand with its storage bytes, ready to be put on any backend.
public record Placed(Operand operand, byte[] bytes) {
  /// All operands of a case; computed ones by `reference`.
  public static List<Placed> all(OpCase opCase, Backend reference) {
    Placed[] placed = new Placed[opCase.operands().size()];
    SplittableRandom random = new SplittableRandom(opCase.seed());
    for (int i = 0; i < placed.length; i++) {
      Operand operand = opCase.operands().get(i);
      if (!(operand.content() instanceof Content.ResultOf)) {
        int count = Math.toIntExact(operand.shape().elements());
        placed[i] = place(operand, Numbers.draw(operand.content(), count, random), random);
      }
    }
    for (int i = 0; i < placed.length; i++) {
      Operand operand = opCase.operands().get(i);
      if (operand.content() instanceof Content.ResultOf computed) {
        List<Placed> inputs = computed.inputs().stream().map(at -> placed[at]).toList();
        Result result = Run.of(computed.op(), inputs, reference).get(computed.output());
        placed[i] = place(operand.with(result.spec()), result.values(), random);
      }
    }
    return List.of(placed);
  }

  /// An operand with these row-major values.
  public static Placed of(Operand operand, double[] values) {
    return place(operand, values, new SplittableRandom(1));
  }

  /// What lies around the operand is noise, so that reading it shows.
  private static Placed place(Operand operand, double[] values, SplittableRandom random) {
    Arrangement arrangement = operand.arrangement();
    int elements = Math.toIntExact(arrangement.elements(operand.shape()));
    byte[] bytes = new byte[Math.toIntExact(operand.dtype().bytes(elements))];
    random.nextBytes(bytes);
    Numbers.scatter(operand.dtype(), values, arrangement.layout(operand.shape(), 0), bytes);
    return new Placed(operand, bytes);
  }

  /// The operand in memory of `backend` that `home` owns.
  public View on(Backend backend, Workspace home) {
    DType dtype = operand.dtype();
    if (operand.arrangement() == Arrangement.UNALIGNED && backend.isHost()) {
      MemorySegment odd = Arena.ofAuto().allocate(bytes.length + 1, 64).asSlice(1);
      odd.copyFrom(MemorySegment.ofArray(bytes));
      return new View(
          dtype, operand.arrangement().layout(operand.shape(), 0), new HostStorage(odd));
    }
    Shape elements = Shape.of(operand.arrangement().elements(operand.shape()));
    Tensor tensor = home.allocate(new Spec(dtype, elements));
    backend.upload(MemorySegment.ofArray(bytes), tensor.view());
    long base = tensor.view().layout().offset();
    return tensor.view().with(operand.arrangement().layout(operand.shape(), base));
  }

  /// The operand in a buffer of `backend` that holds its storage and nothing else.
  View exactlyOn(Backend backend) {
    Storage storage = backend.allocate(Math.max(1, bytes.length));
    View all = new View(DType.U8, Layout.dense(Shape.of(bytes.length), 0), storage);
    backend.upload(MemorySegment.ofArray(bytes), all);
    Layout layout = operand.arrangement().layout(operand.shape(), 0);
    return new View(operand.dtype(), layout, storage);
  }

  Spec spec() {
    return new Spec(operand.dtype(), operand.shape());
  }
}
