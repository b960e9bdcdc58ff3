package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Binary;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.GatedResidualBackward;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// [Unary], [Binary] and their kin: elements to elements, operands of any strides.
public final class ElementwiseOpenCl {
  private static final String FILE = "elementwise";

  private ElementwiseOpenCl() {}

  public static void unary(Unary op, Call call) {
    String function = "FUNCTION=f_" + word(op.function());
    map(call, call.kernel(FILE, "unary", function), call.out(0), call.in(0)).launch();
  }

  public static void unaryBackward(UnaryBackward op, Call call) {
    Launch kernel = call.kernel(FILE, "unary_backward", "DERIVATIVE=d_" + word(op.function()));
    map(call, kernel, call.out(0), call.in(0), call.in(1)).launch();
  }

  public static void binary(Binary op, Call call) {
    binary(call, word(op.operator()), call.in(0), call.in(1), call.out(0));
  }

  private static void binary(Call call, String operator, View a, View b, View c) {
    Launch kernel = call.kernel(FILE, "binary", "OPERATOR=f_" + operator);
    map(call, kernel, c, a, b).launch();
  }

  public static void gatedResidual(GatedResidual op, Call call) {
    View gate = perToken(call.in(2), call.out(0).shape());
    Launch kernel = call.kernel("scaled", "gated_residual");
    map(call, kernel, call.out(0), call.in(0), call.in(1), gate).launch();
  }

  /// `gx = gate * gy`; `ggate` = the sum of `x * gy` over tokens.
  public static void gatedResidualBackward(GatedResidualBackward op, Call call) {
    Shape shape = call.in(0).shape();
    binary(call, "mul", perToken(call.in(1), shape), call.in(2), call.out(0));
    View products = call.scratch(call.in(0).dtype(), shape.toArray());
    binary(call, "mul", call.in(0), call.in(2), products);
    ReductionOpenCl.sum(call, products, List.of(1), call.out(1));
  }

  /// A vector per item, [batch, d], repeated to [batch, tokens, d].
  private static View perToken(View vectors, Shape shape) {
    Shape one = Shape.of(shape.extent(0), 1, shape.extent(2));
    return vectors.with(vectors.layout().reshape(one).expand(shape));
  }

  private static String word(Enum<?> function) {
    return function.name().toLowerCase(Locale.ROOT);
  }

  /// A launch over the elements of a result.
  record Map(Launch kernel, long items) {
    void launch() {
      if (items > 0) {
        kernel.items(items);
      }
    }

    /// The same with further numbers behind the operands.
    Map with(double... numbers) {
      for (double number : numbers) {
        kernel.real(number);
      }
      return this;
    }
  }

  /// Arguments of a kernel that maps `inputs`, broadcast to the shape of the dense `result`, to it.
  static Map map(Call call, Launch kernel, View result, View... inputs) {
    Walk walk = walk(result.shape(), inputs);
    operands(kernel, walk, inputs);
    kernel.view(result);
    return new Map(kernel, items(call, walk));
  }

  /// Arguments of a kernel that writes some of its operands, all of one shape, in place.
  static Map update(Call call, Launch kernel, View... operands) {
    Walk walk = walk(operands[0].shape(), operands);
    operands(kernel, walk, operands);
    return new Map(kernel, items(call, walk));
  }

  private static Walk walk(Shape shape, View... operands) {
    List<Layout> layouts = new ArrayList<>();
    for (View operand : operands) {
      layouts.add(operand.layout().expand(shape));
    }
    layouts.add(Layout.dense(shape, 0)); // the result must merge as the operands do
    return Walk.of(shape, layouts);
  }

  private static void operands(Launch kernel, Walk walk, View... operands) {
    kernel.axes(walk.outerExtents()).number(walk.rows()).number(walk.inner());
    for (int i = 0; i < operands.length; i++) {
      kernel.view(operands[i]).axes(walk.outerStrides(i)).number(walk.step(i));
    }
  }

  private static long items(Call call, Walk walk) {
    return walk.rows() * Math.ceilDiv(walk.inner(), call.shape().chunk());
  }
}
