package framepack.model;

import framepack.tensor.Tensor;
import framepack.tensor.Workspace;
import framepack.tensor.core.Spec;
import java.util.Arrays;
import java.util.function.IntToLongFunction;

/// Rotary phases on the axes (time, height, width) of a latent video, average-pooled for compressed tokens.
///
/// Channel layout per token: the time channels, then height, then width; each frequency twice in a row (interleaved
/// pairs). Frequencies `theta^(-2j/dim)` and angles have the precision that the checkpoints were trained with. Pooling
/// averages cosines and sines, not positions (paper §3.1; `center_down_sample_3d` of hunyuan_video_packed.py), so
/// `cos² + sin² < 1` there.
///
/// @param timeDim channels of the time axis, even; as heightDim and widthDim; their sum is the head size
/// @param angles precision of frequencies and angles
public record Rope3d(int timeDim, int heightDim, int widthDim, double theta, Angles angles) {
  /// How frequencies and angles are rounded before their cosines and sines are taken.
  public enum Angles {
    /// After every step, to f32 (HunyuanVideo).
    F32,
    /// Not at all (Wan).
    F64;

    double rounded(double value) {
      return this == F32 ? (float) value : value;
    }
  }

  /// Cosines and sines of a group of tokens, each [batch, tokens, head].
  public record Phases(Tensor cos, Tensor sin) {
    /// Several groups one after the other along the tokens.
    public static Phases concat(Phases... groups) {
      Tensor[] cos = new Tensor[groups.length];
      Tensor[] sin = new Tensor[groups.length];
      for (int i = 0; i < groups.length; i++) {
        cos[i] = groups[i].cos;
        sin[i] = groups[i].sin;
      }
      return new Phases(Tensor.concat(1, cos), Tensor.concat(1, sin));
    }
  }

  /// Pooled cosines and sines of one axis, [blocks][dim].
  private record Axis(float[][] cos, float[][] sin) {}

  /// Phases with f32 angles.
  public Rope3d(int timeDim, int heightDim, int widthDim, double theta) {
    this(timeDim, heightDim, widthDim, theta, Angles.F32);
  }

  public Rope3d {
    if (timeDim % 2 != 0 || heightDim % 2 != 0 || widthDim % 2 != 0) {
      throw new IllegalArgumentException(
          "rope: expected even channels per axis, got [%d, %d, %d]"
              .formatted(timeDim, heightDim, widthDim));
    }
  }

  /// Size of a head.
  public int head() {
    return timeDim + heightDim + widthDim;
  }

  /// Phases of tokens ordered t, h, w for batch items whose frames stand at `times[item][frame]`, on a token grid of
  /// `height x width`, averaged over blocks of `(kt, kh, kw)`; the last block of an axis repeats its edge.
  public Phases phases(long[][] times, int height, int width, int kt, int kh, int kw) {
    if (!Workspace.current().backend().hasValues()) {
      long frame = (long) Math.ceilDiv(height, kh) * Math.ceilDiv(width, kw);
      return unvalued(times.length, Math.ceilDiv(times[0].length, kt) * frame);
    }
    Axis rows = axis(height, i -> i, heightDim, kh);
    Axis columns = axis(width, i -> i, widthDim, kw);
    int blocks = Math.ceilDiv(times[0].length, kt);
    int tokens = blocks * rows.cos.length * columns.cos.length;
    float[] cos = new float[times.length * tokens * head()];
    float[] sin = new float[cos.length];
    int at = 0;
    for (long[] item : times) {
      Axis frames = axis(item.length, i -> item[i], timeDim, kt);
      for (int t = 0; t < blocks; t++) {
        for (int h = 0; h < rows.cos.length; h++) {
          for (int w = 0; w < columns.cos.length; w++, at += head()) {
            join(cos, at, frames.cos[t], rows.cos[h], columns.cos[w]);
            join(sin, at, frames.sin[t], rows.sin[h], columns.sin[w]);
          }
        }
      }
    }
    return new Phases(
        Tensor.of(cos, times.length, tokens, head()), Tensor.of(sin, times.length, tokens, head()));
  }

