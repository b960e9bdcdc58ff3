package framepack.tensor.autograd;

import framepack.tensor.Tensor;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.op.Accumulate;
import framepack.tensor.op.Activation;
import framepack.tensor.op.AdamW;
import framepack.tensor.op.Affine;
import framepack.tensor.op.ArgMax;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AttentionBackward;
import framepack.tensor.op.AvgPool3d;
import framepack.tensor.op.Binary;
import framepack.tensor.op.Concat;
import framepack.tensor.op.Conv3d;
import framepack.tensor.op.Conv3dBackward;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Expand;
import framepack.tensor.op.Fill;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.GatedResidualBackward;
import framepack.tensor.op.Gather;
import framepack.tensor.op.GatherBackward;
import framepack.tensor.op.GroupNorm;
import framepack.tensor.op.GroupNormBackward;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.LayerNormBackward;
import framepack.tensor.op.Lerp;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.ModulatedLayerNorm;
import framepack.tensor.op.ModulatedLayerNormBackward;
import framepack.tensor.op.Op;
import framepack.tensor.op.Pad;
import framepack.tensor.op.PadBackward;
import framepack.tensor.op.Padding;
import framepack.tensor.op.PatchEmbed;
import framepack.tensor.op.Patches;
import framepack.tensor.op.PatchesBackward;
import framepack.tensor.op.Permute;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.Reduction;
import framepack.tensor.op.Reshape;
import framepack.tensor.op.ResizeBilinear;
import framepack.tensor.op.RmsNorm;
import framepack.tensor.op.RmsNormBackward;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Rope;
import framepack.tensor.op.Slice;
import framepack.tensor.op.Softmax;
import framepack.tensor.op.SoftmaxBackward;
import framepack.tensor.op.TimestepEmbedding;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UnaryFunction;
import framepack.tensor.op.UpsampleNearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The table of calculus: one rule per operation, from the gradient of its first result to the gradients of its inputs.
/// An operation without a rule does not compile. A null stands for an input that has no gradient (indices, masks,
/// constant tables).
final class Gradients {
  private Gradients() {}

