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

/// The training whose step is timed: the laboratory's model on the memory world.
///
/// @param loss of the examples that the trainer's steps draw
/// @param config of the optimiser
public record NanoSetting(NanoModel model, SectionLoss loss, TrainConfig config, Trainer trainer)
    implements AutoCloseable {
  /// Examples of a step, as the laboratory trains.
  public static final int BATCH = 8;

  private static final int STEPS = 1_000_000;

  /// A fresh model with its trainer; equal settings draw equal examples.
  public static NanoSetting on(Backend backend, int batch) {
    StripBank bank = StripBank.of(new RevisitWorld(), 0, List.of(4, 12, 16), 50, 1);
    NanoModel model =
        NanoModel.create(
            WorkBench.PACKING, WorkBench.CHANNELS, bank.labels(), Position.SPACE, 0, backend);
    TrainingDraws sections = new TrainingDraws(WorkBench.PACKING, List.of(1), 0, 0);
    ExampleDraws examples = new ExampleDraws(bank, sections, HistoryTreatment.NONE);
    SectionLoss loss = new SectionLoss(model, examples, batch, NanoTraining.SHIFT, 0);
    TrainConfig config = TrainConfig.nano(STEPS, 1e-3);
    return new NanoSetting(
        model, loss, config, new Trainer(config, model.weights(), loss, backend));
  }

  /// One step of training.
  ///
  /// @return its loss
  public double step() {
    return trainer.advance().loss();
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
