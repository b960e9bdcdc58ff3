package framepack.bench.peer;

import framepack.tensor.Tensor;
import framepack.tensor.core.View;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/// `x · weightᵀ` in a library of linear algebra: x [m, k], weight [n, k] -> y [m, n], on our own operands.
///
/// @param m rows of the result
/// @param n columns of the result
/// @param k depth
/// @param memory of y
record Product(
    Library library,
    int m,
    int n,
    int k,
    MemorySegment x,
    MemorySegment weight,
    MemorySegment y,
    Arena memory)
    implements Peer {
  /// Which.
  enum Library {
    ONE_DNN {
      @Override
      void threads(int count) {
        OneDnn.threads(count);
      }

      @Override
      void multiply(Product p) {
        OneDnn.multiply(p.m, p.n, p.k, p.x, p.weight, p.y);
      }
    },
    OPEN_BLAS {
      @Override
      void threads(int count) {
        openblas_nolapack.blas_set_num_threads(count);
      }

      @Override
      void multiply(Product p) {
        openblas_nolapack.cblas_sgemm(
            openblas_nolapack.CblasRowMajor,
            openblas_nolapack.CblasNoTrans,
            openblas_nolapack.CblasTrans,
            p.m,
            p.n,
            p.k,
            1,
            pointer(p.x),
            p.k,
            pointer(p.weight),
            p.k,
            0,
            pointer(p.y),
            p.n);
      }
    };

    abstract void threads(int count);

    abstract void multiply(Product p);
  }

  static Product of(Library library, Tensor x, Tensor weight, int threads) {
    int k = Math.toIntExact(x.extent(-1));
    int n = Math.toIntExact(weight.extent(0));
    int m = Math.toIntExact(x.shape().elements() / k);
    Arena memory = Arena.ofShared();
    MemorySegment y = memory.allocate(4L * m * n, 64);
    library.threads(threads);
    return new Product(library, m, n, k, segment(x), segment(weight), y, memory);
  }

  private static MemorySegment segment(Tensor dense) {
    View view = dense.view();
    return view.segment().asSlice(view.byteOffset(), dense.spec().bytes());
  }

  private static FloatPointer pointer(MemorySegment segment) {
    return new FloatPointer(
        segment.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer());
  }

  @Override
  public Object run() {
    library.multiply(this);
    return y;
  }

  @Override
  public float[] result() {
    run();
    return y.toArray(ValueLayout.JAVA_FLOAT);
  }

  @Override
  public void close() {
    memory.close();
  }
}
