package framepack.bench.peer;

import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.Model;
import framepack.tensor.core.Spec;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.ModulatedLayerNorm;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryFunction;
import org.openjdk.jmh.annotations.Param;

/// What is done row by row between the products: bound by memory, so whoever passes over it once wins.
public class RowRace extends TorchRace {
  @Param({
    "hunyuan480p.modulate",
    "hunyuan480p.layernorm",
    "hunyuan480p.rmsrope",
    "hunyuan480p.gelu",
    "hunyuan480p.gated",
    "nano.modulate",
    "nano.rmsrope",
    "nano.gelu",
    "nano.gated"
  })
  public String shape;

  @Override
  KernelCase work() {
    Model m = Model.of(shape);
    Spec x = Spec.f32(m.batch(), m.tokens(), m.dim());
    Spec vector = Spec.f32(m.batch(), m.dim());
    Spec heads = Spec.f32(m.batch(), m.tokens(), m.heads(), m.headDim());
    Spec phases = Spec.f32(m.batch(), m.tokens(), m.headDim());
    return switch (Model.part(shape)) {
      case "modulate" -> KernelCase.of(new ModulatedLayerNorm(1e-6), x, vector, vector);
      case "layernorm" -> KernelCase.of(new LayerNorm(1e-6, false), x);
      case "rmsrope" ->
          KernelCase.of(new RmsNormRope(1e-6), heads, Spec.f32(m.headDim()), phases, phases);
      case "gelu" ->
          KernelCase.of(
              new Unary(UnaryFunction.GELU_TANH), Spec.f32(m.batch(), m.tokens(), m.hidden()));
      case "gated" -> KernelCase.of(new GatedResidual(), x, x, vector);
      default -> throw Model.unknown(shape);
    };
  }

  @Override
  String function() {
    return switch (Model.part(shape)) {
      case "modulate" ->
          """
          def forward(self, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
            normed = torch.layer_norm(x, [x.size(-1)], None, None, 1e-6)
            return normed * (scale.unsqueeze(1) + 1) + shift.unsqueeze(1)
          """;
      case "layernorm" ->
          """
          def forward(self, x: Tensor) -> Tensor:
            return torch.layer_norm(x, [x.size(-1)], None, None, 1e-6)
          """;
      case "rmsrope" ->
          """
          def forward(self, x: Tensor, weight: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], weight, 1e-6)
            pairs = normed.unflatten(-1, [-1, 2])
            turned = torch.stack([-pairs.select(-1, 1), pairs.select(-1, 0)], -1).flatten(3)
            return normed * cos.unsqueeze(2) + turned * sin.unsqueeze(2)
          """;
      case "gelu" ->
          """
          def forward(self, x: Tensor) -> Tensor:
            return torch.gelu(x, approximate="tanh")
          """;
      case "gated" ->
          """
          def forward(self, residual: Tensor, x: Tensor, gate: Tensor) -> Tensor:
            return torch.addcmul(residual, x, gate.unsqueeze(1))
          """;
      default -> throw Model.unknown(shape);
    };
  }
}
