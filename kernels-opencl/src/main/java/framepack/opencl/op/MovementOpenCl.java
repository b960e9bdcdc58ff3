package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.Blocks;
import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.Shape;
import framepack.tensor.core.View;
import framepack.tensor.op.Concat;
import framepack.tensor.op.Copy;
import framepack.tensor.op.Fill;
import framepack.tensor.op.Pad;
import framepack.tensor.op.PadBackward;
import framepack.tensor.op.Padding;
import framepack.tensor.op.Patches;
import framepack.tensor.op.PatchesBackward;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/// [Copy] and its kin: elements of any type to another place.
public final class MovementOpenCl {
  private static final String FILE = "movement";

  private MovementOpenCl() {}

  public static void copy(Copy op, Call call) {
    convert(call, call.in(0), call.out(0));
  }

  public static void concat(Concat op, Call call) {
    long from = 0;
    for (View part : call.in()) {
      long to = from + part.shape().extent(op.axis());
      View place = call.out(0);
      copy(call, part, place.with(place.layout().slice(op.axis(), from, to)));
      from = to;
    }
  }

  public static void fill(Fill op, Call call) {
    View out = call.out(0);
    byte[] pattern = new byte[op.dtype().bytes()];
    MemorySegment bits = MemorySegment.ofArray(pattern);
    double value = op.value();
    switch (op.dtype()) {
      case F32 -> bits.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, (float) value);
      case F64 -> bits.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, 0, value);
      case BF16 -> bits.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, toBf16((float) value));
      case F16 ->
          bits.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, Float.floatToFloat16((float) value));
      case I64 -> bits.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, (long) value);
      case I32 -> bits.set(ValueLayout.JAVA_INT_UNALIGNED, 0, (int) value);
      case I16 ->
          bits.set(
              ValueLayout.JAVA_SHORT_UNALIGNED,
              0,
              (short) Math.clamp((int) value, Short.MIN_VALUE, Short.MAX_VALUE));
      case I8 -> pattern[0] = (byte) Math.clamp((int) value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case U8 -> pattern[0] = (byte) Math.clamp((int) value, 0, 255);
      case BOOL -> pattern[0] = (byte) (value != 0 ? 1 : 0);
    }
    long bytes = out.shape().elements() * pattern.length;
    call.context().fill(Call.buffer(out), out.byteOffset(), bytes, pattern);
  }

  /// Nearest bf16, ties to even; every NaN becomes a quiet one.
  private static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) (Float.isNaN(value) ? 0x7fc0 : bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  /// The same elements as the type of the dense `to`.
  static void convert(Call call, View from, View to) {
    boolean blocks = from.dtype().isBlocks() || to.dtype().isBlocks();
    if (blocks) {
      convertBlocks(call, from, to);
      return;
    }
    if (from.dtype() == to.dtype()) {
      copy(call, from, to);
      return;
    }
    boolean doubles = from.dtype() == DType.F64 || to.dtype() == DType.F64;
    if (doubles && !call.context().device().hasDoubles()) {
      throw call.refusal("this device has no F64 (cl_khr_fp64): convert on --device cpu");
    }
    String[] types = {"FROM=" + from.dtype(), "TO=" + to.dtype()};
    Launch kernel = call.kernel("convert", "convert", types);
    ElementwiseOpenCl.map(call, kernel, to, from).launch();
  }

  private static void convertBlocks(Call call, View from, View to) {
    if (from.dtype() == to.dtype()) {
      copy(call, from.bytes(), to.bytes());
    } else if (to.dtype().isBlocks()) {
      toBlocks(call, call.asFloats(call.dense(from)), to);
    } else if (to.dtype() == DType.F32) {
      long blocks = from.shape().elements() / from.dtype().block();
      call.kernel("blocks", "from_blocks", "STORED=" + from.dtype())
          .view(from.bytes())
          .view(to)
          .number(blocks)
          .items(blocks);
    } else {
      convert(call, call.asFloats(from), to);
    }
  }

  /// On the host: it happens once to a weight, when a model is loaded.
  private static void toBlocks(Call call, View from, View to) {
    float[] numbers = new float[Math.toIntExact(from.shape().elements())];
    byte[] blocks = new byte[Math.toIntExact(to.dtype().bytes(numbers.length))];
    call.context().read(Call.buffer(from), from.byteOffset(), MemorySegment.ofArray(numbers));
    Blocks.write(to.dtype(), numbers, 0, numbers.length, MemorySegment.ofArray(blocks), 0);
    call.context().write(MemorySegment.ofArray(blocks), Call.buffer(to), to.byteOffset());
  }

  /// Moves elements of one type, both sides of any strides.
  static void copy(Call call, View from, View to) {
    Launch kernel = call.kernel(FILE, "copy_" + from.dtype().bytes());
    ElementwiseOpenCl.update(call, kernel, from, to).launch();
  }

  public static void pad(Pad op, Call call) {
    View x = call.in(0);
    View y = call.out(0);
    if (y.shape().elements() > 0) {
      call.kernel(FILE, "pad_" + x.dtype().bytes())
          .view(x)
          .axes(strides(call, x.layout()))
          .axes(extents(x.shape()))
          .axes(before(op.before()))
          .integer(op.mode() == Padding.REPLICATE ? 1 : 0)
          .view(y)
          .axes(extents(y.shape()))
          .number(y.shape().elements())
          .items(chunks(call, y));
    }
  }

  public static void padBackward(PadBackward op, Call call) {
    View gy = call.in(0);
    View gx = call.out(0);
    if (gx.shape().elements() > 0) {
      call.kernel("scatter", "pad_backward")
          .view(gy)
          .axes(strides(call, gy.layout()))
          .axes(extents(gy.shape()))
          .axes(before(op.before()))
          .integer(op.mode() == Padding.REPLICATE ? 1 : 0)
          .view(gx)
          .axes(extents(gx.shape()))
          .number(gx.shape().elements())
          .items(chunks(call, gx));
    }
  }

  public static void patches(Patches op, Call call) {
    View x = call.in(0);
    Launch kernel = call.kernel("patches", "patches").view(x).axes(strides(call, x.layout()));
    cut(call, kernel, call.out(0), x.shape(), op.kt(), op.kh(), op.kw());
  }

  public static void patchesBackward(PatchesBackward op, Call call) {
    Launch kernel = call.kernel("patches", "patches_backward").view(call.dense(call.in(0)));
    cut(call, kernel, call.out(0), op.shape(), op.kt(), op.kh(), op.kw());
  }

  private static void cut(
      Call call, Launch kernel, View result, Shape volume, int kt, int kh, int kw) {
    kernel.view(result).number(result.shape().elements());
    for (int axis = 1; axis < 5; axis++) {
      kernel.integer(volume.extent(axis));
    }
    kernel.integer(kt).integer(kh).integer(kw).items(chunks(call, result));
  }

  /// Work-items of a kernel that gives each of them a chunk of a dense result.
  static long chunks(Call call, View result) {
    return Math.ceilDiv(result.shape().elements(), call.shape().chunk());
  }

  /// Extents with 1 in front of missing outer axes.
  static long[] extents(Shape shape) {
    long[] extents = new long[Launch.AXES];
    Arrays.fill(extents, 1);
    for (int axis = 1; axis <= shape.rank(); axis++) {
      extents[Launch.AXES - axis] = shape.extent(-axis);
    }
    return extents;
  }

  /// Strides with 0 in front of missing outer axes.
  static long[] strides(Call call, Layout layout) {
    int rank = layout.shape().rank();
    if (rank > Launch.AXES) {
      throw call.refusal("it has more than 8 axes");
    }
    long[] strides = new long[Launch.AXES];
    for (int axis = 1; axis <= rank; axis++) {
      strides[Launch.AXES - axis] = layout.stride(rank - axis);
    }
    return strides;
  }

  private static long[] before(List<Long> padding) {
    long[] before = new long[Launch.AXES];
    int lead = Launch.AXES - padding.size();
    for (int axis = 0; axis < padding.size(); axis++) {
      before[lead + axis] = padding.get(axis);
    }
    return before;
  }
}