  /// Gradients of the loss with respect to `in`, given `g`, its gradient with respect to `out.get(0)`. `wanted[i]` tells
  /// which are needed; others may be null.
  static List<Tensor> of(Op op, List<Tensor> in, List<Tensor> out, Tensor g, boolean[] wanted) {
    return switch (op) {
      case Copy _ -> List.of(g.cast(in.get(0).dtype()));
      case Reshape _ -> List.of(g.reshape(in.get(0).shape().toArray()));
      case Permute o -> List.of(inverse(o, g));
      case Slice o -> List.of(slice(o, in.get(0), g));
      case Expand _ -> List.of(sumTo(g, in.get(0).shape()));
      case Concat o -> concat(o, in, g);
      case Gather _ -> optional(run(new GatherBackward(in.get(0).extent(0)), g, in.get(1)), null);
      case Pad o -> List.of(run(new PadBackward(o.before(), o.after(), o.mode()), g));
      case Unary o -> List.of(run(new UnaryBackward(o.function()), in.get(0), g));
      case Binary o -> binary(o, in, g);
      case Affine o -> List.of(g.mul(o.factor()));
      case Reduce o -> List.of(reduce(o, in.get(0), g));
      case Softmax _ -> List.of(run(new SoftmaxBackward(), out.get(0), g));
      case MatMul o -> matMul(o, in, g, wanted);
      case Linear o -> linear(o, in, g, wanted);
      case LayerNorm o -> layerNorm(o, in, g);
      case ModulatedLayerNorm o ->
          Tensor.apply(new ModulatedLayerNormBackward(o.eps()), in.get(0), in.get(2), g);
      case GatedResidual _ -> gatedResidual(in, g);
      case RmsNorm o -> Tensor.apply(new RmsNormBackward(o.eps()), in.get(0), in.get(1), g);
      case GroupNorm o ->
          Tensor.apply(new GroupNormBackward(o.groups(), o.eps()), in.get(0), in.get(1), g);
      case Rope o -> optional(run(new Rope(!o.transpose()), g, in.get(1), in.get(2)), null, null);
      case RmsNormRope o -> rmsNormRope(o, in, g);
      case Attention o -> attention(o, in, out, g, wanted);
      case PatchEmbed _ -> patchEmbed(in, g, wanted);
      case Patches o ->
          List.of(run(new PatchesBackward(o.kt(), o.kh(), o.kw(), in.get(0).shape()), g));
      case Conv3d o -> conv3d(o, in, g);
      case AvgPool3d o ->
          List.of(
              run(new UpsampleNearest(o.kt(), o.kh(), o.kw()), g)
                  .mul(1.0 / (o.kt() * o.kh() * o.kw())));
      case UpsampleNearest o ->
          List.of(run(new AvgPool3d(o.st(), o.sh(), o.sw()), g).mul(o.st() * o.sh() * o.sw()));
      case Fill _ -> List.of();
      case ResizeBilinear _ ->
          throw new NotDifferentiable(op, "it prepares images, which are data");
      case ArgMax _ -> throw new NotDifferentiable(op, "it is constant between its jumps");
      case TimestepEmbedding _ -> throw new NotDifferentiable(op, "timesteps are data");
      case Accumulate _, Lerp _, AdamW _ ->
          throw new NotDifferentiable(op, "it updates in place and is never recorded");
      case UnaryBackward _,
          SoftmaxBackward _,
          LayerNormBackward _,
          ModulatedLayerNormBackward _,
          GatedResidualBackward _,
          RmsNormBackward _,
          GroupNormBackward _,
          AttentionBackward _,
          GatherBackward _,
          PadBackward _,
          PatchesBackward _,
          Conv3dBackward _ ->
          throw new NotDifferentiable(op, "second derivatives are not part of the engine");
    };
  }

  private static Tensor run(Op op, Tensor... inputs) {
    return Tensor.apply(op, inputs).get(0);
  }

  private static List<Tensor> optional(Tensor... gradients) {
    return Collections.unmodifiableList(Arrays.asList(gradients));
  }

