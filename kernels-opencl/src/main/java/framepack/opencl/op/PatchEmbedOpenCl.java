package framepack.opencl.op;

import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Linear;
import framepack.tensor.op.PatchEmbed;
import framepack.tensor.op.Patches;
import java.util.List;

/// [PatchEmbed] as what it is defined by: [Patches] in scratch memory, then [Linear].
public final class PatchEmbedOpenCl {
  private PatchEmbedOpenCl() {}

  public static void forward(PatchEmbed op, Call call) {
    View weight = call.dense(call.in(1));
    Patches cut = PatchEmbed.patches(weight.shape());
    List<View> operands = List.of(patches(cut, call), matrix(weight), call.in(2));
    try (Call product = call.on(operands, call.out(0))) {
      ProductOpenCl.linear(new Linear(true, Activation.NONE, false), product);
    }
  }

  private static View patches(Patches cut, Call call) {
    View x = call.in(0);
    Shape shape = cut.outputs(List.of(new Spec(x.dtype(), x.shape()))).get(0).shape();
    View patches = call.scratch(x.dtype(), shape.toArray());
    try (Call gather = call.on(List.of(x), patches)) {
      MovementOpenCl.patches(cut, gather);
    }
    return patches;
  }

  /// A dense weight [n, ...] as [n, taps].
  private static View matrix(View weight) {
    long n = weight.shape().extent(0);
    long taps = weight.shape().elements() / Math.max(1, n);
    return weight.with(weight.layout().reshape(Shape.of(n, taps)));
  }
}
