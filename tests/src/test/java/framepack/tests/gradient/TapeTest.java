package framepack.tests.gradient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import framepack.tensor.Recorder;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.op.Activation;
import framepack.tensor.op.UnaryFunction;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the tape does with the rules: sums, forgets, recomputes.
class TapeTest {
  private Backend backend;
  private Workspace workspace;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
    workspace = Workspace.open(backend);
  }

  @AfterEach
  void close() {
    workspace.close();
    backend.close();
  }

  private static Tensor normal(long seed, long... extents) {
    SplittableRandom random = new SplittableRandom(seed);
    long count = 1;
    for (long extent : extents) {
      count *= extent;
    }
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, extents);
  }

  @Test
  void a_tensor_used_twice_gets_the_sum_of_both_gradients() {
    Tensor x = Tensor.of(new float[] {2, -3}, 2);
    try (Tape tape = Tape.watching(List.of(x))) {
      tape.backward(x.mul(x).add(x.mul(5)).sum());
      assertArrayEquals(new float[] {9, -1}, tape.gradient(x).toFloats());
    }
  }

  @Test
  void slices_of_one_tensor_fill_their_own_parts_of_its_gradient() {
    Tensor x = normal(1, 4, 3);
    try (Tape tape = Tape.watching(List.of(x))) {
      Tensor y = x.slice(0, 0, 2).mul(2).sum().add(x.slice(0, 1, 4).transpose(0, 1).mul(3).sum());
      tape.backward(y);
      assertArrayEquals(
          new float[] {2, 2, 2, 5, 5, 5, 3, 3, 3, 3, 3, 3}, tape.gradient(x).toFloats());
    }
  }

  @Test
  void what_the_loss_does_not_depend_on_has_no_gradient() {
    Tensor x = normal(1, 3);
    Tensor other = normal(2, 3);
    Tensor unwatched = normal(3, 3);
    try (Tape tape = Tape.watching(List.of(x, other))) {
      Tensor ignored = other.mul(2);
      assertNotNull(ignored);
      tape.backward(x.mul(unwatched).sum());
      assertNull(tape.gradient(other));
      assertNull(tape.gradient(unwatched));
      assertArrayEquals(unwatched.toFloats(), tape.gradient(x).toFloats());
    }
  }

  @Test
  void the_gradient_of_an_intermediate_value_is_kept_on_request() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2);
    try (Tape tape = Tape.watching(List.of(x))) {
      Tensor kept = x.mul(3);
      Tensor dropped = kept.mul(4);
      tape.retain(kept);
      tape.backward(dropped.sum());
      assertArrayEquals(new float[] {4, 4}, tape.gradient(kept).toFloats());
      assertNull(tape.gradient(dropped));
      assertArrayEquals(new float[] {12, 12}, tape.gradient(x).toFloats());
    }
  }

  @Test
  void gradients_given_for_several_outputs_add_up() {
    Tensor x = Tensor.of(new float[] {1, 2}, 2);
    try (Tape tape = Tape.watching(List.of(x))) {
      Tensor a = x.mul(3);
      Tensor b = x.mul(x);
      tape.backward(
          List.of(a, b),
          List.of(Tensor.of(new float[] {1, 10}, 2), Tensor.of(new float[] {2, 0}, 2)));
      assertArrayEquals(new float[] {3 + 4, 30}, tape.gradient(x).toFloats());
    }
  }

  @Test
  void a_loss_of_several_elements_is_refused() {
    Tensor x = normal(1, 3);
    try (Tape tape = Tape.watching(List.of(x))) {
      Tensor y = x.mul(2);
      assertThrows(ShapeMismatch.class, () -> tape.backward(y));
    }
  }

  @Test
  void recording_ends_with_the_tape_and_an_outer_tape_goes_on() {
    Tensor x = normal(1, 3);
    assertNull(Recorder.current());
    try (Tape outer = Tape.watching(List.of(x))) {
      try (Tape inner = Tape.watching(List.of(x))) {
        assertEquals(inner, Recorder.current());
      }
      assertEquals(outer, Recorder.current());
    }
    assertNull(Recorder.current());
  }

  /// A block with weights of its own, not among the inputs of the checkpoint.
  private static Function<List<Tensor>, List<Tensor>> block(Tensor weight, Tensor bias) {
    return in -> {
      Tensor h = in.get(0).linear(weight, bias, Activation.GELU_TANH);
      return List.of(in.get(0).add(h), h.mul(in.get(1)));
    };
  }

  private static List<float[]> gradients(boolean recompute) {
    Tensor x = normal(1, 5, 4);
    Tensor scale = normal(2, 5, 4);
    Tensor first = normal(3, 4, 4);
    Tensor second = normal(4, 4, 4);
    Tensor bias = normal(5, 4);
    List<Tensor> leaves = List.of(x, scale, first, second, bias);
    try (Tape tape = Tape.watching(leaves)) {
      List<Tensor> y = List.of(x, scale);
      for (Tensor weight : List.of(first, second)) {
        var body = block(weight, bias); // both blocks share the bias
        y = recompute ? Tape.checkpoint(body, y) : body.apply(y);
      }
      tape.backward(y.get(0).mul(y.get(1)).apply(UnaryFunction.SQUARE).mean());
      return leaves.stream().map(leaf -> tape.gradient(leaf).toFloats()).toList();
    }
  }

  @Test
  void recomputing_a_block_changes_no_gradient() {
    List<float[]> kept = gradients(false);
    List<float[]> recomputed = gradients(true);
    for (int i = 0; i < kept.size(); i++) {
      assertArrayEquals(kept.get(i), recomputed.get(i), 1e-6f * largest(kept.get(i)), "leaf " + i);
    }
  }

  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @Test
  void without_a_tape_a_checkpoint_only_runs_its_body() {
    Tensor x = normal(1, 3);
    Tensor y = Tape.checkpoint(in -> List.of(in.get(0).mul(2)), List.of(x)).get(0);
    assertArrayEquals(x.mul(2).toFloats(), y.toFloats());
  }

  @Test
  void a_fused_layer_under_the_tape_has_the_gradients_of_its_parts() {
    Tensor x = normal(1, 2, 5, 4);
    Tensor weight = normal(2, 3, 4);
    Tensor bias = normal(3, 3);
    Tensor residual = normal(4, 2, 5, 3);
    Tensor gate = normal(5, 2, 3);
    List<Tensor> leaves = List.of(x, weight, bias, residual, gate);
    List<float[]> fused;
    try (Tape tape = Tape.watching(leaves)) {
      Tensor y = x.linearGated(weight, bias, residual, gate);
      tape.backward(y.apply(UnaryFunction.SQUARE).sum());
      fused = leaves.stream().map(leaf -> tape.gradient(leaf).toFloats()).toList();
    }
    try (Tape tape = Tape.watching(leaves)) {
      Tensor value = x.matmul(weight.transpose(0, 1)).add(bias);
      Tensor y = residual.add(gate.reshape(2, 1, 3).mul(value));
      tape.backward(y.apply(UnaryFunction.SQUARE).sum());
      for (int i = 0; i < leaves.size(); i++) {
        float[] parts = tape.gradient(leaves.get(i)).toFloats();
        assertArrayEquals(parts, fused.get(i), 1e-5f * largest(parts), "leaf " + i);
      }
    }
  }

  @Test
  void a_long_backward_pass_takes_no_more_memory_than_a_short_one() {
    assertEquals(backwardBytes(4), backwardBytes(40));
  }

  private static long backwardBytes(int layers) {
    Tensor x = normal(1, 64, 64);
    try (Tape tape = Tape.watching(List.of(x))) {
      Tensor y = x;
      for (int i = 0; i < layers; i++) {
        y = y.add(y.mul(0.5).silu()).reshape(32, 128).mul(1.01).reshape(64, 64);
      }
      Tensor loss = y.sum();
      long before = Workspace.current().usedBytes();
      tape.backward(loss);
      return Workspace.current().usedBytes() - before;
    }
  }

  @Test
  void recycling_leaves_shared_and_retained_gradients_whole() {
    Tensor x = normal(2, 8, 8);
    Tensor w = normal(3, 8, 8);
    try (Tape tape = Tape.watching(List.of(x, w))) {
      Tensor twice = x.add(x); // both operands receive one gradient
      Tensor kept = twice.mul(w);
      tape.retain(kept);
      Tensor loss = kept.slice(0, 0, 4).mul(3).sum().add(kept.reshape(64).sum());
      tape.backward(loss);
      float[] weights = w.toFloats();
      float[] values = x.toFloats();
      float[] gx = tape.gradient(x).toFloats();
      float[] gw = tape.gradient(w).toFloats();
      float[] gKept = tape.gradient(kept).toFloats();
      for (int i = 0; i < 64; i++) {
        float slope = i < 32 ? 4 : 1;
        assertEquals(slope, gKept[i]);
        assertEquals(2 * slope * weights[i], gx[i], 1e-5f);
        assertEquals(2 * slope * values[i], gw[i], 1e-5f);
      }
    }
  }
}
