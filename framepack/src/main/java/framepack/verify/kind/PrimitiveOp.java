package framepack.verify.kind;

import framepack.tensor.Tensor;
import framepack.tensor.core.DType;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AvgPool3d;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.GroupNorm;
import framepack.tensor.op.Op;
import framepack.tensor.op.Padding;
import framepack.tensor.op.ResizeBilinear;
import framepack.tensor.op.UnaryFunction;
import framepack.tensor.op.UpsampleNearest;
import framepack.verify.CaseException;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// One operation of a `primitives` case in the words of [Tensor].
///
/// @param attributes the operation's name and settings
/// @param inputs its tensors by name, in PyTorch's layouts
record PrimitiveOp(JsonNode attributes, Map<String, Tensor> inputs) {
  private static final double TIMESTEP_PERIOD = 10000;

  Tensor apply() {
    String op = attributes.required("op").stringValue();
    return switch (op) {
      case "linear" -> in("x").linear(in("weight"), inputs.get("bias"), Activation.NONE);
      case "sdpa" -> attention();
      case "conv3d" -> convolution(in("x"), in("weight"), 3);
      case "conv2d" -> convolution(in("x").unsqueeze(2), in("weight").unsqueeze(2), 2);
      case "group_norm" ->
          run(
              new GroupNorm(attributes.required("groups").intValue(), eps()),
              in("x"),
              in("weight"),
              in("bias"));
      case "layer_norm" ->
          inputs.containsKey("weight")
              ? in("x").layerNorm(in("weight"), in("bias"), eps())
              : in("x").layerNorm(eps());
      case "rms_norm" -> in("x").rmsNorm(in("weight"), eps());
      case "wan_channel_norm" -> channelNorm();
      case "gelu_tanh" -> in("x").apply(UnaryFunction.GELU_TANH);
      case "gelu_exact" -> in("x").apply(UnaryFunction.GELU_EXACT);
      case "silu" -> in("x").silu();
      case "quick_gelu" -> in("x").apply(UnaryFunction.QUICK_GELU);
      case "softmax" -> in("x").softmax();
      case "rope_interleaved" -> in("x").rope(in("cos"), in("sin"));
      case "avg_pool3d" -> {
        int[] kernel = ints("kernel");
        yield run(new AvgPool3d(kernel[0], kernel[1], kernel[2]), in("x"));
      }
      case "pad_replicate" -> pad(in("x"), ints("pad"), Padding.REPLICATE);
      case "upsample_nearest" -> {
        int[] scale = ints("scale");
        yield run(new UpsampleNearest(scale[0], scale[1], scale[2]), in("x"));
      }
      case "bilinear" -> {
        int[] size = ints("size");
        yield run(new ResizeBilinear(size[0], size[1]), in("x"));
      }
      case "timestep_embedding" ->
          in("t").timestepEmbedding(attributes.required("dim").intValue(), TIMESTEP_PERIOD);
      default -> throw new CaseException("primitives: unknown operation '" + op + "'");
    };
  }

  private static Tensor run(Op op, Tensor... inputs) {
    return Tensor.apply(op, inputs).get(0);
  }

  private Tensor in(String name) {
    Tensor tensor = inputs.get(name);
    if (tensor == null) {
      throw new CaseException("primitives: the operation lacks its input '" + name + "'");
    }
    return tensor;
  }

  private double eps() {
    return attributes.required("eps").doubleValue();
  }

  private int[] ints(String name) {
    return Settings.ints(attributes.required(name));
  }

  /// PyTorch keeps heads before tokens, we keep tokens before heads.
  private Tensor attention() {
    Tensor q = in("q").permute(0, 2, 1, 3);
    Tensor k = in("k").permute(0, 2, 1, 3);
    Tensor v = in("v").permute(0, 2, 1, 3);
    Tensor mask = inputs.get("bias");
    if (inputs.containsKey("key_mask")) {
      Tensor keys = in("key_mask");
      if (mask != null || keys.dtype() != DType.BOOL) {
        throw new CaseException("primitives: sdpa takes a bias or a BOOL key_mask, not both");
      }
      mask = keys.reshape(keys.extent(0), 1, 1, keys.extent(1));
    }
    boolean causal = attributes.path("causal").asBoolean(false);
    Attention op = new Attention(1 / Math.sqrt(q.extent(3)), causal, false, mask != null);
    Tensor out = mask == null ? run(op, q, k, v) : run(op, q, k, v, mask);
    return out.permute(0, 2, 1, 3);
  }

  /// `axes` is 3, or 2 for images, whose time axis was added.
  private Tensor convolution(Tensor x, Tensor weight, int axes) {
    int[] stride = ints("stride");
    int lead = 3 - axes;
    Tensor padded = x;
    if (attributes.has("pad")) {
      boolean replicate = attributes.path("pad_mode").asString("constant").equals("replicate");
      padded = pad(x, ints("pad"), replicate ? Padding.REPLICATE : Padding.ZERO);
    } else if (attributes.has("padding")) {
      int side = attributes.required("padding").intValue();
      int[] sides = new int[2 * axes];
      java.util.Arrays.fill(sides, side);
      padded = pad(x, sides, Padding.ZERO);
    }
    Tensor bias = inputs.get("bias");
    Conv3d op =
        new Conv3d(lead == 1 ? 1 : stride[0], stride[1 - lead], stride[2 - lead], bias != null);
    Tensor y = bias == null ? run(op, padded, weight) : run(op, padded, weight, bias);
    return lead == 0 ? y : y.reshape(y.extent(0), y.extent(1), y.extent(3), y.extent(4));
  }

  /// `sides` in PyTorch's order: innermost axis first, before and after.
  private static Tensor pad(Tensor x, int[] sides, Padding mode) {
    int rank = x.shape().rank();
    long[] before = new long[rank];
    long[] after = new long[rank];
    for (int i = 0; i < sides.length / 2; i++) {
      before[rank - 1 - i] = sides[2 * i];
      after[rank - 1 - i] = sides[2 * i + 1];
    }
    return x.pad(before, after, mode);
  }

  /// Wan's norm over channels: `x / max(|x|, 1e-12) sqrt(C) weight`.
  private Tensor channelNorm() {
    Tensor x = in("x");
    int rank = x.shape().rank();
    long[] column = x.shape().with(1, 1).toArray();
    long[] channels = new long[rank];
    java.util.Arrays.fill(channels, 1);
    channels[1] = x.extent(1);
    Tensor length = x.apply(UnaryFunction.SQUARE).sum(1).apply(UnaryFunction.SQRT);
    Tensor floor = Tensor.full(1e-12, 1);
    Tensor bounded = run(new Binary(BinaryOperator.MAX), length.reshape(column), floor);
    Tensor weight = in("weight").reshape(channels).mul(Math.sqrt(x.extent(1)));
    return x.div(bounded).mul(weight);
  }
}
