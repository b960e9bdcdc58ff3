package framepack.tests.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.model.Rope3d.Phases;
import framepack.model.wan.WanBlock;
import framepack.model.wan.WanConditions;
import framepack.model.wan.WanInput;
import framepack.model.wan.WanTransformer;
import framepack.pack.ContextTail;
import framepack.pack.Packer.Packed;
import framepack.pack.PatchKernel;
import framepack.pack.Span;
import framepack.pack.VisibleKeys;
import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.nn.Params;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A tail in front of Wan's packed history is what a sequence built by hand says.
class WanTailTest {
  private static final int C = SmallModel.CHANNELS;
  private static final PatchKernel ONE = PatchKernel.cubic(1);

  /// A model of one block with its weights.
  private record Opened(WanTransformer model, Map<String, Tensor> weights) {
    static Opened in(Workspace home) {
      Params params = Params.create(home, 21);
      WanTransformer model = new WanTransformer(SmallWan.packed(1, true), params);
      SmallWan.open(params);
      return new Opened(model, params.named());
    }
  }

  /// Two `ta` tokens, then one that stands for five frames as a `tc` token does.
  private static ContextTail tail() {
    List<Span> times = List.of(new Span(-7, 1), new Span(-6, 1), new Span(-5, 5));
    return ContextTail.ofRuns(ONE, SmallModel.numbers(40, 1, C, 3), List.of(times));
  }

  @Test
  void a_tail_is_what_a_sequence_built_by_hand_says() {
    try (Backend backend = Backends.open("cpu");
        Workspace home = Workspace.open(backend)) {
      Opened opened = Opened.in(home);
      WanTransformer model = opened.model();
      WanInput plain = SmallWan.packedInput(1, true);
      WanInput in = plain.withTail(tail());
      Packed packed = model.pack(in);
      Packed byHand = sequence(opened, plain);
      assertArrayEquals(byHand.hidden().toFloats(), packed.hidden().toFloats(), 2e-6f);
      assertArrayEquals(byHand.phases().cos().toFloats(), packed.phases().cos().toFloats(), 2e-6f);
      assertArrayEquals(byHand.phases().sin().toFloats(), packed.phases().sin().toFloats(), 2e-6f);
      assertEquals(byHand.noisyTokens(), packed.noisyTokens());
      float[] velocity = model.forward(in).toFloats();
      assertArrayEquals(velocity(model, plain, byHand), velocity, 2e-5f);
      assertTrue(distance(velocity, model.forward(plain).toFloats()) > 1e-3, "a tail must show");
    }
  }

  /// Tail tokens as sums over the taps of a constant patch, phases averaged in double precision, before the rest.
  private static Packed sequence(Opened opened, WanInput plain) {
    float[] weight = opened.weights().get("clean_x_embedder.proj.weight").toFloats();
    float[] bias = opened.weights().get("clean_x_embedder.proj.bias").toFloats();
    float[] pixels = tail().pixels().toFloats();
    int dim = bias.length;
    float[] tokens = new float[3 * dim];
    for (int token = 0; token < 3; token++) {
      for (int d = 0; d < dim; d++) {
        double sum = bias[d];
        for (int c = 0; c < C; c++) {
          for (int tap = 0; tap < 4; tap++) {
            sum += (double) weight[(d * C + c) * 4 + tap] * pixels[c * 3 + token];
          }
        }
        tokens[token * dim + d] = (float) sum;
      }
    }
    WanTransformer model = opened.model();
    Packed rest = model.pack(plain);
    long[][] stands = {{-7}, {-6}, {-5, -4, -3, -2, -1}};
    Tensor[] cos = new Tensor[4];
    Tensor[] sin = new Tensor[4];
    for (int token = 0; token < 3; token++) {
      Phases all = model.packer().rope().phases(new long[][] {stands[token]}, 3, 5, 1, 1, 1);
      cos[token] = mean(all.cos());
      sin[token] = mean(all.sin());
    }
    cos[3] = rest.phases().cos();
    sin[3] = rest.phases().sin();
    return new Packed(
        Tensor.concat(1, Tensor.of(tokens, 1, 3, dim), rest.hidden()),
        new Phases(Tensor.concat(1, cos), Tensor.concat(1, sin)),
        rest.noisyTokens());
  }

  /// The mean over tokens [1, n, head] as one token.
  private static Tensor mean(Tensor phases) {
    float[] all = phases.toFloats();
    int head = Math.toIntExact(phases.extent(2));
    int count = all.length / head;
    float[] mean = new float[head];
    for (int i = 0; i < head; i++) {
      double sum = 0;
      for (int token = 0; token < count; token++) {
        sum += all[token * head + i];
      }
      mean[i] = (float) (sum / count);
    }
    return Tensor.of(mean, 1, 1, head);
  }

  /// The blocks over this sequence, every key visible, and patches put in their places one by one.
  private static float[] velocity(WanTransformer model, WanInput in, Packed packed) {
    WanConditions of = model.conditions(in, model.pack(in));
    WanConditions c =
        new WanConditions(
            of.embedding(),
            of.modulation(),
            packed.phases(),
            VisibleKeys.ALL,
            of.text(),
            of.image());
    Tensor x = packed.hidden();
    for (WanBlock block : model.blocks()) {
      x = block.forward(x, c);
    }
    float[] rows = model.rows(x, packed, c).toFloats();
    int height = SmallModel.HEIGHT;
    int width = SmallModel.WIDTH;
    float[] velocity = new float[C * SmallModel.FRAMES * height * width];
    for (int i = 0; i < velocity.length; i++) {
      int w = i % width;
      int h = i / width % height;
      int t = i / width / height % SmallModel.FRAMES;
      int channel = i / width / height / SmallModel.FRAMES;
      int token = (t * height / 2 + h / 2) * width / 2 + w / 2;
      velocity[i] = rows[(token * 4 + h % 2 * 2 + w % 2) * C + channel];
    }
    return velocity;
  }

  private static double distance(float[] a, float[] b) {
    double distance = 0;
    for (int i = 0; i < a.length; i++) {
      distance = Math.max(distance, Math.abs(a[i] - b[i]));
    }
    return distance;
  }

  @Test
  void padded_tails_are_the_same_on_the_reference() {
    assertArrayEquals(velocity("reference"), velocity("cpu"), 2e-5f);
  }

  private static float[] velocity(String device) {
    try (Backend backend = Backends.open(device);
        Workspace home = Workspace.open(backend)) {
      return Opened.in(home)
          .model()
          .forward(SmallWan.packedInput(2, true).withTail(SmallModel.tail(new int[] {1, 4}, 0, 1)))
          .toFloats();
    }
  }
}
