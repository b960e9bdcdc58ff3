package framepack.bench.e2e;

import framepack.experiment.ExampleDraws;
import framepack.experiment.HistoryNoise;
import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.SectionLoss;
import framepack.experiment.dataset.RevisitWorld;
import framepack.experiment.dataset.StripBank;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.TrainingDraws;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// One training step of the laboratory's model: 8 examples of 72 tokens drawn, forward, backward, clipped, updated.
public class NanoStepBench extends WorkBench {
  private static final int BATCH = 8;
  private static final int STEPS = 1_000_000;
  private static final int CHECKED = 60;

  private Backend backend;
  private NanoModel model;
  private Trainer trainer;

  @Setup
  public void prepare() {
    backend = Backends.open(device);
    StripBank bank = StripBank.of(new RevisitWorld(), 0, List.of(4, 12, 16), 50, 1);
    model = NanoModel.create(PACKING, CHANNELS, bank.labels(), Position.SPACE, 0, backend);
    TrainingDraws sections = new TrainingDraws(PACKING, List.of(1), 0, 0);
    ExampleDraws examples = new ExampleDraws(bank, sections, HistoryNoise.NONE);
    SectionLoss loss = new SectionLoss(model, examples, BATCH, NanoTraining.SHIFT, 0);
    TrainConfig config = TrainConfig.nano(STEPS, 1e-3);
    trainer = new Trainer(config, model.weights(), loss, backend);
    checkThatItLearns();
  }

  private void checkThatItLearns() {
    double first = trainer.advance().loss();
    double last = first;
    for (int i = 1; i < CHECKED; i++) {
      last = trainer.advance().loss();
    }
    if (!(last < 0.9 * first)) {
      throw new IllegalStateException(
          "training: the loss went from %s to %s in %d steps".formatted(first, last, CHECKED));
    }
  }

  @Benchmark
  public double step() {
    return trainer.advance().loss();
  }

  @TearDown
  public void close() {
    trainer.close();
    model.close();
    backend.close();
  }
}
