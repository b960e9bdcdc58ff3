package framepack.tensor.op;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.core.Spec;
import java.util.List;
import java.util.function.Supplier;

/// The shape rules that several operations share.
final class Rules {
  private Rules() {}

  static void require(Op op, boolean fits, String expected, List<Spec> in) {
    if (!fits) {
      throw new ShapeMismatch(op.name(), expected, in.toArray());
    }
  }

  /// The same with words that are put together only where they are needed: shapes are checked on every call.
  static void require(Op op, boolean fits, Supplier<String> expected, List<Spec> in) {
    if (!fits) {
      throw new ShapeMismatch(op.name(), expected.get(), in.toArray());
    }
  }

  static void count(Op op, List<Spec> in, int count) {
    require(op, in.size() == count, () -> count + " operand(s)", in);
  }

  static void sameShape(Op op, List<Spec> in, int a, int b) {
    require(
        op,
        in.get(a).equals(in.get(b)),
        () -> "operands " + a + " and " + b + " of one type and shape",
        in);
  }

  static boolean isIndex(Spec spec) {
    return spec.dtype() == DType.I32 || spec.dtype() == DType.I64;
  }

  /// Operand 0 is [n, c, ...] with c divisible by `groups`, operand 1 is [c].
  static void groups(Op op, List<Spec> in, int groups) {
    Shape x = in.get(0).shape();
    require(
        op,
        x.rank() >= 2
            && groups > 0
            && x.extent(1) % groups == 0
            && in.get(1).shape().equals(Shape.of(x.extent(1))),
        () -> "x [n, c, ...] and weight [c] with c divisible by " + groups,
        in);
  }

  /// Operand `at` (or none if -1) is a vector as long as the innermost axis of operand 0.
  static void vector(Op op, List<Spec> in, int at) {
    Shape x = in.get(0).shape();
    require(
        op,
        x.rank() >= 1 && (at < 0 || in.get(at).shape().equals(Shape.of(x.extent(-1)))),
        "x [..., d] and weight [d]",
        in);
  }

  /// Operands `1..count` are vectors as long as the innermost axis of operand 0.
  static void vectorsOf(Op op, List<Spec> in, int count) {
    Shape x = in.get(0).shape();
    require(op, x.rank() >= 1, "x [..., d]", in);
    for (int i = 1; i <= count; i++) {
      require(
          op, in.get(i).shape().equals(Shape.of(x.extent(-1))), "x [..., d] and vectors [d]", in);
    }
  }

  /// Operand 0 is [batch, tokens, d] and operands `first..last` are [batch, d].
  static void modulation(Op op, List<Spec> in, int first, int last) {
    Shape x = in.get(0).shape();
    require(op, x.rank() == 3, "x [batch, tokens, d]", in);
    Shape perItem = Shape.of(x.extent(0), x.extent(2));
    for (int i = first; i <= last; i++) {
      require(
          op,
          in.get(i).shape().equals(perItem),
          "x [batch, tokens, d] and modulation [batch, d]",
          in);
    }
  }

  /// Operand 0 is [batch, tokens, heads, d] with even d; cos and sin, from `cosAt`, are [tokens, d] or with a batch.
  static void rotation(Op op, List<Spec> in, int cosAt) {
    Shape x = in.get(0).shape();
    String expected =
        "x [batch, tokens, heads, d] with even d, cos and sin [tokens, d] or [batch, tokens, d]";
    require(op, x.rank() == 4 && x.extent(3) % 2 == 0, expected, in);
    Shape shared = Shape.of(x.extent(1), x.extent(3));
    Shape perItem = Shape.of(x.extent(0), x.extent(1), x.extent(3));
    Shape cos = in.get(cosAt).shape();
    require(
        op,
        (cos.equals(shared) || cos.equals(perItem)) && in.get(cosAt + 1).shape().equals(cos),
        expected,
        in);
    for (int i = 1; i < cosAt; i++) {
      require(op, in.get(i).shape().equals(Shape.of(x.extent(3))), "weight [d]", in);
    }
  }

  /// q [b, s, h, d], k and v [b, t, g, d] with h a multiple of g; lengths and mask where given (position or -1).
  static void attention(Op op, List<Spec> in, int lengthsAt, int maskAt) {
    Shape q = in.get(0).shape();
    Shape k = in.get(1).shape();
    String expected =
        "q [batch, s, heads, d], k and v [batch, t, kvHeads, d] with heads a multiple of kvHeads";
    require(op, q.rank() == 4 && k.rank() == 4, expected, in);
    require(
        op,
        in.get(2).equals(in.get(1))
            && q.extent(0) == k.extent(0)
            && q.extent(3) == k.extent(3)
            && k.extent(2) > 0
            && q.extent(2) % k.extent(2) == 0,
        expected,
        in);
    if (lengthsAt >= 0) {
      Spec expectedLengths = new Spec(DType.I32, Shape.of(q.extent(0)));
      require(
          op,
          in.get(lengthsAt).equals(expectedLengths),
          () -> "key lengths " + expectedLengths,
          in);
    }
    if (maskAt >= 0) {
      Shape scores = Shape.of(q.extent(0), q.extent(2), q.extent(1), k.extent(1));
      Shape mask = in.get(maskAt).shape();
      require(
          op,
          mask.rank() == 4 && Shape.broadcast(op.name(), mask, scores).equals(scores),
          () -> "a rank-4 mask that broadcasts to " + scores,
          in);
    }
  }
}
