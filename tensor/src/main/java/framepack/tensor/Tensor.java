package framepack.tensor;

import framepack.tensor.backend.Backend;
import framepack.tensor.core.DType;
import framepack.tensor.core.Shape;
import framepack.tensor.core.ShapeMismatch;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.op.Accumulate;
import framepack.tensor.op.Activation;
import framepack.tensor.op.Affine;
import framepack.tensor.op.ArgMax;
import framepack.tensor.op.Attention;
import framepack.tensor.op.AvgPool3d;
import framepack.tensor.op.Binary;
import framepack.tensor.op.BinaryOperator;
import framepack.tensor.op.Concat;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Expand;
import framepack.tensor.op.Fill;
import framepack.tensor.op.GatedResidual;
import framepack.tensor.op.Gather;
import framepack.tensor.op.LayerNorm;
import framepack.tensor.op.Linear;
import framepack.tensor.op.MatMul;
import framepack.tensor.op.ModulatedLayerNorm;
import framepack.tensor.op.Op;
import framepack.tensor.op.Pad;
import framepack.tensor.op.Padding;
import framepack.tensor.op.PatchEmbed;
import framepack.tensor.op.Patches;
import framepack.tensor.op.Permute;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.Reduction;
import framepack.tensor.op.Reshape;
import framepack.tensor.op.RmsNorm;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Rope;
import framepack.tensor.op.Slice;
import framepack.tensor.op.Softmax;
import framepack.tensor.op.TimestepEmbedding;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryFunction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// The words model code speaks: a typed array whose memory belongs to a [Workspace]. Immutable, except through methods
/// whose names end in `InPlace`. Axes are outermost first and may be negative. Results are allocated in the current
/// workspace of the thread.
public final class Tensor {
  private final View view;
  private final Workspace owner;
  private final int epoch;
  private final Tensor root;
  private boolean recycled;

  /// A tensor with memory of its own.
  Tensor(View view, Workspace owner) {
    this.view = view;
    this.owner = owner;
    this.epoch = owner.epoch();
    this.root = this;
  }

  /// Another view of the memory of `of`.
  Tensor(View view, Tensor of) {
    this.view = view;
    this.owner = of.owner;
    this.epoch = of.epoch;
    this.root = of.root;
  }

  // ---- making

  /// An f32 tensor with these values in row-major order, in the current workspace.
  public static Tensor of(float[] values, long... extents) {
    return of(Workspace.current(), values, extents);
  }

  /// An f32 tensor with these values in row-major order, in `home`.
  public static Tensor of(Workspace home, float[] values, long... extents) {
    return home.upload(DType.F32, MemorySegment.ofArray(values), Shape.of(extents));
  }

  /// An f32 tensor whose values `fill` writes in row-major order; not asked where tensors have no values.
  public static Tensor filled(Consumer<float[]> fill, long... extents) {
    Workspace home = Workspace.current();
    Shape shape = Shape.of(extents);
    if (!home.backend().hasValues()) {
      return home.allocate(new Spec(DType.F32, shape));
    }
    float[] values = new float[Math.toIntExact(shape.elements())];
    fill.accept(values);
    return of(home, values, extents);
  }

  /// An I32 tensor, for indices and lengths.
  public static Tensor ofInts(int[] values, long... extents) {
    return Workspace.current().upload(DType.I32, MemorySegment.ofArray(values), Shape.of(extents));
  }

