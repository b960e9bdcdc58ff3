package framepack.bench.peer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import framepack.bench.e2e.NanoSetting;
import framepack.bench.race.Contestant;
import framepack.experiment.SectionLoss.Drawn;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.pack.ContextLevel;
import framepack.pack.Packer.Packed;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.train.TrainConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The laboratory's training step in libtorch: forward, autograd, clipping, AdamW, from the weights of one of our models.
/// It is handed the examples of a step, drawn, packed and with their phases; ours draws them.
final class NanoTorch implements Contestant {
  private final Torch torch;
  private final TrainConfig config;
  private final TorchScript script;
  private final NDList state = new NDList();
  private NDList examples;
  private long step;

  /// @param fused whether AdamW is one call (`fused=True`) or a loop over weights, PyTorch's default on CPUs
  NanoTorch(NanoSetting setting, int threads, boolean fused) {
    torch = Torch.on(threads);
    config = setting.config();
    Map<String, Tensor> weights = setting.model().weights();
    script =
        torch.script(
            TorchScript.text("block.py").replace("GELU", "none")
                + TorchScript.text("nano_step.py")
                    .replace("BLOCKS", "" + setting.model().network().config().doubleLayers())
                    .replace("BETA1", "" + config.beta1())
                    .replace("BETA2", "" + config.beta2())
                    .replace("FUSED", fused ? "True" : "False")
                + names(weights));
    List<NDArray> copies = weights.values().stream().map(torch::copy).toList();
    copies.forEach(w -> w.setRequiresGradient(true));
    add(state, "w[]", copies);
    add(state, "m[]", copies.stream().map(torch::zerosLike).toList());
    add(state, "v[]", copies.stream().map(torch::zerosLike).toList());
    add(state, "steps[]", copies.stream().map(_ -> torch.count()).toList());
  }

  private static String names(Map<String, Tensor> weights) {
    return weights.keySet().stream()
        .map(name -> '"' + name + '"')
        .collect(Collectors.joining(", ", "def names(self) -> List[str]:\n  return [", "]\n"));
  }

  private static void add(NDList to, String name, List<NDArray> arrays) {
    arrays.forEach(a -> a.setName(name));
    to.addAll(arrays);
  }

  /// Takes the examples of one of our steps.
  void hand(NanoSetting from, long step) {
    try (Workspace _ = Workspace.open(from.model().backend())) {
      Drawn drawn = from.loss().draw(step, 0);
      TransformerInput input = drawn.input();
      HunyuanVideoPacked network = from.model().network();
      Packed packed = network.pack(input);
      Tensor unplaced =
          network.packer().pack(null, input.context(), input.latents(), input.times()).hidden();
      NDList taken = new NDList();
      taken.add(torch.copy(drawn.x0()));
      taken.add(torch.copy(drawn.noise()));
      taken.add(torch.copy(drawn.sigma()));
      add(taken, "levels[]", input.context().stream().map(ContextLevel::latents).map(torch::copy).toList());
      taken.add(torch.copy(packed.hidden().sub(unplaced).slice(0, 0, 1)));
      taken.add(torch.perHead(packed.phases().cos()));
      taken.add(torch.perHead(packed.phases().sin()));
      taken.add(torch.integers(input.labels()));
      if (examples != null) {
        examples.close();
      }
      examples = taken;
    }
  }

  /// One step on the examples at hand.
  ///
  /// @return its loss
  double step() {
    try (NDArray rate = torch.scalar(config.learningRateAt(step++))) {
      NDList inputs = new NDList(state);
      inputs.addAll(examples);
      inputs.add(rate);
      try (NDList loss = script.call(inputs, true)) {
        return loss.getFirst().toFloatArray()[0];
      }
    }
  }

  @Override
  public Object run() {
    return step();
  }

  @Override
  public void close() {
    script.close();
    torch.close();
  }
}
