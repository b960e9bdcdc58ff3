package framepack.bench.peer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import framepack.tensor.Tensor;

/// libtorch on some threads, and what lives there.
final class Torch implements AutoCloseable {
  private final PtNDManager manager;

  private Torch(PtNDManager manager) {
    this.manager = manager;
  }

  static Torch on(int threads) {
    NDManager manager = Engine.getEngine("PyTorch").newBaseManager();
    JniUtils.setNumThreads(threads);
    return new Torch((PtNDManager) manager);
  }

  /// A copy of one of our tensors.
  NDArray copy(Tensor tensor) {
    return manager.create(tensor.toFloats(), new Shape(tensor.shape().toArray()));
  }

  /// A copy of phases [batch, tokens, d] for all heads of [batch, tokens, heads, d].
  NDArray perHead(Tensor phases) {
    Shape shape = new Shape(phases.extent(0), phases.extent(1), 1, phases.extent(2));
    return manager.create(phases.toFloats(), shape);
  }

  /// The same numbers in bf16, in place of those given.
  NDList rounded(NDList tensors) {
    NDList all = new NDList();
    try (TorchScript script =
        script("def forward(self, x: Tensor) -> Tensor:\n  return torch.to(x, 15)\n")) {
      for (NDArray tensor : tensors) {
        NDList one = script.call(new NDList(tensor), false);
        one.attach(manager);
        all.addAll(one);
        tensor.close();
      }
    }
    return all;
  }

  NDArray zerosLike(NDArray other) {
    return manager.zeros(other.getShape());
  }

  NDArray scalar(double value) {
    return manager.create(value);
  }

  /// A counter at zero, as optimisers keep them.
  NDArray count() {
    return manager.create(0f);
  }

  /// A copy of a row of indices.
  NDArray integers(Tensor row) {
    return manager.create(row.toLongs());
  }

  TorchScript script(String source) {
    return TorchScript.of(manager, source);
  }

  @Override
  public void close() {
    manager.close();
  }
}
