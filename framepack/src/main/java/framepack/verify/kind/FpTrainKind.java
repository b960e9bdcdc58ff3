package framepack.verify.kind;

import framepack.model.Checkpoint;
import framepack.model.ConfigKeys;
import framepack.model.hunyuan.HunyuanConfigJson;
import framepack.model.hunyuan.HunyuanVideoPacked;
import framepack.model.hunyuan.TransformerInput;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.core.DType;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.nn.Params;
import framepack.train.Optimizer;
import framepack.train.TrainConfig;
import framepack.train.VelocityLoss;
import framepack.verify.CaseKind;
import framepack.verify.GoldenCase;
import framepack.verify.Verdicts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `fp_train`: the whole transformer forward and backward, and two steps of AdamW. Gradients and weights come from files of
/// their own: `grads`, `adamw_step1`, `adamw_step2_subset`.
///
/// The public cases' `grads` are those of the second backward pass, at the weights after the first step (torch 1.13 clears
/// and refills the tensors that were kept of the first one). Which pass a file holds is found out, not assumed.
final class FpTrainKind implements CaseKind {
  private static final double LEARNING_RATE = 1e-3;
  private static final TrainConfig ADAMW =
      new TrainConfig(2, LEARNING_RATE, 0, 1, 0.9, 0.999, 1e-8, 0.01, 0, 1, 0);
  private static final double NOISE = 1e-7; // relative to the largest gradient of all

  @Override
  public String name() {
    return "fp_train";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    try (SafeTensors file = SafeTensors.open(golden.folder().resolve("model.safetensors"))) {
      Params params = Params.loadTrainable(Checkpoint.views(file), Workspace.current());
      var config = HunyuanConfigJson.read(new ConfigKeys("config.json", golden.config()));
      new Run(golden, verdicts, new HunyuanVideoPacked(config, params), params.named()).train();
    }
  }

  /// One case at work.
  private record Run(
      GoldenCase golden,
      Verdicts verdicts,
      HunyuanVideoPacked model,
      Map<String, Tensor> weights,
      Map<String, Tensor> inputs) {
    Run(
        GoldenCase golden,
        Verdicts verdicts,
        HunyuanVideoPacked model,
        Map<String, Tensor> weights) {
      this(golden, verdicts, model, weights, new LinkedHashMap<>());
    }

    void train() {
      TransformerInput in =
          new FramePackInputs(golden, name -> inputs.computeIfAbsent(name, golden::in))
              .transformer();
      Optimizer optimizer = new Optimizer(ADAMW, weights, Workspace.current());
      try (SafeTensors reference = open("grads");
          SafeTensors first = open("adamw_step1");
          SafeTensors second = open("adamw_step2_subset")) {
        Map<String, Tensor> before = firstPass(in);
        optimizer.step(before, 0);
        compareWeights("adamw1.", first, before);
        Map<String, Tensor> after = secondPass(in);
        optimizer.step(after, 1);
        compareWeights("adamw2.", second, before);
        boolean isSecond = distance(after, reference) < distance(before, reference);
        compareGradients(isSecond ? after : before, reference);
      }
    }

    private SafeTensors open(String name) {
      return SafeTensors.open(golden.folder().resolve(name + ".safetensors"));
    }

    private Map<String, Tensor> firstPass(TransformerInput in) {
      List<Tensor> leaves = new ArrayList<>(weights.values());
      inputs.forEach((name, value) -> {
        if (golden.has("out.grad_in." + name)) { // the others are data
          leaves.add(value);
        }
      });
      Map<String, Tensor> between = new LinkedHashMap<>();
      try (Tape tape = Tape.watching(leaves)) {
        HunyuanStages stages =
            new HunyuanStages(
                model,
                (name, value) -> {
                  tape.retain(value);
                  between.put(name, value);
                });
        Tensor sample = stages.forward(in);
        Tensor loss = VelocityLoss.meanSquared(sample, golden.in("target"));
        tape.backward(loss);
        verdicts.offer("out.sample", sample);
        verdicts.offer("out.loss", loss);
        inputs.forEach((name, value) -> offer("out.grad_in." + name, tape.gradient(value)));
        between.forEach((name, value) -> offer("tap.grad." + name, tape.gradient(value)));
        return gradients(tape);
      }
    }

    private void offer(String name, Tensor gradient) {
      if (gradient != null) {
        verdicts.offer(name, gradient);
      }
    }

    private Map<String, Tensor> secondPass(TransformerInput in) {
      try (Tape tape = Tape.watching(weights.values())) {
        Tensor loss = VelocityLoss.meanSquared(model.forward(in), golden.in("target"));
        tape.backward(loss);
        verdicts.offer("out.loss_after_step1", loss);
        return gradients(tape);
      }
    }

    private Map<String, Tensor> gradients(Tape tape) {
      Map<String, Tensor> gradients = new LinkedHashMap<>();
      weights.forEach((name, weight) -> {
        if (tape.gradient(weight) != null) {
          gradients.put(name, tape.gradient(weight));
        }
      });
      return gradients;
    }

    /// Gradients that are zero in theory hold rounding noise in the file: ours must be noise too, whatever its digits.
    private void compareGradients(Map<String, Tensor> gradients, SafeTensors reference) {
      double noise = NOISE * largest(gradients.values());
      for (String name : reference.names()) {
        String shown = "grad." + name;
        verdicts.expect(shown, reference.view(name), null, golden.tolerance(shown, DType.F32));
        Tensor theirs = Workspace.current().adopt(reference.view(name));
        Tensor ours = gradients.get(name);
        if (isNoise(theirs, noise) && (ours == null || isNoise(ours, noise))) {
          verdicts.offer(shown, theirs);
        } else if (ours != null) {
          verdicts.offer(shown, ours);
        }
      }
    }

    /// Sum over all tensors of the largest difference.
    private static double distance(Map<String, Tensor> gradients, SafeTensors reference) {
      double sum = 0;
      for (Map.Entry<String, Tensor> entry : gradients.entrySet()) {
        if (reference.contains(entry.getKey())) {
          Tensor theirs = Workspace.current().adopt(reference.view(entry.getKey()));
          sum += TrainedWeights.largest(entry.getValue().sub(theirs).toFloats());
        }
      }
      return sum;
    }

    private void compareWeights(
        String step, SafeTensors reference, Map<String, Tensor> firstGradients) {
      double noise = NOISE * largest(firstGradients.values());
      TrainedWeights compared = new TrainedWeights(verdicts, 1e-3, 2 * LEARNING_RATE);
      for (String name : reference.names()) {
        String shown = step + name;
        verdicts.expect(shown, reference.view(name), null, golden.tolerance(shown, DType.F32));
        Tensor ours = weights.get(name);
        if (ours != null) {
          Tensor gradient = firstGradients.get(name);
          boolean isNoise = gradient != null && isNoise(gradient, noise);
          compared.offer(shown, ours, reference.view(name), gradient, isNoise);
        }
      }
    }

    private static double largest(Iterable<Tensor> tensors) {
      double largest = 0;
      for (Tensor tensor : tensors) {
        largest = Math.max(largest, TrainedWeights.largest(tensor.toFloats()));
      }
      return largest;
    }

    private static boolean isNoise(Tensor values, double noise) {
      return TrainedWeights.largest(values.toFloats()) <= noise;
    }
  }
}
