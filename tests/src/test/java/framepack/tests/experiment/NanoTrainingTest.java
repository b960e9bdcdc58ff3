package framepack.tests.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import framepack.experiment.MemoryExperiment;
import framepack.experiment.NanoTraining;
import framepack.experiment.TrainingWatch;
import framepack.experiment.dataset.StripBank;
import framepack.pack.PackSpec;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Small models, trained and sampled as the demo and the laboratory do it.
final class NanoTrainingTest {
  private static MemoryExperiment.Outcome trained(String device) {
    StripBank bank = StripBank.memory(3, List.of(4, 6));
    MemoryExperiment experiment = new MemoryExperiment(bank, NanoTraining.of(4, 3), 2);
    try (Backend backend = Backends.open(device)) {
      PackSpec spec = PackSpec.parse("td_f16k4f2k2f1k1_g3");
      return experiment.run(spec, backend, TrainingWatch.of(_ -> {}, () -> false)).orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu:1", "cpu:2", "cpu:3"})
  void one_seed_gives_the_same_bits_on_any_number_of_threads(String device) {
    MemoryExperiment.Outcome expected = trained("cpu:1");
    MemoryExperiment.Outcome again = trained(device);
    assertArrayEquals(expected.training().losses(), again.training().losses());
    assertEquals(expected.hidden(), again.hidden());
    assertEquals(expected.visible(), again.visible());
  }
}
