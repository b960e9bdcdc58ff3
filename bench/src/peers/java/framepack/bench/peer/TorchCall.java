package framepack.bench.peer;

import ai.djl.ndarray.NDList;

/// A function of libtorch on tensors that stay where they are.
record TorchCall(Torch torch, TorchScript script, NDList operands, boolean recorded)
    implements Peer {
  /// @param function `forward` in libtorch's dialect of Python
  static TorchCall of(Torch torch, String function, NDList operands) {
    return new TorchCall(torch, torch.script(function), operands, false);
  }

  @Override
  public Object run() {
    try (NDList result = script.call(operands, recorded)) {
      return result.size();
    }
  }

  @Override
  public float[] result() {
    try (NDList result = script.call(operands, recorded)) {
      return result.getFirst().toFloatArray();
    }
  }

  @Override
  public void close() {
    script.close();
    torch.close();
  }
}
