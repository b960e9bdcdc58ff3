package framepack.tests.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.Tensor;
import framepack.tests.train.SmallTraining;
import framepack.train.TrainConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The training loop runs on an OpenCL device as it is.
class OpenClTrainingTest {
  private static final int STEPS = 12;

  @Test
  void training_lowers_the_loss_and_follows_the_cpu() {
    TrainConfig config = new TrainConfig(STEPS, 5e-3, 3, 0.1, 0.9, 0.99, 1e-8, 0, 1, 1, 0);
    double[] device = losses(Devices.first().name(), config);
    double[] cpu = losses("cpu", config);
    assertTrue(device[STEPS - 1] < 0.98 * device[0], device[0] + " -> " + device[STEPS - 1]);
    assertArrayEquals(cpu, device, 1e-4 * cpu[0]);
  }

  private static double[] losses(String device, TrainConfig config) {
    try (SmallTraining training = SmallTraining.start(device, config, 1)) {
      double[] losses = new double[STEPS];
      for (int i = 0; i < STEPS; i++) {
        losses[i] = training.trainer.advance().loss();
      }
      return losses;
    }
  }

  @Test
  void the_same_seed_gives_the_same_weights_and_steps_allocate_nothing() {
    String device = Devices.first().name();
    try (SmallTraining one = SmallTraining.start(device, SmallTraining.everything(9), 1);
        SmallTraining other = SmallTraining.start(device, SmallTraining.everything(9), 1)) {
      long before = one.steps(2).backend.slabs().allocations();
      one.steps(1);
      assertEquals(before, one.backend.slabs().allocations());
      Map<String, Tensor> expected = one.params.named();
      other.steps(3);
      other
          .params
          .named()
          .forEach((name, weight) ->
              assertArrayEquals(expected.get(name).toFloats(), weight.toFloats(), name));
    }
  }
}
