package framepack.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import framepack.tensor.Tensor;
import java.util.List;

/// A race over one operation beside libtorch alone, which does it in one function of copies of our operands.
public abstract class TorchRace extends KernelRace {
  /// `forward` in libtorch's dialect of Python, and what it calls.
  abstract String function();

  @Override
  public final List<String> names() {
    return List.of("framepack", "libtorch");
  }

  @Override
  final List<Peer> peers(List<Tensor> operands, int threads) {
    Torch torch = Torch.on(threads);
    NDList copies = new NDList(operands.stream().map(torch::copy).toArray(NDArray[]::new));
    return List.of(TorchCall.of(torch, function(), copies));
  }
}
