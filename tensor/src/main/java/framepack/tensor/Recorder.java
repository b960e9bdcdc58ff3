package framepack.tensor;

import framepack.tensor.op.Op;
import java.util.List;

/// Sees every operation of this thread while bound; the tape is one. Neither [Tensor] nor any kernel knows autograd.
public interface Recorder {
  /// Whether results of operations on these inputs must be recorded. Fused forms that hide an intermediate value are
  /// avoided while this is true.
  boolean follows(List<Tensor> inputs);

  /// Called after `op` ran.
  void record(Op op, List<Tensor> inputs, List<Tensor> outputs);

  /// The recorder bound to this thread, or null.
  static Recorder current() {
    return Bound.RECORDER.get();
  }

  /// Binds `recorder` (or null for none) to this thread and returns the one bound before.
  static Recorder bind(Recorder recorder) {
    Recorder before = Bound.RECORDER.get();
    Bound.RECORDER.set(recorder);
    return before;
  }

  /// Where the binding lives.
  final class Bound {
    private static final ThreadLocal<Recorder> RECORDER = new ThreadLocal<>();

    private Bound() {}
  }
}