  /// Phases of tokens that stand for whole frames: averaged over a token grid of `height x width` and over runs of times,
  /// `first[item][token][run]`, `+ 1`, ..., `count[item][token][run]` of them. Time and memory do not grow with the counts.
  /// Items with fewer tokens than the longest are padded with zeros.
  public Phases means(long[][][] first, int[][][] count, int height, int width) {
    int tokens = Arrays.stream(first).mapToInt(item -> item.length).max().orElse(0);
    if (!Workspace.current().backend().hasValues()) {
      return unvalued(first.length, tokens);
    }
    Axis rows = axis(height, i -> i, heightDim, height);
    Axis columns = axis(width, i -> i, widthDim, width);
    float[] cos = new float[first.length * tokens * head()];
    float[] sin = new float[cos.length];
    for (int item = 0; item < first.length; item++) {
      for (int token = 0; token < first[item].length; token++) {
        Axis frames = times(first[item][token], count[item][token]);
        int at = (item * tokens + token) * head();
        join(cos, at, frames.cos[0], rows.cos[0], columns.cos[0]);
        join(sin, at, frames.sin[0], rows.sin[0], columns.sin[0]);
      }
    }
    return new Phases(
        Tensor.of(cos, first.length, tokens, head()), Tensor.of(sin, first.length, tokens, head()));
  }

  /// Where tensors have no values none are computed.
  private Phases unvalued(long items, long tokens) {
    Workspace home = Workspace.current();
    Spec spec = Spec.f32(items, tokens, head());
    return new Phases(home.allocate(spec), home.allocate(spec));
  }

  private static void join(float[] to, int at, float[] time, float[] row, float[] column) {
    System.arraycopy(time, 0, to, at, time.length);
    System.arraycopy(row, 0, to, at + time.length, row.length);
    System.arraycopy(column, 0, to, at + time.length + row.length, column.length);
  }

  /// The mean over runs of times, as one block. The mean over `c` times from `f` on is the phase at their middle times
  /// `sin(c·w/2) / (c·sin(w/2))`; its angles are exact, as no rounding of single ones could be followed.
  private Axis times(long[] first, int[] count) {
    if (count.length == 1 && count[0] == 1) {
      return axis(1, _ -> first[0], timeDim, 1);
    }
    float[] cos = new float[timeDim];
    float[] sin = new float[timeDim];
    long all = Arrays.stream(count).asLongStream().sum();
    for (int j = 0; j < timeDim; j += 2) {
      double frequency = frequency(j, timeDim);
      double sumCos = 0;
      double sumSin = 0;
      for (int run = 0; run < count.length; run++) {
        double modulus = Math.sin(count[run] * frequency / 2) / Math.sin(frequency / 2);
        double middle = frequency * (first[run] + (count[run] - 1) / 2.0);
        sumCos += modulus * Math.cos(middle);
        sumSin += modulus * Math.sin(middle);
      }
      cos[j] = cos[j + 1] = (float) (sumCos / all);
      sin[j] = sin[j + 1] = (float) (sumSin / all);
    }
    return new Axis(new float[][] {cos}, new float[][] {sin});
  }

  private double frequency(int channel, int dim) {
    double power = angles.rounded(Math.pow(theta, angles.rounded((double) channel / dim)));
    return angles.rounded(1 / power);
  }

  private Axis axis(int count, IntToLongFunction position, int dim, int pool) {
    int blocks = Math.ceilDiv(count, pool);
    float[][] cos = new float[blocks][dim];
    float[][] sin = new float[blocks][dim];
    for (int j = 0; j < dim; j += 2) {
      double frequency = frequency(j, dim);
      for (int block = 0; block < blocks; block++) {
        double sumCos = 0;
        double sumSin = 0;
        for (int i = 0; i < pool; i++) {
          long at = position.applyAsLong(Math.min(block * pool + i, count - 1));
          double angle = angles.rounded(frequency * at);
          sumCos += (float) Math.cos(angle);
          sumSin += (float) Math.sin(angle);
        }
        cos[block][j] = cos[block][j + 1] = (float) (sumCos / pool);
        sin[block][j] = sin[block][j + 1] = (float) (sumSin / pool);
      }
    }
    return new Axis(cos, sin);
  }
}
