package framepack.tests.parity;

import static framepack.tests.parity.Operand.booleans;
import static framepack.tests.parity.Operand.f32;
import static framepack.tests.parity.Operand.ints;
import static framepack.tests.parity.Operand.listed;

import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import framepack.tensor.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Attention and its gradient: tiles, heads in groups, every way of hiding keys.
final class AttentionCases {
  private static final int VERY_LONG = 9000;

  private static final double HIDDEN = Double.NEGATIVE_INFINITY;

  private final Cases cases = new Cases();

  private AttentionCases() {}

  static List<OpCase> list() {
    AttentionCases all = new AttentionCases();
    all.plain();
    all.hidden();
    all.sizes();
    return all.cases.list();
  }

  private void plain() {
    Attention op = new Attention(0.3, false, false, false);
    both("odd", op, true, f32(2, 5, 3, 13), f32(2, 7, 3, 13), f32(2, 7, 3, 13));
    both("one of each", op, false, f32(1, 1, 1, 1), f32(1, 1, 1, 1), f32(1, 1, 1, 1));
    both("groups", op, true, f32(2, 5, 6, 8), f32(2, 7, 2, 8), f32(2, 7, 2, 8));
    both("one key head", op, false, f32(2, 5, 6, 8), f32(2, 7, 1, 8), f32(2, 7, 1, 8));
    both("large", op, false, f32(1, 9, 2, 16).times(20), f32(1, 33, 2, 16), f32(1, 33, 2, 16));
    Attention causal = new Attention(0.3, true, false, false);
    both("causal", causal, true, f32(2, 9, 2, 6), f32(2, 9, 2, 6), f32(2, 9, 2, 6));
    both("causal long", causal, false, f32(1, 70, 2, 6), f32(1, 70, 1, 6), f32(1, 70, 1, 6));
    both("causal more keys", causal, false, f32(1, 5, 2, 6), f32(1, 9, 2, 6), f32(1, 9, 2, 6));
  }

  private void hidden() {
    Operand q = f32(3, 5, 2, 6);
    Operand k = f32(3, 9, 2, 6);
    Attention lengths = new Attention(0.4, false, true, false);
    both("lengths", lengths, false, q, k, k, ints(9, 4, 0));
    both("beyond", lengths, false, q, k, k, ints(100, 1, 9));
    Attention mask = new Attention(0.4, false, false, true);
    both("some", mask, true, q, k, k, booleans(3, 2, 5, 9));
    both("keys", mask, false, q, k, k, booleans(3, 1, 1, 9));
    both("added", mask, true, q, k, k, f32(3, 2, 5, 9));
    both("added to all", mask, false, q, k, k, f32(1, 2, 5, 9));
    both("added to keys", mask, false, q, k, k, f32(1, 1, 1, 9));
    double[] some = {0, HIDDEN, 0.5, 0, HIDDEN, -1, 0};
    both("hidden by number", mask, false, q, k, k, listed(some, 3, 1, 5, 9));
    both("all hidden", mask, false, q, k, k, listed(new double[] {HIDDEN}, 3, 1, 1, 9));
    Attention all = new Attention(0.4, true, true, true);
    both("everything", all, false, q, k, k, ints(9, 3, 6), booleans(1, 1, 5, 9));
    both("everything added", all, false, q, k, k, ints(9, 3, 6), f32(1, 1, 5, 9));
  }

  private void sizes() {
    Attention op = new Attention(0.1, false, false, false);
    for (int n : new int[] {1, 15, 16, 17, 33, 65, 129}) {
      both("queries", op, false, f32(1, n, 2, 20), f32(1, 18, 2, 20), f32(1, 18, 2, 20));
      both("keys", op, false, f32(1, 18, 2, 20), f32(1, n, 2, 20), f32(1, n, 2, 20));
      both("head", op, false, f32(1, 18, 2, n), f32(1, 20, 2, n), f32(1, 20, 2, n));
    }
    Attention model = new Attention(1 / Math.sqrt(128), false, true, false);
    Operand wide = f32(2, 150, 2, 128);
    both("model", model, false, wide, f32(2, 140, 2, 128), f32(2, 140, 2, 128), ints(140, 77));
    both("long", op, false, f32(1, 40, 1, 64), f32(1, 1100, 1, 64), f32(1, 1100, 1, 64));
    both("wide heads", op, false, f32(1, 40, 1, 300), f32(1, 20, 1, 300), f32(1, 20, 1, 300));
    // sums of thousands, and weights that grow all the way, by scores that f32 still tells apart
    Operand keys = f32(1, VERY_LONG, 1, 24);
    both("very long", op, false, f32(1, 20, 1, 24), keys, keys);
    double[] rising = IntStream.range(0, VERY_LONG).mapToDouble(i -> 0.002 * i).toArray();
    Attention added = new Attention(0.1, false, false, true);
    both("rising", added, false, f32(1, 20, 1, 24), keys, keys, listed(rising, 1, 1, 1, VERY_LONG));
  }

  /// The forward case and its gradient at what the forward pass gives.
  private void both(String label, Attention op, boolean everyLayout, Operand... operands) {
    List<Operand> back = new ArrayList<>(List.of(operands).subList(0, 3));
    List<Operand> hiding = List.of(operands).subList(3, operands.length);
    add(label, op, everyLayout, operands);
    Integer[] inputs = new Integer[operands.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = i < 3 ? i : i + 3; // the gradient has lengths and mask behind out, lse, gout
    }
    back.add(Operand.resultOf(op, 0, inputs));
    back.add(Operand.resultOf(op, 1, inputs));
    back.add(f32(operands[0].shape().toArray()));
    back.addAll(hiding);
    backward(label, op, false, everyLayout, back);
    if (op.mask() && hiding.getLast().dtype().isFloating()) {
      backward(label, op, true, everyLayout, back);
    }
  }

  private void backward(
      String label, Attention op, boolean ofMask, boolean everyLayout, List<Operand> operands) {
    AttentionBackward backward =
        new AttentionBackward(op.scale(), op.causal(), op.keyLengths(), op.mask(), ofMask);
    add(label, backward, everyLayout, operands.toArray(Operand[]::new));
  }

  private void add(String label, Op op, boolean everyLayout, Operand... operands) {
    if (everyLayout) {
      cases.everyLayout(label, op, operands);
    } else {
      cases.add(label, op, operands);
    }
  }
}
