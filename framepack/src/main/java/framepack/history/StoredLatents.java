package framepack.history;

import framepack.tensor.core.DType;
import framepack.tensor.core.Spec;
import framepack.tensor.core.View;
import framepack.tensor.io.SafeTensors;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The latent pixels of safetensors files: every floating tensor of rank 4 [c, t, h, w] or 5 [b, c, t, h, w], mapped, never
/// loaded as a whole. Other tensors are passed over, and convolution weights, which have that rank too, unless they are
/// named.
public final class StoredLatents implements LatentPixels, AutoCloseable {
  private static final String WEIGHT = ".weight";

  private final List<SafeTensors> files = new ArrayList<>();
  private final PlanarPixels pixels = new PlanarPixels();

  private StoredLatents() {}

  /// Opens files, or folders that hold one.
  ///
  /// @param tensor only tensors of this name; null for all
  /// @throws CodebookException if they hold no latents, or latents of several widths
  public static StoredLatents open(List<Path> places, String tensor) {
    StoredLatents latents = new StoredLatents();
    try {
      for (Path place : places) {
        latents.add(SafeTensors.open(place), tensor);
      }
      String wanted = tensor == null ? "" : " under the name '" + tensor + "'";
      latents.pixels.checked(places + wanted);
      return latents;
    } catch (RuntimeException e) {
      latents.close();
      throw e;
    }
  }

  private void add(SafeTensors file, String tensor) {
    files.add(file);
    for (String name : file.names()) {
      Spec spec = file.spec(name);
      int rank = spec.shape().rank();
      boolean latents = spec.dtype().isFloating() && (rank == 4 || rank == 5);
      boolean wanted = tensor == null ? !name.endsWith(WEIGHT) : tensor.equals(name);
      if (latents && wanted) {
        add(file.path() + " '" + name + "'", file.view(name), rank == 5);
      }
    }
  }

  private void add(String name, View view, boolean batched) {
    long[] extents = view.shape().toArray();
    long batch = batched ? extents[0] : 1;
    long channels = extents[batched ? 1 : 0];
    long item = batch == 0 ? 0 : view.shape().elements() / batch;
    long places = channels == 0 ? 0 : item / channels;
    for (long i = 0; i < batch; i++) {
      long first = view.layout().offset() + i * item;
      PlanarPixels.Numbers numbers = numbers(view.segment(), view.dtype(), first);
      pixels.add(name, Math.toIntExact(channels), places, numbers);
    }
  }

  private static PlanarPixels.Numbers numbers(MemorySegment bytes, DType dtype, long first) {
    ValueLayout.OfShort shorts = ValueLayout.JAVA_SHORT_UNALIGNED;
    return switch (dtype) {
      case F32 -> i -> bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * (first + i));
      case F64 -> i -> (float) bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, 8 * (first + i));
      case BF16 -> i -> Float.intBitsToFloat(bytes.get(shorts, 2 * (first + i)) << 16);
      case F16 -> i -> Float.float16ToFloat(bytes.get(shorts, 2 * (first + i)));
      case I64, I32, I16, I8, U8, BOOL, Q8_0, Q4_0 ->
          throw new IllegalStateException(dtype + " tensors are no latents");
    };
  }

  @Override
  public int channels() {
    return pixels.channels();
  }

  @Override
  public long count() {
    return pixels.count();
  }

  @Override
  public void read(long from, int count, float[] rows, int at) {
    pixels.read(from, count, rows, at);
  }

  @Override
  public void close() {
    files.forEach(SafeTensors::close);
  }
}