  /// Sums `g` over the axes along which a tensor of `shape` was broadcast.
  static Tensor sumTo(Tensor g, Shape shape) {
    if (g.shape().equals(shape)) {
      return g;
    }
    int lead = g.shape().rank() - shape.rank();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < g.shape().rank(); i++) {
      if (i < lead || shape.extent(i - lead) == 1 && g.extent(i) != 1) {
        axes.add(i);
      }
    }
    return run(new Reduce(Reduction.SUM, List.copyOf(axes)), g).reshape(shape.toArray());
  }

  private static Tensor inverse(Permute op, Tensor g) {
    int[] inverse = new int[op.order().size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[op.order().get(i)] = i;
    }
    return g.permute(inverse);
  }

  private static Tensor slice(Slice op, Tensor x, Tensor g) {
    long[] before = new long[x.shape().rank()];
    long[] after = new long[x.shape().rank()];
    before[op.axis()] = op.from();
    after[op.axis()] = x.extent(op.axis()) - op.to();
    return g.pad(before, after, Padding.ZERO);
  }

  private static List<Tensor> concat(Concat op, List<Tensor> in, Tensor g) {
    List<Tensor> parts = new ArrayList<>();
    long from = 0;
    for (Tensor part : in) {
      long to = from + part.extent(op.axis());
      parts.add(g.slice(op.axis(), from, to));
      from = to;
    }
    return parts;
  }

  private static List<Tensor> binary(Binary op, List<Tensor> in, Tensor g) {
    Tensor a = in.get(0);
    Tensor b = in.get(1);
    return switch (op.operator()) {
      case ADD -> List.of(sumTo(g, a.shape()), sumTo(g, b.shape()));
      case SUB -> List.of(sumTo(g, a.shape()), sumTo(g, b.shape()).mul(-1));
      case MUL -> List.of(sumTo(g.mul(b), a.shape()), sumTo(g.mul(a), b.shape()));
      case DIV -> {
        Tensor overB = g.div(b);
        yield List.of(sumTo(overB, a.shape()), sumTo(overB.mul(a).div(b), b.shape()).mul(-1));
      }
      case MAX -> chosen(a, b, a.sub(b), g);
      case MIN -> chosen(a, b, b.sub(a), g);
    };
  }

  /// Gradients for (a, b) where a is chosen if `difference` is positive; ties share as in torch. The slope of
  /// `|difference|` is the sign needed.
  private static List<Tensor> chosen(Tensor a, Tensor b, Tensor difference, Tensor g) {
    Tensor signed = run(new UnaryBackward(UnaryFunction.ABS), difference, g);
    Tensor first = sumTo(g.add(signed).mul(0.5), a.shape());
    Tensor second = sumTo(g.sub(signed).mul(0.5), b.shape());
    return List.of(first, second);
  }

  private static Tensor reduce(Reduce op, Tensor x, Tensor g) {
    long[] kept = x.shape().toArray();
    double count = 1;
    for (int axis : op.axes()) {
      count *= kept[axis];
      kept[axis] = 1;
    }
    long[] extents = x.shape().toArray();
    return switch (op.kind()) {
      case SUM -> g.reshape(kept).expand(extents);
      case MEAN -> g.mul(1 / count).reshape(kept).expand(extents);
      case SUM_OF_SQUARES -> g.mul(2).reshape(kept).expand(extents).mul(x);
    };
  }

  private static List<Tensor> matMul(MatMul op, List<Tensor> in, Tensor g, boolean[] wanted) {
    Tensor a = in.get(0);
    Tensor b = in.get(1);
    Tensor ga = null;
    Tensor gb = null;
    if (wanted[0]) {
      ga =
          op.transposeA()
              ? run(new MatMul(op.transposeB(), true), b, g)
              : run(new MatMul(false, !op.transposeB()), g, b);
      ga = sumTo(ga, a.shape());
    }
    if (wanted[1]) {
      gb =
          op.transposeB()
              ? run(new MatMul(true, op.transposeA()), g, a)
              : run(new MatMul(!op.transposeA(), false), a, g);
      gb = sumTo(gb, b.shape());
    }
    return optional(ga, gb);
  }

  private static List<Tensor> linear(Linear op, List<Tensor> in, Tensor g, boolean[] wanted) {
    Tensor x = in.get(0);
    Tensor weight = in.get(1);
    if (wanted[1] && weight.dtype().isBlocks()) {
      throw new NotDifferentiable(op, "a weight in blocks is not trained: keep it in F32");
    }
    Tensor bias = op.bias() ? in.get(2) : null;
    Tensor gValue = g;
    Tensor gGate = null;
    if (op.gated()) {
      Tensor value = x.linear(weight, bias, op.activation());
      List<Tensor> parts = Tensor.apply(new GatedResidualBackward(), value, in.getLast(), g);
      gValue = parts.get(0);
      gGate = parts.get(1);
    }
    if (op.activation() != Activation.NONE) {
      Tensor before = x.linear(weight, bias, Activation.NONE);
      UnaryFunction function = op.activation().function().orElseThrow();
      gValue = run(new UnaryBackward(function), before, gValue);
    }
    Tensor rows = gValue.reshape(-1, weight.extent(0));
    List<Tensor> gradients = new ArrayList<>();
    gradients.add(
        wanted[0]
            ? run(new MatMul(false, false), rows, numbers(weight)).reshape(x.shape().toArray())
            : null);
    gradients.add(
        wanted[1] ? run(new MatMul(true, false), rows, x.reshape(-1, weight.extent(1))) : null);
    if (op.bias()) {
      gradients.add(wanted[2] ? rows.sum(0) : null);
    }
    if (op.gated()) {
      gradients.add(g);
      gradients.add(gGate);
    }
    return gradients;
  }

  /// A weight as [MatMul] takes it.
  private static Tensor numbers(Tensor weight) {
    return weight.dtype().isBlocks() ? weight.cast(DType.F32) : weight;
  }

  private static List<Tensor> layerNorm(LayerNorm op, List<Tensor> in, Tensor g) {
    LayerNormBackward backward = new LayerNormBackward(op.eps(), op.affine());
    return op.affine()
        ? Tensor.apply(backward, in.get(0), g, in.get(1))
        : Tensor.apply(backward, in.get(0), g);
  }

  private static List<Tensor> gatedResidual(List<Tensor> in, Tensor g) {
    List<Tensor> parts = Tensor.apply(new GatedResidualBackward(), in.get(1), in.get(2), g);
    return List.of(g, parts.get(0), parts.get(1));
  }

  private static List<Tensor> rmsNormRope(RmsNormRope op, List<Tensor> in, Tensor g) {
    Tensor unrotated = run(new Rope(true), g, in.get(2), in.get(3));
    List<Tensor> parts =
        Tensor.apply(new RmsNormBackward(op.eps()), in.get(0), in.get(1), unrotated);
    return optional(parts.get(0), parts.get(1), null, null);
  }

  private static List<Tensor> attention(
      Attention op, List<Tensor> in, List<Tensor> out, Tensor g, boolean[] wanted) {
    boolean maskGradient =
        op.mask() && wanted[op.maskAt()] && in.get(op.maskAt()).dtype().isFloating();
    AttentionBackward backward =
        new AttentionBackward(op.scale(), op.causal(), op.keyLengths(), op.mask(), maskGradient);
    List<Tensor> operands = new ArrayList<>(in.subList(0, 3));
    operands.add(out.get(0));
    operands.add(out.get(1));
    operands.add(g);
    operands.addAll(in.subList(3, in.size()));
    List<Tensor> parts = Tensor.apply(backward, operands.toArray(Tensor[]::new));
    List<Tensor> gradients = new ArrayList<>(parts.subList(0, 3));
    if (op.keyLengths()) {
      gradients.add(null);
    }
    if (op.mask()) {
      gradients.add(maskGradient ? parts.get(3) : null);
    }
    return gradients;
  }

  private static List<Tensor> patchEmbed(List<Tensor> in, Tensor g, boolean[] wanted) {
    Tensor x = in.get(0);
    Tensor weight = in.get(1);
    int kt = Math.toIntExact(weight.extent(2));
    int kh = Math.toIntExact(weight.extent(3));
    int kw = Math.toIntExact(weight.extent(4));
    Tensor rows = g.reshape(-1, weight.extent(0));
    Tensor gx = null;
    Tensor gweight = null;
    if (wanted[0]) {
      Tensor patches = run(new MatMul(false, false), rows, weight.reshape(weight.extent(0), -1));
      Tensor apart = patches.reshape(g.extent(0), g.extent(1), -1);
      gx = run(new PatchesBackward(kt, kh, kw, x.shape()), apart);
    }
    if (wanted[1]) {
      Tensor patches = x.patches(kt, kh, kw);
      Tensor matrix = run(new MatMul(true, false), rows, patches.reshape(-1, patches.extent(2)));
      gweight = matrix.reshape(weight.shape().toArray());
    }
    return optional(gx, gweight, wanted[2] ? rows.sum(0) : null);
  }

  private static List<Tensor> conv3d(Conv3d op, List<Tensor> in, Tensor g) {
    List<Tensor> parts =
        Tensor.apply(new Conv3dBackward(op.st(), op.sh(), op.sw()), in.get(0), in.get(1), g);
    return op.bias() ? parts : parts.subList(0, 2);
  }
}
