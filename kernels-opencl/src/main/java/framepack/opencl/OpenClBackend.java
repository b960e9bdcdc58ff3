package framepack.opencl;

import framepack.opencl.cl.Binaries;
import framepack.opencl.cl.ClBuffer;
import framepack.opencl.cl.ClContext;
import framepack.opencl.cl.ClDevice;
import framepack.opencl.cl.KernelShape;
import framepack.opencl.cl.Matrix;
import framepack.opencl.cl.Pace;
import framepack.opencl.cl.Precision;
import framepack.opencl.op.AttentionOpenCl;
import framepack.opencl.op.Call;
import framepack.opencl.op.ConvolutionOpenCl;
import framepack.opencl.op.ElementwiseOpenCl;
import framepack.opencl.op.GatherOpenCl;
import framepack.opencl.op.MovementOpenCl;
import framepack.opencl.op.NormOpenCl;
import framepack.opencl.op.PatchEmbedOpenCl;
import framepack.opencl.op.ProductOpenCl;
import framepack.opencl.op.ReductionOpenCl;
import framepack.opencl.op.RowOpenCl;
import framepack.opencl.op.UpdateOpenCl;
import framepack.tensor.backend.Backend;
import framepack.tensor.backend.Copier;
import framepack.tensor.backend.Slabs;
import framepack.tensor.core.DType;
import framepack.tensor.core.HostStorage;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Storage;
import framepack.tensor.core.View;
import framepack.tensor.op.Accumulate;
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
import framepack.tensor.op.PatchEmbed;
import framepack.tensor.op.Patches;
import framepack.tensor.op.PatchesBackward;
import framepack.tensor.op.Reduce;
import framepack.tensor.op.ResizeBilinear;
import framepack.tensor.op.RmsNorm;
import framepack.tensor.op.RmsNormBackward;
import framepack.tensor.op.RmsNormRope;
import framepack.tensor.op.Rope;
import framepack.tensor.op.Softmax;
import framepack.tensor.op.SoftmaxBackward;
import framepack.tensor.op.TimestepEmbedding;
import framepack.tensor.op.Unary;
import framepack.tensor.op.UnaryBackward;
import framepack.tensor.op.UpsampleNearest;
import framepack.tensor.op.ViewOp;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// One OpenCL device, in F32 (weights also BF16 and F16, those of layers Q8_0 and Q4_0). Operations are enqueued in order and run while the caller goes
/// on; [#download] waits. Results are bit-identical from run to run on one device and shape.
public final class OpenClBackend implements Backend {
  private final ClContext context;
  private final Slabs slabs = new Slabs(this::allocate);

  /// The device with the kernels' shape for its kind.
  public OpenClBackend(ClDevice device) {
    this(device, KernelShape.of(device));
  }

  public OpenClBackend(ClDevice device, KernelShape shape) {
    this(device, shape, Matrix.F32);
  }

  /// With operands of matrix products rounded, and multiplied by a unit that the device has.
  public OpenClBackend(ClDevice device, KernelShape shape, Matrix matrix) {
    this(device, shape, matrix, Pace.of(device), Optional.empty());
  }

  /// The same with launches cut for another pace, and with binaries of its programs if they are kept from run to run.
  public OpenClBackend(
      ClDevice device, KernelShape shape, Matrix matrix, Pace pace, Optional<Binaries> binaries) {
    context = new ClContext(device, shape, matrix, pace, binaries);
  }

  @Override
  public String name() {
    Precision precision = context.matrix().precision();
    return context.device().name() + (precision == Precision.F32 ? "" : "@" + precision.word());
  }

  @Override
  public String description() {
    return context.device().description() + context.matrix().description();
  }

  @Override
  public Slabs slabs() {
    return slabs;
  }

  @Override
  public Storage allocate(long bytes) {
    return context.allocate(bytes);
  }

  @Override
  public boolean isHost() {
    return false;
  }

  @Override
  public double rounding() {
    return context.matrix().precision().rounding();
  }

  /// Takes mapped files where they lie if the device is the processor. A buffer begins where the device wants it to, which
  /// may be before the first element, in the same page; elements at odd addresses are left to be uploaded.
  @Override
  public synchronized Optional<View> borrow(View host) {
    ClDevice device = context.device();
    if (!device.isCpu() || !(host.storage() instanceof HostStorage mapped)) {
      return Optional.empty();
    }
    DType dtype = host.dtype();
    long bytes = dtype.bytes(host.shape().elements());
    long address = mapped.segment().address() + host.byteOffset();
    long before = address % device.alignment();
    boolean fits = before + bytes <= device.maxAllocation();
    if (bytes == 0 || !fits || before % dtype.blockBytes() != 0 || !host.layout().isDense()) {
      return Optional.empty();
    }
    Layout layout = Layout.dense(host.shape(), before / dtype.blockBytes() * dtype.block());
    return mapped
        .loans()
        .map(loans -> context.borrow(address - before, before + bytes, loans))
        .map(buffer -> new View(dtype, layout, buffer));
  }

  @Override
  public synchronized void giveBack(List<Storage> borrowed) {
    context.giveBack(borrowed);
  }

