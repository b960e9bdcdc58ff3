package framepack.tensor.autograd;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The gradients that wait for their node in a backward pass, and the memory they lie in.
///
/// Several may share memory: views of one gradient, or one gradient for both operands of a sum. Memory that the pass
/// allocated goes back to the workspace when no waiting gradient looks at it any more; values of the forward pass and
/// memory of the caller are never given back.
final class Arrivals implements AutoCloseable {
  private final Map<Tensor, Tensor> gradients;
  private final Workspace home;
  private final Map<Tensor, Integer> holders =
      new IdentityHashMap<>(); // of memory born in this pass
  private final List<Tensor> candidates = new ArrayList<>();

  /// @param gradients filled by this pass: tensor, to the gradient of the loss with respect to it
  /// @param home where the pass allocates
  Arrivals(Map<Tensor, Tensor> gradients, Workspace home) {
    this.gradients = gradients;
    this.home = home;
    home.observe(this::born);
  }

  private void born(Tensor root) {
    holders.put(root, 0);
    candidates.add(root);
  }

  /// Adds to the gradient of `tensor`; in place where nobody else sees the sum so far.
  void add(Tensor tensor, Tensor gradient) {
    Tensor sum = gradients.get(tensor);
    if (sum == null) {
      put(tensor, gradient);
    } else if (isOwn(sum)) {
      sum.addInPlace(gradient.contiguous(), 1);
    } else {
      put(tensor, sum.add(gradient));
      release(sum);
    }
  }

  /// Adds a gradient of another workspace, which is copied before that one closes.
  void keep(Tensor tensor, Tensor gradient) {
    Tensor sum = gradients.get(tensor);
    if (sum == null) {
      put(tensor, gradient.keepIn(home));
      return;
    }
    Tensor both = sum;
    if (!isOwn(sum)) {
      both = sum.keepIn(home);
      put(tensor, both);
      release(sum);
    }
    both.addInPlace(gradient.contiguous(), 1);
  }

  /// Takes the gradient that has arrived at `tensor`; null if none has. It stays valid until [#release].
  Tensor take(Tensor tensor) {
    return gradients.remove(tensor);
  }

  /// Says that a taken gradient is done with.
  void release(Tensor gradient) {
    if (gradient != null && holders.computeIfPresent(gradient.root(), (_, n) -> n - 1) != null) {
      candidates.add(gradient.root());
    }
  }

  /// Gives back what was allocated or released since the last call and is held by no gradient.
  void recycle() {
    for (Tensor root : candidates) {
      if (holders.getOrDefault(root, -1) == 0) {
        holders.remove(root);
        home.recycle(root);
      }
    }
    candidates.clear();
  }

  private void put(Tensor tensor, Tensor gradient) {
    gradients.put(tensor, gradient);
    holders.computeIfPresent(gradient.root(), (_, n) -> n + 1);
  }

  /// Whether `sum` is memory of this pass that no other gradient looks at, and all of it.
  private boolean isOwn(Tensor sum) {
    return holders.getOrDefault(sum.root(), 0) == 1 && sum.view().layout().isDense();
  }

  @Override
  public void close() {
    home.observe(null);
  }
}
