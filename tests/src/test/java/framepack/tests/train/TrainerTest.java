package framepack.tests.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.core.DType;
import framepack.tensor.op.UnaryFunction;
import framepack.train.Loss;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import framepack.train.TrainingDiverged;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The training loop: determinism, accumulation, averages, memory, divergence.
class TrainerTest {
  @Test
  void results_do_not_depend_on_the_number_of_threads() {
    Map<String, String> one;
    try (SmallTraining training = start("cpu:1")) {
      one = training.steps(3).values();
    }
    try (SmallTraining training = start("cpu:2")) {
      assertEquals(one, training.steps(3).values());
    }
  }

  @Test
  void training_lowers_the_loss() {
    TrainConfig config = new TrainConfig(30, 5e-3, 3, 0.1, 0.9, 0.99, 1e-8, 0, 1, 1, 0);
    try (SmallTraining training = SmallTraining.start("cpu", config, 1)) {
      double first = training.trainer.advance().loss();
      double[] last = new double[1];
      assertTrue(training.trainer.run(p -> last[0] = p.loss(), () -> false));
      assertEquals(30, training.trainer.step());
      assertTrue(last[0] < 0.95 * first, first + " -> " + last[0]);
    }
  }

  @Test
  void a_steady_state_step_allocates_no_slab() {
    try (SmallTraining training = start("cpu")) {
      long before = training.steps(2).backend.slabs().allocations();
      long peak = training.trainer.peakBytes();
      assertEquals(before, training.steps(4).backend.slabs().allocations());
      assertEquals(peak, training.trainer.peakBytes());
    }
  }

  @Test
  void training_stops_between_two_steps_when_told_to() {
    try (SmallTraining training = start("cpu")) {
      assertFalse(training.trainer.run(_ -> {}, () -> training.trainer.step() == 2));
      assertEquals(2, training.trainer.step());
    }
  }

  private static SmallTraining start(String device) {
    return SmallTraining.start(device, SmallTraining.everything(9), 1);
  }

  /// One weight [2, 3] times inputs, against targets.
  private static final class Regression implements AutoCloseable {
    final Backend backend = Backends.open("cpu");
    final Workspace home = Workspace.detached(backend);
    final Map<String, Tensor> weights = new LinkedHashMap<>();
    final Trainer trainer;

    Regression(TrainConfig config, Loss loss) {
      weights.put("w", Tensor.of(home, new float[] {1, -2, 3, -4, 5, -6}, 2, 3));
      trainer = new Trainer(config, weights, loss, backend);
    }

    /// `mean(x wᵀ)²` over rows `from .. to` of fixed inputs.
    Tensor loss(int from, int to) {
      Tensor x = Tensor.of(new float[] {1, 2, 3, -1, 0, 2, 4, -3, 1, 2, 2, 2}, 4, 3);
      return x.slice(0, from, to)
          .matmul(weights.get("w").transpose(0, 1))
          .apply(UnaryFunction.SQUARE)
          .mean();
    }

    float[] values() {
      return weights.get("w").toFloats();
    }

    @Override
    public void close() {
      trainer.close();
      home.close();
      backend.close();
    }
  }

  /// With a huge eps AdamW is plain gradient descent with step size 1, which shows the gradients themselves.
  private static TrainConfig descent(int accumulation, double ema) {
    return new TrainConfig(9, 1e6, 0, 1, 0, 0, 1e6, 0, 0, accumulation, ema);
  }

  @Test
  void two_half_batches_are_one_batch() {
    float[] whole;
    double loss;
    Regression[] self = new Regression[1];
    try (Regression r = new Regression(descent(1, 0), (_, _) -> self[0].loss(0, 4))) {
      self[0] = r;
      loss = r.trainer.advance().loss();
      whole = r.values();
    }
    try (Regression r =
        new Regression(descent(2, 0), (_, part) -> self[0].loss(2 * part, 2 * part + 2))) {
      self[0] = r;
      assertEquals(loss, r.trainer.advance().loss(), 1e-5 * loss);
      assertArrayEquals(whole, r.values(), 1e-4f);
    }
  }

  @Test
  void adamw_is_that_of_the_paper() {
    Regression[] self = new Regression[1];
    Loss loss = (step, _) -> self[0].weights.get("w").sum().mul(step + 1); // gradient step + 1
    TrainConfig config = new TrainConfig(3, 0.1, 0, 1, 0.9, 0.99, 1e-8, 0.2, 0, 1, 0);
    try (Regression r = new Regression(config, loss)) {
      self[0] = r;
      double weight = r.values()[0];
      double m = 0;
      double v = 0;
      for (int t = 1; t <= 3; t++) {
        double rate = config.learningRateAt(t - 1);
        m = 0.9 * m + 0.1 * t;
        v = 0.99 * v + 0.01 * t * t;
        double update = m / (1 - Math.pow(0.9, t)) / Math.sqrt(v / (1 - Math.pow(0.99, t)));
        weight -= rate * (update + 0.2 * weight);
        r.trainer.advance();
        assertEquals(weight, r.values()[0], 1e-6);
      }
    }
  }