  @Override
  public Optional<Copier> copier() {
    return Optional.of(context.copier());
  }

  @Override
  public synchronized void upload(MemorySegment from, View to) {
    requireWritable(to);
    long bytes = to.dtype().bytes(to.shape().elements());
    context.write(from.asSlice(0, bytes), (ClBuffer) to.storage(), to.byteOffset());
  }

  @Override
  public synchronized void download(View from, MemorySegment to) {
    long bytes = from.dtype().bytes(from.shape().elements());
    context.read((ClBuffer) from.storage(), from.byteOffset(), to.asSlice(0, bytes));
  }

  @Override
  public synchronized void run(Op op, List<View> in, List<View> out) {
    out.forEach(OpenClBackend::requireWritable);
    op.mutates().forEach(i -> requireWritable(in.get(i)));
    try (Call call = new Call(op, in, out, context, slabs)) {
      run(op, call);
    }
  }

  private static void requireWritable(View view) {
    if (((ClBuffer) view.storage()).loans().isPresent()) {
      throw new IllegalArgumentException(
          "opencl: " + view + " lies in a weight file, which is only read: change a copy of it");
    }
  }

  @Override
  public synchronized long deviceNanos(Runnable work) {
    return context.nanoseconds(work);
  }

  @Override
  public synchronized void finish() {
    context.finish();
  }

  private static void run(Op op, Call call) {
    switch (op) {
      case Accumulate o -> UpdateOpenCl.accumulate(o, call.floats());
      case AdamW o -> UpdateOpenCl.adamW(o, call.floats());
      case Affine o -> UpdateOpenCl.affine(o, call.floats());
      case ArgMax o -> RowOpenCl.argMax(o, call.floats());
      case Attention o -> AttentionOpenCl.forward(o, call);
      case AttentionBackward o -> AttentionOpenCl.backward(o, call);
      case AvgPool3d o -> ReductionOpenCl.avgPool3d(o, call.floats());
      case Binary o -> ElementwiseOpenCl.binary(o, call.floats());
      case Concat o -> MovementOpenCl.concat(o, call);
      case Conv3d o -> ConvolutionOpenCl.forward(o, call.weights());
      case Conv3dBackward o -> ConvolutionOpenCl.backward(o, call.floats());
      case Copy o -> MovementOpenCl.copy(o, call);
      case Fill o -> MovementOpenCl.fill(o, call);
      case GatedResidual o -> ElementwiseOpenCl.gatedResidual(o, call.floats());
      case GatedResidualBackward o -> ElementwiseOpenCl.gatedResidualBackward(o, call.floats());
      case Gather o -> GatherOpenCl.gather(o, call);
      case GatherBackward o -> GatherOpenCl.gatherBackward(o, call);
      case GroupNorm o -> NormOpenCl.groupNorm(o, call.floats());
      case GroupNormBackward o -> NormOpenCl.groupNormBackward(o, call.floats());
      case LayerNorm o -> NormOpenCl.layerNorm(o, call.floats());
      case LayerNormBackward o -> NormOpenCl.layerNormBackward(o, call.floats());
      case Lerp o -> UpdateOpenCl.lerp(o, call.floats());
      case Linear o -> ProductOpenCl.linear(o, call.weights());
      case MatMul o -> ProductOpenCl.matMul(o, call.floats());
      case ModulatedLayerNorm o -> NormOpenCl.modulatedLayerNorm(o, call.floats());
      case ModulatedLayerNormBackward o -> NormOpenCl.modulatedLayerNormBackward(o, call.floats());
      case Pad o -> MovementOpenCl.pad(o, call);
      case PadBackward o -> MovementOpenCl.padBackward(o, call.floats());
      case PatchEmbed o -> PatchEmbedOpenCl.forward(o, call.weights());
      case Patches o -> MovementOpenCl.patches(o, call.floats());
      case PatchesBackward o -> MovementOpenCl.patchesBackward(o, call.floats());
      case Reduce o -> ReductionOpenCl.reduce(o, call.floats());
      case ResizeBilinear o -> ReductionOpenCl.resizeBilinear(o, call.floats());
      case RmsNorm o -> NormOpenCl.rmsNorm(o, call.floats());
      case RmsNormBackward o -> NormOpenCl.rmsNormBackward(o, call.floats());
      case RmsNormRope o -> RowOpenCl.rmsNormRope(o, call.floats());
      case Rope o -> RowOpenCl.rope(o, call.floats());
      case Softmax o -> RowOpenCl.softmax(o, call.floats());
      case SoftmaxBackward o -> RowOpenCl.softmaxBackward(o, call.floats());
      case TimestepEmbedding o -> UpdateOpenCl.timestepEmbedding(o, call.floats());
      case Unary o -> ElementwiseOpenCl.unary(o, call.floats());
      case UnaryBackward o -> ElementwiseOpenCl.unaryBackward(o, call.floats());
      case UpsampleNearest o -> ReductionOpenCl.upsampleNearest(o, call.floats());
      case ViewOp o ->
          throw new IllegalArgumentException(o.name() + " has no kernel: apply it to the layout");
    }
  }

  @Override
  public synchronized void close() {
    context.close();
  }
}