  /// A BOOL tensor.
  public static Tensor ofBooleans(boolean[] values, long... extents) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return Workspace.current().upload(DType.BOOL, MemorySegment.ofArray(bytes), Shape.of(extents));
  }

  /// An f32 tensor of zeros.
  public static Tensor zeros(long... extents) {
    return full(0, extents);
  }

  /// An f32 tensor of one value.
  public static Tensor full(double value, long... extents) {
    return run(new Fill(DType.F32, Shape.of(extents), value));
  }

  /// Joins along `axis`.
  public static Tensor concat(int axis, Tensor... parts) {
    if (parts.length == 1) {
      return parts[0];
    }
    return run(new Concat(parts[0].shape().axis(axis)), parts);
  }

  private static Tensor run(Op op, Tensor... inputs) {
    return Workspace.current().run(op, List.of(inputs)).get(0);
  }

  /// Runs any operation on these tensors in the current workspace.
  public static List<Tensor> apply(Op op, Tensor... inputs) {
    return Workspace.current().run(op, List.of(inputs));
  }

  // ---- describing

  public DType dtype() {
    return view.dtype();
  }

  public Shape shape() {
    return view.shape();
  }

  public long extent(int axis) {
    return view.shape().extent(axis);
  }

  public Spec spec() {
    return new Spec(view.dtype(), view.shape());
  }

  /// The typed memory behind this tensor; an error once its workspace is gone.
  public View view() {
    owner.checkAlive(epoch);
    if (root.recycled) {
      throw new IllegalStateException(
          "tensor used after its memory was recycled: retain it on the tape, or copy it before");
    }
    return view;
  }

  /// The backend that holds this tensor.
  public Backend backend() {
    return owner.backend();
  }

  Workspace owner() {
    return owner;
  }

  /// The tensor whose memory this one looks at: itself, unless it is a view.
  public Tensor root() {
    return root;
  }

  /// Marks the memory as gone.
  void setRecycled() {
    recycled = true;
  }

  /// This tensor, after checking its rank against names such as `"batch tokens dim"`.
  public Tensor axes(String names) {
    if (names.split(" ").length != shape().rank()) {
      throw new ShapeMismatch("axes", "a tensor [" + names.replace(" ", ", ") + "]", spec());
    }
    return this;
  }

  // ---- views

  /// Another shape over the same elements; one extent may be -1 and is inferred.
  public Tensor reshape(long... extents) {
    long[] resolved = extents.clone();
    for (int i = 0; i < resolved.length; i++) {
      if (resolved[i] == -1) {
        resolved[i] = 1;
        long rest = LongStream.of(resolved).reduce(1, (a, b) -> a * b);
        resolved[i] = rest == 0 ? 0 : shape().elements() / rest;
      }
    }
    Shape target = Shape.of(resolved);
    return target.equals(shape()) ? this : run(new Reshape(target), this);
  }

  public Tensor permute(int... order) {
    return run(new Permute(Arrays.stream(order).boxed().toList()), this);
  }

  /// Two axes swapped.
  public Tensor transpose(int a, int b) {
    int[] order = IntStream.range(0, shape().rank()).toArray();
    order[shape().axis(a)] = shape().axis(b);
    order[shape().axis(b)] = shape().axis(a);
    return permute(order);
  }

  /// The part `[from, to)` of an axis; negative bounds count from its end.
  public Tensor slice(int axis, long from, long to) {
    long extent = extent(axis);
    long start = from < 0 ? from + extent : from;
    long end = to < 0 ? to + extent : to;
    return start == 0 && end == extent
        ? this
        : run(new Slice(shape().axis(axis), start, end), this);
  }

  /// Equal parts along an axis, as views.
  public Tensor[] chunk(int axis, int parts) {
    long extent = extent(axis);
    if (extent % parts != 0) {
      throw new ShapeMismatch("chunk", "axis " + axis + " divisible by " + parts, spec());
    }
    long part = extent / parts;
    return IntStream.range(0, parts)
        .mapToObj(i -> slice(axis, i * part, (i + 1) * part))
        .toArray(Tensor[]::new);
  }

  public Tensor expand(long... extents) {
    Shape target = Shape.of(extents);
    return target.equals(shape()) ? this : run(new Expand(target), this);
  }

  /// An axis of extent 1 inserted before `axis` (which may be the rank).
  public Tensor unsqueeze(int axis) {
    int at = axis < 0 ? axis + shape().rank() + 1 : axis;
    long[] extents = new long[shape().rank() + 1];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = i == at ? 1 : shape().extent(i < at ? i : i - 1);
    }
    return reshape(extents);
  }

  // ---- data movement

  /// This tensor if it is dense, else a dense copy.
  public Tensor contiguous() {
    return view.layout().isDense() ? this : run(new Copy(dtype()), this);
  }

  public Tensor cast(DType dtype) {
    return dtype == dtype() ? this : run(new Copy(dtype), this);
  }

  /// A copy in another workspace: how a value outlives the current one. Not recorded.
  public Tensor keepIn(Workspace home) {
    Tensor copy = home.allocate(spec());
    copy.copyFromInPlace(this);
    return copy;
  }

  /// Rows of this table `[rows, ...]` at integer `indices`.
  public Tensor gather(Tensor indices) {
    return run(new Gather(), this, indices);
  }

  /// Pads axis `i` by `before[i]` and `after[i]`.
  public Tensor pad(long[] before, long[] after, Padding mode) {
    return run(
        new Pad(
            LongStream.of(before).boxed().toList(), LongStream.of(after).boxed().toList(), mode),
        this);
  }

  // ---- element-wise

  public Tensor apply(UnaryFunction function) {
    return run(new Unary(function), this);
  }

  public Tensor add(Tensor other) {
    return run(new Binary(BinaryOperator.ADD), this, other);
  }

  public Tensor sub(Tensor other) {
    return run(new Binary(BinaryOperator.SUB), this, other);
  }

  public Tensor mul(Tensor other) {
    return run(new Binary(BinaryOperator.MUL), this, other);
  }

  public Tensor div(Tensor other) {
    return run(new Binary(BinaryOperator.DIV), this, other);
  }

  public Tensor mul(double factor) {
    return affine(factor, 0);
  }

  public Tensor add(double shift) {
    return affine(1, shift);
  }

  /// `factor * this + shift`.
  public Tensor affine(double factor, double shift) {
    return run(new Affine(factor, shift), this);
  }

  public Tensor silu() {
    return apply(UnaryFunction.SILU);
  }

  // ---- reductions

  /// Sum over axes, which disappear; over all of them if none is named.
  public Tensor sum(int... axes) {
    return reduce(Reduction.SUM, axes);
  }

  /// Sum of squares over axes, which disappear; over all of them if none is named.
  public Tensor sumOfSquares(int... axes) {
    return reduce(Reduction.SUM_OF_SQUARES, axes);
  }

  /// Mean over axes, which disappear; over all of them if none is named.
  public Tensor mean(int... axes) {
    return reduce(Reduction.MEAN, axes);
  }

  private Tensor reduce(Reduction kind, int... axes) {
    IntStream chosen =
        axes.length == 0
            ? IntStream.range(0, shape().rank())
            : IntStream.of(axes).map(shape()::axis).sorted();
    return run(new Reduce(kind, chosen.boxed().toList()), this);
  }

  /// Where the largest element of each row `[..., n]` is: I64 `[...]`. The first of equals; NaN is larger than all.
  public Tensor argMax() {
    return run(new ArgMax(), this);
  }

  public Tensor softmax() {
    return run(new Softmax(), this);
  }

  // ---- layers

  public Tensor matmul(Tensor other) {
    return run(new MatMul(false, false), this, other);
  }

  /// `f(this · weightᵀ + bias)`; weight [n, k], bias [n] or null.
  public Tensor linear(Tensor weight, Tensor bias, Activation activation) {
    Recorder recorder = Recorder.current();
    Tensor[] inputs =
        bias == null ? new Tensor[] {this, weight} : new Tensor[] {this, weight, bias};
    boolean recorded = recorder != null && recorder.follows(List.of(inputs));
    if (recorded && activation != Activation.NONE) { // keep the value before the activation
      return linear(weight, bias, Activation.NONE).apply(activation.function().orElseThrow());
    }
    return run(new Linear(bias != null, activation, false), inputs);
  }

  /// `residual + gate * (this · weightᵀ + bias)`; this [batch, tokens, k], gate [batch, n].
  public Tensor linearGated(Tensor weight, Tensor bias, Tensor residual, Tensor gate) {
    List<Tensor> inputs = new ArrayList<>(List.of(this, weight, residual, gate));
    if (bias != null) {
      inputs.add(2, bias);
    }
    Recorder recorder = Recorder.current();
    if (recorder != null
        && recorder.follows(inputs)) { // the gate's gradient needs the value it gates
      return run(new GatedResidual(), residual, linear(weight, bias, Activation.NONE), gate);
    }
    return run(new Linear(bias != null, Activation.NONE, true), inputs.toArray(Tensor[]::new));
  }

  public Tensor layerNorm(double eps) {
    return run(new LayerNorm(eps, false), this);
  }

  public Tensor layerNorm(Tensor weight, Tensor bias, double eps) {
    return run(new LayerNorm(eps, true), this, weight, bias);
  }

  /// `layerNorm(this) * (1 + scale) + shift`; this [batch, tokens, d], shift and scale [batch, d].
  public Tensor modulatedLayerNorm(Tensor shift, Tensor scale, double eps) {
    return run(new ModulatedLayerNorm(eps), this, shift, scale);
  }

  public Tensor rmsNorm(Tensor weight, double eps) {
    return run(new RmsNorm(eps), this, weight);
  }

  public Tensor rope(Tensor cos, Tensor sin) {
    return run(new Rope(false), this, cos, sin);
  }

  /// RMS norm over the head, then rotary embedding; this [batch, tokens, heads, d].
  public Tensor rmsNormRope(Tensor weight, double eps, Tensor cos, Tensor sin) {
    return run(new RmsNormRope(eps), this, weight, cos, sin);
  }

  /// Attention of these queries [batch, s, heads, d] with scale `1/sqrt(d)`; `keyLengths` (I32 [batch]) may be null.
  public Tensor attention(Tensor keys, Tensor values, Tensor keyLengths) {
    double scale = 1 / Math.sqrt(extent(3));
    Attention op = new Attention(scale, false, keyLengths != null, false);
    return keyLengths == null
        ? run(op, this, keys, values)
        : run(op, this, keys, values, keyLengths);
  }

  /// Attention with a rank-4 mask that broadcasts to [batch, heads, s, t]: BOOL keeps, floats are added.
  public Tensor attentionMasked(Tensor keys, Tensor values, Tensor mask) {
    double scale = 1 / Math.sqrt(extent(3));
    return run(new Attention(scale, false, false, true), this, keys, values, mask);
  }

  /// Patches of latents [batch, c, t, h, w] as rows [batch, tokens, c·kt·kh·kw].
  public Tensor patches(int kt, int kh, int kw) {
    return run(new Patches(kt, kh, kw), this);
  }

  /// Tokens [batch, tokens, n] of latents [batch, c, t, h, w]: [#patches] of the size of `weight` [n, c, kt, kh, kw], then
  /// [#linear] with it and `bias` [n].
  public Tensor patchEmbed(Tensor weight, Tensor bias) {
    return run(new PatchEmbed(), this, weight, bias);
  }

  public Tensor avgPool3d(int kt, int kh, int kw) {
    return run(new AvgPool3d(kt, kh, kw), this);
  }

  /// Sinusoidal embedding of this [batch] as [batch, dim].
  public Tensor timestepEmbedding(int dim, double maxPeriod) {
    return run(new TimestepEmbedding(dim, maxPeriod), this);
  }

  // ---- in place

  /// `this += factor * x`. Not recorded.
  public void addInPlace(Tensor x, double factor) {
    owner.backend().run(new Accumulate(factor), List.of(view(), x.view()), List.of());
  }

  /// Overwrites a dense tensor with the elements of `x`, converted. Not recorded.
  public void copyFromInPlace(Tensor x) {
    if (!shape().equals(x.shape()) || !view.layout().isDense()) {
      throw new ShapeMismatch(
          "copyFromInPlace", "a dense target shaped like the source", spec(), x.spec());
    }
    owner.backend().run(new Copy(dtype()), List.of(x.view()), List.of(view()));
  }

  /// Overwrites a dense f32 tensor with values in row-major order.
  public void writeInPlace(float[] values) {
    if (dtype() != DType.F32 || values.length != shape().elements() || !view.layout().isDense()) {
      throw new ShapeMismatch(
          "writeInPlace", "a dense F32 target of " + values.length + " elements", spec());
    }
    owner.backend().upload(MemorySegment.ofArray(values), view());
  }

  // ---- reading

  /// The elements in row-major order; floating types are converted to f32.
  public float[] toFloats() {
    float[] result = new float[Math.toIntExact(shape().elements())];
    read(DType.F32, MemorySegment.ofArray(result));
    return result;
  }

  /// The elements of an integer or BOOL tensor in row-major order.
  public long[] toLongs() {
    long[] result = new long[Math.toIntExact(shape().elements())];
    read(DType.I64, MemorySegment.ofArray(result));
    return result;
  }

  /// Copies the elements to host memory, in this tensor's own type and row-major order.
  public void copyTo(MemorySegment to) {
    read(dtype(), to);
  }

  private void read(DType as, MemorySegment to) {
    View source = view();
    if (dtype() == as && source.layout().isDense()) {
      owner.backend().download(source, to);
      return;
    }
    try (Workspace scratch = Workspace.detached(owner.backend())) {
      Tensor dense = scratch.allocate(new Spec(as, shape()));
      dense.copyFromInPlace(this);
      owner.backend().download(dense.view(), to);
    }
  }

  /// The only element.
  public float item() {
    if (shape().elements() != 1) {
      throw new ShapeMismatch("item", "a tensor of one element", spec());
    }
    return toFloats()[0];
  }

  @Override
  public String toString() {
    return "Tensor " + view;
  }
}
