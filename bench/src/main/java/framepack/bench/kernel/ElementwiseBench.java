package framepack.bench.kernel;

import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.Spec;
import framepack.tensor.op.Affine;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Fill;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.GatedResidualBackward;
import org.openjdk.jmh.annotations.Param;

/// Arithmetic at the size of a residual stream: bound by memory once it is large.
public class ElementwiseBench extends KernelBench {
  @Param({
    "hunyuan480p.add",
    "hunyuan480p.gated",
    "hunyuan480p.copy",
    "nano.add",
    "nano.bias",
    "nano.affine",
    "nano.gated",
    "nano.gated.backward",
    "nano.fill",
    "nano.copy",
    "nano.bf16"
  })
  public String shape;

  @Override
  public KernelCase work() {
    Model m = Model.of(shape);
    long[] stream = {m.batch(), m.tokens(), m.dim()};
    Spec x = Spec.f32(stream);
    Spec gate = Spec.f32(m.batch(), m.dim());
    return switch (Model.part(shape)) {
      case "add" -> KernelCase.alike(new Binary(BinaryOperator.ADD), 2, stream);
      case "bias" -> KernelCase.of(new Binary(BinaryOperator.ADD), x, Spec.f32(m.dim()));
      case "affine" -> KernelCase.alike(new Affine(2, -1), 1, stream);
      case "gated" -> KernelCase.of(new GatedResidual(), x, x, gate);
      case "gated.backward" -> KernelCase.of(new GatedResidualBackward(), x, gate, x);
      case "fill" -> KernelCase.of(new Fill(DType.F32, Shape.of(stream), 1));
      case "copy" -> KernelCase.of(new Copy(DType.F32), x);
      case "bf16" -> KernelCase.of(new Copy(DType.BF16), x);
      default -> throw Model.unknown(shape);
    };
  }
}