  @Test
  void clipping_shortens_the_gradient_to_the_given_norm() {
    Regression[] self = new Regression[1];
    TrainConfig clipped = new TrainConfig(9, 1e6, 0, 1, 0, 0, 1e6, 0, 0.5, 1, 0);
    try (Regression r = new Regression(clipped, (_, _) -> self[0].loss(0, 4))) {
      self[0] = r;
      float[] before = r.values();
      assertTrue(r.trainer.advance().gradientNorm() > 1, "the norm is told before clipping");
      double squares = 0;
      for (int i = 0; i < before.length; i++) {
        squares += Math.pow(r.values()[i] - before[i], 2);
      }
      assertEquals(0.5, Math.sqrt(squares), 1e-5);
    }
  }

  @Test
  void averages_follow_the_weights_and_can_stand_in_for_them() {
    Regression[] self = new Regression[1];
    try (Regression r = new Regression(descent(1, 0.75), (_, _) -> self[0].loss(0, 2).mul(0.01))) {
      self[0] = r;
      float[] expected = r.values();
      for (int step = 0; step < 3; step++) {
        r.trainer.advance();
        for (int i = 0; i < expected.length; i++) {
          expected[i] = 0.75f * expected[i] + 0.25f * r.values()[i];
        }
      }
      float[] average = r.trainer.ema().averages().get("w").toFloats();
      assertArrayEquals(expected, average, 1e-5f);
      float[] trained = r.values();
      r.trainer.ema().swap();
      assertArrayEquals(average, r.values());
      r.trainer.ema().swap();
      assertArrayEquals(trained, r.values());
    }
  }

  @Test
  void a_loss_that_is_no_number_ends_training_before_a_weight_is_touched() {
    Regression[] self = new Regression[1];
    Loss bad = (step, _) -> self[0].loss(0, 4).mul(step < 2 ? 1e-3 : Double.NaN);
    try (Regression r = new Regression(descent(1, 0), bad)) {
      self[0] = r;
      r.trainer.advance();
      r.trainer.advance();
      float[] before = r.values();
      var e = assertThrows(TrainingDiverged.class, r.trainer::advance);
      assertTrue(e.getMessage().contains("at step 2") && e.getMessage().contains("NaN"));
      assertArrayEquals(before, r.values());
    }
  }

  @Test
  void an_infinite_gradient_ends_training_before_a_weight_is_touched() {
    Regression[] self = new Regression[1];
    Loss steep = (_, _) -> self[0].weights.get("w").sum().mul(1e25); // finite; its square is not
    try (Regression r = new Regression(descent(1, 0), steep)) {
      self[0] = r;
      float[] before = r.values();
      assertThrows(TrainingDiverged.class, r.trainer::advance);
      assertArrayEquals(before, r.values());
    }
  }

  @Test
  void a_weight_without_a_gradient_keeps_its_value() {
    Regression[] self = new Regression[1];
    try (Regression r = new Regression(descent(1, 0), (_, _) -> self[0].loss(0, 4))) {
      self[0] = r;
      Tensor idle = Tensor.of(r.home, new float[] {7}, 1);
      Map<String, Tensor> both = Map.of("w", r.weights.get("w"), "idle", idle);
      r.trainer.close();
      float[] before = r.values();
      try (Trainer trainer = new Trainer(descent(1, 0), both, (_, _) -> r.loss(0, 4), r.backend)) {
        trainer.advance();
        assertEquals(7, idle.item());
        assertNotEquals(before[0], r.values()[0]);
      }
    }
  }

  @Test
  void weights_that_cannot_be_trained_are_refused_by_name() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.open(backend)) {
      Tensor half = Tensor.zeros(2).cast(DType.BF16);
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new Trainer(descent(1, 0), Map.of("half", half), (_, _) -> half, backend));
      assertTrue(e.getMessage().contains("'half'") && e.getMessage().contains("BF16"));
      assertEquals(home, Workspace.current());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0.25", "1, 0.5", "3, 1", "4, 1", "7, 0.55", "10, 0.1", "20, 0.1"})
  void the_learning_rate_warms_up_and_falls_along_a_cosine(long step, double share) {
    TrainConfig config = new TrainConfig(10, 2e-3, 4, 0.1, 0.9, 0.99, 1e-8, 0, 0, 1, 0);
    assertEquals(2e-3 * share, config.learningRateAt(step), 1e-12);
  }
}
