package framepack.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import framepack.bench.kernel.KernelCase;
import framepack.bench.kernel.PreparedKernel;
import framepack.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Param;

/// The gradient of attention alone, after one forward pass.
public class AttentionBackwardRace extends KernelRace {
  private static final String RECORDED =
      AttentionRace.FORWARD
          + """
          def forward(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            torch.set_grad_enabled(True)
            return self.attention(q, k, v)
          """;

  private static final String GRADIENT =
      """
      def forward(self, q: Tensor, k: Tensor, v: Tensor, out: Tensor, g: Tensor) -> List[Tensor]:
        seed: List[Optional[Tensor]] = [g]
        found = torch.grad([out], [q, k, v], seed, True)
        grads: List[Tensor] = []
        for i in range(3):
          grad = found[i]
          assert grad is not None
          grads.append(grad)
        return grads
      """;

  @Param({"hunyuan480p", "hunyuan480p.tokens4096", "hunyuan480p.tokens8192", "wan1.3b", "nano"})
  public String shape;

  @Override
  public List<String> names() {
    return List.of("framepack", "libtorch");
  }

  @Override
  KernelCase work() {
    return AttentionShape.of(shape).backward();
  }

  @Override
  PreparedKernel ours() {
    try (PreparedKernel forward = new PreparedKernel(AttentionShape.of(shape).forward(), device)) {
      List<Tensor> given = new ArrayList<>(forward.inputs());
      given.addAll(forward.outputs());
      return new PreparedKernel(work(), device, given);
    }
  }

  @Override
  List<Peer> peers(List<Tensor> operands, int threads) {
    Torch torch = Torch.on(threads);
    NDList inputs = new NDList();
    for (Tensor operand : operands.subList(0, 3)) {
      NDArray leaf = torch.copy(operand);
      leaf.setRequiresGradient(true);
      inputs.add(leaf);
    }
    try (TorchScript recorded = torch.script(RECORDED)) {
      inputs.add(recorded.call(inputs, true).getFirst());
    }
    inputs.add(torch.copy(operands.getLast()));
    return List.of(new TorchCall(torch, torch.script(GRADIENT), inputs, true));
  }
}
