package framepack.tensor.autograd;

import framepack.tensor.Recorder;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.op.Fill;
import framepack.tensor.op.Op;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Reverse-mode differentiation: records what happens to watched tensors on this thread and plays it backwards.
///
/// ```java
/// try (Tape tape = Tape.watching(params.values())) {
///   Tensor loss = model.forward(x).sub(target).apply(SQUARE).mean();
///   tape.backward(loss);
///   Tensor g = tape.gradient(weight); // lives in the current workspace
/// }
/// ```
public final class Tape implements Recorder, AutoCloseable {
  private sealed interface Node {
    List<Tensor> inputs();

    List<Tensor> outputs();
  }

  private record Ran(Op op, List<Tensor> inputs, List<Tensor> outputs) implements Node {}

  private record Checkpoint(
      Function<List<Tensor>, List<Tensor>> body, List<Tensor> inputs, List<Tensor> outputs)
      implements Node {}

  private final Tape enclosing;
  private final Recorder before;
  private final List<Node> nodes = new ArrayList<>();
  private final Set<Tensor> followed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Tensor> retained = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Tensor, Tensor> gradients = new LinkedHashMap<>(); // by identity, in one order

  private Tape(Tape enclosing) {
    this.enclosing = enclosing;
    this.before = Recorder.bind(this);
  }

  /// Starts a tape on this thread that follows these leaves (weights, inputs).
  public static Tape watching(Collection<Tensor> leaves) {
    Tape tape = new Tape(null);
    tape.followed.addAll(leaves);
    return tape;
  }

  /// Follows one more leaf.
  public void watch(Tensor leaf) {
    followed.add(leaf);
  }

  /// Keeps the gradient of an intermediate value for [#gradient].
  public void retain(Tensor intermediate) {
    retained.add(intermediate);
  }

  @Override
  public boolean follows(List<Tensor> inputs) {
    for (Tensor input : inputs) {
      if (isFollowed(input)) {
        return true;
      }
    }
    return false;
  }

  private boolean isFollowed(Tensor tensor) {
    return followed.contains(tensor) || enclosing != null && enclosing.isFollowed(tensor);
  }

  @Override
  public void record(Op op, List<Tensor> inputs, List<Tensor> outputs) {
    nodes.add(new Ran(op, List.copyOf(inputs), List.copyOf(outputs)));
    followed.addAll(outputs);
  }

  /// Runs `body` without keeping its intermediate values, which are recomputed in the backward pass: memory for time
  /// (arXiv:1604.06174). Without a bound tape, `body` simply runs. `body` must compute the same values when run again;
  /// weights it uses need not be among `inputs`.
  public static List<Tensor> checkpoint(
      Function<List<Tensor>, List<Tensor>> body, List<Tensor> inputs) {
    if (!(Recorder.current() instanceof Tape tape)) {
      return body.apply(inputs);
    }
    Workspace home = Workspace.current();
    List<Tensor> outputs = new ArrayList<>();
    Recorder.bind(null);
    try (Workspace _ = Workspace.open(home.backend())) {
      for (Tensor output : body.apply(inputs)) {
        outputs.add(output.keepIn(home));
      }
    } finally {
      Recorder.bind(tape);
    }
    tape.nodes.add(new Checkpoint(body, List.copyOf(inputs), List.copyOf(outputs)));
    tape.followed.addAll(outputs);
    return outputs;
  }

  /// Computes the gradients of a scalar `loss`. Ends the recording.
  public void backward(Tensor loss) {
    if (loss.shape().elements() != 1) {
      throw new ShapeMismatch("backward", "a loss of one element", loss.spec());
    }
    Tensor one = Tensor.apply(new Fill(loss.dtype(), loss.shape(), 1)).get(0);
    backward(List.of(loss), List.of(one));
  }

  /// Computes gradients given those of `outputs` (null where there is none). Ends the recording. What the pass computed on
  /// its way is recycled as soon as nothing needs it, so that its memory stays small and in the caches.
  public void backward(List<Tensor> outputs, List<Tensor> seeds) {
    Recorder.bind(null);
    try (Arrivals arrivals = new Arrivals(gradients, Workspace.current())) {
      for (int i = 0; i < seeds.size(); i++) {
        if (seeds.get(i) != null) {
          arrivals.add(outputs.get(i), seeds.get(i));
        }
      }
      for (Node node : nodes.reversed()) {
        propagate(node, arrivals);
      }
    }
    nodes.clear();
  }

  private void propagate(Node node, Arrivals arrivals) {
    List<Tensor> arrived = new ArrayList<>(2);
    for (Tensor output : node.outputs()) {
      arrived.add(retained.contains(output) ? gradients.get(output) : arrivals.take(output));
    }
    switch (node) {
      case Ran ran when arrived.get(0) != null -> propagate(ran, arrived.get(0), arrivals);
      case Ran _ -> {}
      case Checkpoint checkpoint -> propagate(checkpoint, arrived, arrivals);
    }
    for (int i = 0; i < arrived.size(); i++) {
      if (!retained.contains(node.outputs().get(i))) {
        arrivals.release(arrived.get(i));
      }
    }
    arrivals.recycle();
  }

  private void propagate(Ran node, Tensor arrived, Arrivals arrivals) {
    boolean[] wanted = new boolean[node.inputs().size()];
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = isFollowed(node.inputs().get(i));
    }
    List<Tensor> results = Gradients.of(node.op(), node.inputs(), node.outputs(), arrived, wanted);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] && results.get(i) != null) {
        arrivals.add(node.inputs().get(i), results.get(i));
      }
    }
  }

  private void propagate(Checkpoint node, List<Tensor> arrived, Arrivals arrivals) {
    Workspace home = Workspace.current();
    try (Workspace _ = Workspace.open(home.backend());
        Tape inner = new Tape(this)) {
      List<Tensor> again = node.body().apply(node.inputs());
      inner.backward(again, arrived);
      inner.gradients.forEach((leaf, gradient) -> arrivals.keep(leaf, gradient));
    }
  }

  /// The gradient of a leaf (or retained value) after [#backward]; null if the loss does not depend on it.
  public Tensor gradient(Tensor leaf) {
    return gradients.get(leaf);
  }

  @Override
  public void close() {
    Recorder.bind(before);
  }
}
