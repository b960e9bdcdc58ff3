package framepack.tests.train;

import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import framepack.tests.model.SmallModel;
import framepack.train.TrainConfig;
import framepack.train.Trainer;
import framepack.train.VelocityLoss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// A small transformer in training on examples that depend on step and part only.
public final class SmallTraining implements AutoCloseable {
  public final Backend backend;
  final Workspace home;
  public final Params params;
  final HunyuanVideoPacked model;
  public final Trainer trainer;

  SmallTraining(String device, HunyuanConfig shape, TrainConfig config, long seed) {
    backend = Backends.open(device);
    home = Workspace.detached(backend);
    params = Params.create(home, seed);
    model = new HunyuanVideoPacked(shape, params);
    SmallModel.open(params);
    trainer = new Trainer(config, params.named(), this::loss, backend);
  }

  public static SmallTraining start(String device, TrainConfig config, long seed) {
    return new SmallTraining(device, SmallModel.config(1, 1), config, seed);
  }

  /// AdamW with everything switched on.
  public static TrainConfig everything(int steps) {
    return new TrainConfig(steps, 2e-3, 2, 0.1, 0.9, 0.99, 1e-8, 0.01, 1, 2, 0.9);
  }

  private Tensor loss(long step, int part) {
    TransformerInput in = SmallModel.input(1);
    Tensor target = SmallModel.latents(1000 + 10 * step + part, 1, SmallModel.FRAMES);
    return VelocityLoss.meanSquared(model.forward(in), target);
  }

  public SmallTraining steps(int count) {
    for (int i = 0; i < count; i++) {
      trainer.advance();
    }
    return this;
  }

  /// Every weight and every average, by value.
  Map<String, String> values() {
    Map<String, String> all = new LinkedHashMap<>();
    params.named().forEach((name, weight) -> all.put(name, Arrays.toString(weight.toFloats())));
    if (trainer.ema() != null) {
      trainer
          .ema()
          .averages()
          .forEach((name, average) -> all.put("ema." + name, Arrays.toString(average.toFloats())));
    }
    return all;
  }

  @Override
  public void close() {
    trainer.close();
    home.close();
    backend.close();
  }
}
