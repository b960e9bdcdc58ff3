package framepack.tests.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Backends;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.Linear;
import framepack.tensor.op.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is fused to save a pass over memory computes what its parts compute one after the other.
class FusedTest {
  private static final int BATCH = 2;
  private static final int TOKENS = 19;
  private static final int DIM = 38;

  private final SplittableRandom random = new SplittableRandom(11);

  private Tensor normal(long... extents) {
    long count = 1;
    for (long extent : extents) {
      count *= extent;
    }
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values, extents);
  }

  private static void assertClose(Tensor fused, Tensor parts, String what) {
    float[] a = fused.toFloats();
    float[] b = parts.toFloats();
    assertTrue(fused.shape().equals(parts.shape()), what + ": " + fused + " and " + parts);
    double largest = 0;
    double error = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(b[i]));
      error = Math.max(error, Math.abs((double) a[i] - b[i]));
    }
    assertTrue(error <= 4e-6 * largest, what + ": error " + error + " of " + largest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void linear_with_its_epilogue_is_linear_then_activation_then_gate(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor x = normal(BATCH, TOKENS, DIM);
      Tensor weight = normal(45, DIM);
      Tensor bias = normal(45);
      Tensor residual = normal(BATCH, TOKENS, 45);
      Tensor gate = normal(BATCH, 45);
      for (Activation activation : Activation.values()) {
        Tensor plain = x.matmul(weight.transpose(0, 1)).add(bias);
        Tensor active = activation.function().map(plain::apply).orElse(plain);
        assertClose(x.linear(weight, bias, activation), active, device + " " + activation);
        Linear gated = new Linear(true, activation, true);
        Tensor fused = Tensor.apply(gated, x, weight, bias, residual, gate).get(0);
        Tensor parts = residual.add(active.mul(gate.reshape(BATCH, 1, 45)));
        assertClose(fused, parts, device + " gated " + activation);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void modulated_layer_norm_is_layer_norm_then_scale_and_shift(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor x = normal(BATCH, TOKENS, DIM);
      Tensor shift = normal(BATCH, DIM);
      Tensor scale = normal(BATCH, DIM);
      Tensor parts =
          x.layerNorm(1e-6)
              .mul(scale.add(1).reshape(BATCH, 1, DIM))
              .add(shift.reshape(BATCH, 1, DIM));
      assertClose(x.modulatedLayerNorm(shift, scale, 1e-6), parts, device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void rms_norm_rope_is_rms_norm_then_rope(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor x = normal(BATCH, TOKENS, 3, DIM);
      Tensor weight = normal(DIM);
      Tensor cos = normal(TOKENS, DIM);
      Tensor sin = normal(TOKENS, DIM);
      Tensor parts = x.rmsNorm(weight, 1e-6).rope(cos, sin);
      assertClose(x.rmsNormRope(weight, 1e-6, cos, sin), parts, device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void layer_norm_with_affine_is_layer_norm_then_weight_and_bias(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor x = normal(BATCH, TOKENS, DIM);
      Tensor weight = normal(DIM);
      Tensor bias = normal(DIM);
      Tensor parts = x.layerNorm(1e-6).mul(weight).add(bias);
      assertClose(x.layerNorm(weight, bias, 1e-6), parts, device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void gated_residual_is_a_product_and_a_sum(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor residual = normal(BATCH, TOKENS, DIM);
      Tensor x = normal(BATCH, TOKENS, DIM);
      Tensor gate = normal(BATCH, DIM);
      Tensor fused = Tensor.apply(new GatedResidual(), residual, x, gate).get(0);
      assertClose(fused, residual.add(x.mul(gate.reshape(BATCH, 1, DIM))), device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void patch_embedding_is_patches_then_linear(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor x = normal(BATCH, 3, 5, 9, 13);
      Tensor weight = normal(11, 3, 2, 4, 4);
      Tensor bias = normal(11);
      Tensor matrix = weight.reshape(11, -1);
      Tensor parts = x.patches(2, 4, 4).linear(matrix, bias, Activation.NONE);
      assertClose(x.patchEmbed(weight, bias), parts, device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void patches_then_linear_is_a_convolution_whose_stride_is_its_kernel(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor x = normal(BATCH, 4, 4, 8, 12);
      Tensor weight = normal(11, 4, 2, 4, 4);
      Tensor bias = normal(11);
      Tensor tokens =
          x.patches(2, 4, 4).linear(weight.reshape(11, -1), bias, Activation.NONE); // [b, n, o]
      Tensor volume = Tensor.apply(new Conv3d(2, 4, 4, true), x, weight, bias).get(0);
      assertClose(volume.reshape(BATCH, 11, -1).transpose(1, 2), tokens, device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void attention_is_two_products_around_a_softmax(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor q = normal(BATCH, TOKENS, 3, DIM);
      Tensor k = normal(BATCH, 23, 3, DIM);
      Tensor v = normal(BATCH, 23, 3, DIM);
      List<Tensor> heads = new ArrayList<>();
      for (Tensor each : List.of(q, k, v)) {
        heads.add(each.transpose(1, 2)); // [batch, heads, tokens, dim]
      }
      Tensor scores = heads.get(0).matmul(heads.get(1).transpose(2, 3)).mul(1 / Math.sqrt(DIM));
      Tensor parts = scores.softmax().matmul(heads.get(2)).transpose(1, 2);
      assertClose(q.attention(k, v, null), parts, device);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void silu_is_a_product_with_a_sigmoid(String device) {
    try (Backend backend = Backends.open(device);
        Workspace _ = Workspace.open(backend)) {
      Tensor x = normal(TOKENS, DIM);
      assertClose(x.silu(), x.mul(x.apply(UnaryFunction.SIGMOID)), device);
    }
  }
}
