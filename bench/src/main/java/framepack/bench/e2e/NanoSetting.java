package framepack.bench.e2e;

import framepack.experiment.ExampleDraws;
import framepack.experiment.NanoModel;
import framepack.experiment.NanoTraining;
import framepack.experiment.SectionLoss;
import framepack.experiment.dataset.RevisitWorld;
import framepack.experiment.dataset.StripBank;
import framepack.history.HistoryTreatment;
import framepack.model.hunyuan.HunyuanConfig.Position;
import framepack.order.TrainingDraws;
import framepack.tensor.backend.Backend;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import java.util.List;

/// The training whose step is timed: the laboratory's model on the memory world, 8 examples a step.
record NanoSetting(NanoModel model, Trainer trainer) implements AutoCloseable {
  private static final int BATCH = 8;
  private static final int STEPS = 1_000_000;

  static NanoSetting on(Backend backend) {
    StripBank bank = StripBank.of(new RevisitWorld(), 0, List.of(4, 12, 16), 50, 1);
    NanoModel model =
        NanoModel.create(
            WorkBench.PACKING, WorkBench.CHANNELS, bank.labels(), Position.SPACE, 0, backend);
    TrainingDraws sections = new TrainingDraws(WorkBench.PACKING, List.of(1), 0, 0);
    ExampleDraws examples = new ExampleDraws(bank, sections, HistoryTreatment.NONE);
    SectionLoss loss = new SectionLoss(model, examples, BATCH, NanoTraining.SHIFT, 0);
    TrainConfig config = TrainConfig.nano(STEPS, 1e-3);
    return new NanoSetting(model, new Trainer(config, model.weights(), loss, backend));
  }

  double step() {
    return trainer.advance().loss();
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
