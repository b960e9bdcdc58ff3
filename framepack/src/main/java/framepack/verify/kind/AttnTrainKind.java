package framepack.verify.kind;

import framepack.model.Checkpoint;
import framepack.model.Rope3d.Phases;
import framepack.model.hunyuan.Conditions;
import framepack.model.hunyuan.DoubleStreamAttention;
import framepack.model.hunyuan.HunyuanConfig;
import framepack.model.hunyuan.Streams;
import framepack.model.hunyuan.TextStates;
import framepack.pack.PatchKernel;
import framepack.pack.VisibleKeys;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.autograd.Tape;
import framepack.tensor.io.SafeTensors;
import framepack.tensor.nn.Params;
import framepack.tensor.op.UnaryFunction;
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

/// `attn_train`: joint attention of two streams, its gradients, and one step of AdamW.
final class AttnTrainKind implements CaseKind {
  private static final double LEARNING_RATE = 2e-3;
  private static final TrainConfig ADAMW =
      new TrainConfig(1, LEARNING_RATE, 0, 1, 0.9, 0.95, 1e-8, 0.1, 0, 1, 0);

  @Override
  public String name() {
    return "attn_train";
  }

  @Override
  public void run(GoldenCase golden, Verdicts verdicts) {
    try (SafeTensors file = SafeTensors.open(golden.folder().resolve("model.safetensors"))) {
      Params params = Params.loadTrainable(Checkpoint.views(file), Workspace.current());
      DoubleStreamAttention attention =
          DoubleStreamAttention.of(params.scope("attn"), config(golden));
      params.requireAllUsed();
      train(golden, verdicts, attention, params.named());
    }
  }

  private static void train(
      GoldenCase golden,
      Verdicts verdicts,
      DoubleStreamAttention attention,
      Map<String, Tensor> weights) {
    Tensor video = golden.in("hidden_states");
    Tensor text = golden.in("encoder_hidden_states");
    TextStates states = TextStates.of(text, golden.in("encoder_attention_mask"));
    Tensor valid = valid(states);
    List<Tensor> leaves = new ArrayList<>(weights.values());
    leaves.add(video);
    leaves.add(text);
    try (Tape tape = Tape.watching(leaves)) {
      Streams out = attention.forward(new Streams(video, text), conditions(golden, video, states));
      Tensor loss = loss(golden, out, valid, states.lengths());
      tape.backward(loss);
      verdicts.offer("out.loss", loss);
      verdicts.offer("out.hidden", out.video());
      verdicts.offer("out.encoder_valid_rows", out.text().mul(valid));
      verdicts.offer("out.grad_in.hidden_states", tape.gradient(video));
      verdicts.offer("out.grad_in.encoder_hidden_states", tape.gradient(text));
      step(golden, verdicts, tape, weights);
    }
  }

  private static HunyuanConfig config(GoldenCase golden) {
    int heads = golden.setting("num_attention_heads").intValue();
    int headDim = golden.setting("attention_head_dim").intValue();
    List<Integer> axes = new ArrayList<>();
    golden.setting("rope_axes_dim").forEach(axis -> axes.add(axis.intValue()));
    return new HunyuanConfig(
        1,
        1,
        heads,
        headDim,
        1,
        0,
        0,
        4,
        PatchKernel.BASE,
        true,
        heads * headDim,
        1,
        256,
        axes,
        0,
        List.of(),
        HunyuanConfig.Laboratory.OFF);
  }

  private static Conditions conditions(GoldenCase golden, Tensor video, TextStates text) {
    int[] keys = text.lengths().clone();
    for (int i = 0; i < keys.length; i++) {
      keys[i] += Math.toIntExact(video.extent(1));
    }
    Phases phases = new Phases(golden.in("rope_cos"), golden.in("rope_sin"));
    return new Conditions(null, phases, VisibleKeys.before(keys));
  }

  /// 1 for valid tokens, 0 for padding, [batch, tokens, 1].
  private static Tensor valid(TextStates text) {
    int tokens = Math.toIntExact(text.states().extent(1));
    float[] valid = new float[text.lengths().length * tokens];
    for (int i = 0; i < valid.length; i++) {
      valid[i] = i % tokens < text.lengths()[i / tokens] ? 1 : 0;
    }
    return Tensor.of(valid, text.lengths().length, tokens, 1);
  }

  /// `mean((hidden - target)²) + Σ valid · (encoder - target)² / (valid rows · dim)`.
  private static Tensor loss(GoldenCase golden, Streams out, Tensor valid, int[] lengths) {
    double elements = 0;
    for (int length : lengths) {
      elements += length * out.text().extent(2);
    }
    Tensor missed = out.text().sub(golden.in("encoder_target")).apply(UnaryFunction.SQUARE);
    return VelocityLoss.meanSquared(out.video(), golden.in("target"))
        .add(missed.mul(valid).sum().mul(1 / elements));
  }

  private static void step(
      GoldenCase golden, Verdicts verdicts, Tape tape, Map<String, Tensor> weights) {
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    weights.forEach((name, weight) -> {
      gradients.put(name, tape.gradient(weight));
      verdicts.offer("out.grad_w." + name, tape.gradient(weight));
    });
    new Optimizer(ADAMW, weights, Workspace.current()).step(gradients, 0);
    TrainedWeights compared = new TrainedWeights(verdicts, 1e-4, 2 * LEARNING_RATE);
    weights.forEach((name, weight) -> {
      String after = "out.adamw1." + name;
      if (golden.has(after)) {
        Tensor gradient = Workspace.current().adopt(golden.io().view("out.grad_w." + name));
        compared.offer(after, weight, golden.io().view(after), gradient, false);
      }
    });
  }
}
