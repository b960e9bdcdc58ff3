package framepack.experiment.dataset;

import java.util.Arrays;
import java.util.List;

/// A run of frames, float values [channels, frames, rows, columns], contiguous, in order of time.
///
/// Pixels have 3 channels (R, G, B) in [-1, 1]; latents have the channels of their codec. A run
/// may hold 0 frames. `values()` is the array itself, so that a tensor can be filled without a
/// copy; every method here returns a new run and changes nothing.
public final class Frames {
  private final int channels;
  private final int frames;
  private final int rows;
  private final int columns;
  private final float[] values;

  /// @throws DatasetError if an extent is negative or `values` has another length
  public Frames(int channels, int frames, int rows, int columns, float[] values) {
    long size = size(channels, frames, rows, columns);
    if (values.length != size) {
      throw new DatasetError(
          "frames: %s need %d values, got %d"
              .formatted(shape(channels, frames, rows, columns), size, values.length));
    }
    this.channels = channels;
    this.frames = frames;
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  public static Frames zeros(int channels, int frames, int rows, int columns) {
    long size = size(channels, frames, rows, columns);
    return new Frames(channels, frames, rows, columns, new float[(int) size]);
  }

  /// Joins runs along time. All must agree in channels, rows and columns.
  public static Frames concat(List<Frames> parts) {
    if (parts.isEmpty()) throw new DatasetError("frames: nothing to join, give at least one run");
    Frames first = parts.getFirst();
    int total = 0;
    for (Frames part : parts) {
      first.checkSameFrame(part, "join");
      total = Math.addExact(total, part.frames);
    }
    Frames joined = zeros(first.channels, total, first.rows, first.columns);
    int at = 0;
    for (Frames part : parts) {
      joined.put(at, part);
      at += part.frames;
    }
    return joined;
  }

  public int channels() {
    return channels;
  }

  public int frames() {
    return frames;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /// The backing array [channels, frames, rows, columns], not a copy.
  public float[] values() {
    return values;
  }

  public int index(int channel, int frame, int row, int column) {
    return ((channel * frames + frame) * rows + row) * columns + column;
  }

  public float at(int channel, int frame, int row, int column) {
    return values[index(channel, frame, row, column)];
  }

  /// Frames `start` to `start + count - 1`, copied.
  public Frames slice(int start, int count) {
    checkRange(start, count);
    Frames part = zeros(channels, count, rows, columns);
    part.copy(0, this, start, count);
    return part;
  }

  /// The named frames in the given order, copied; zeros for every negative index (a frame that
  /// does not exist yet, see `framepack.order.Source`).
  public Frames pick(List<Integer> indices) {
    Frames picked = zeros(channels, indices.size(), rows, columns);
    for (int t = 0; t < indices.size(); t++) {
      int frame = indices.get(t);
      if (frame >= 0) {
        checkRange(frame, 1);
        picked.copy(t, this, frame, 1);
      }
    }
    return picked;
  }

  /// A copy in which `part` replaces the frames from `start`.
  public Frames with(int start, Frames part) {
    checkSameFrame(part, "replace");
    checkRange(start, part.frames);
    Frames copy = new Frames(channels, frames, rows, columns, values.clone());
    copy.put(start, part);
    return copy;
  }

  /// This run with the frames at `indices` taken from `other`; itself if there are none.
  public Frames withFramesOf(Frames other, List<Integer> indices) {
    Frames out = this;
    for (int index : indices) {
      out = out.with(index, other.slice(index, 1));
    }
    return out;
  }

  /// The centre of every frame, cut to whole multiples of `multiple` in both directions.
  ///
  /// @throws DatasetError if a side is shorter than `multiple`
  public Frames croppedTo(int multiple) {
    int toRows = rows / multiple * multiple;
    int toColumns = columns / multiple * multiple;
    if (toRows == 0 || toColumns == 0) {
      throw new DatasetError("%s: expected at least %d rows and columns".formatted(this, multiple));
    }
    Frames out = zeros(channels, frames, toRows, toColumns);
    int top = (rows - toRows) / 2;
    int left = (columns - toColumns) / 2;
    for (int c = 0; c < channels; c++) {
      for (int t = 0; t < frames; t++) {
        for (int y = 0; y < toRows; y++) {
          int from = index(c, t, top + y, left);
          System.arraycopy(values, from, out.values, out.index(c, t, y, 0), toColumns);
        }
      }
    }
    return out;
  }

  /// The last frame `count` times over: the forecast "nothing moves".
  public Frames lastRepeated(int count) {
    Frames last = slice(frames - 1, 1);
    return concat(java.util.Collections.nCopies(count, last));
  }

  /// The mean over time, one frame.
  public Frames timeMean() {
    if (frames == 0) throw new DatasetError("frames: a run of 0 frames has no mean");
    Frames mean = zeros(channels, 1, rows, columns);
    int plane = rows * columns;
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        double sum = 0;
        for (int t = 0; t < frames; t++) sum += values[(c * frames + t) * plane + i];
        mean.values[c * plane + i] = (float) (sum / frames);
      }
    }
    return mean;
  }

  /// Pixels of a frame.
  public int pixels() {
    return rows * columns;
  }

  /// The sum of a channel of one frame over all pixels.
  public double pixelSum(int channel, int frame) {
    checkRange(frame, 1);
    int from = index(channel, frame, 0, 0);
    double sum = 0;
    for (int i = from; i < from + pixels(); i++) sum += values[i];
    return sum;
  }

  /// Whether every value of a frame is finite.
  public boolean isFinite(int frame) {
    for (int c = 0; c < channels; c++) {
      if (!Double.isFinite(pixelSum(c, frame))) return false;
    }
    return true;
  }

  /// @throws DatasetError if `other` differs in any extent
  public void checkSameShape(Frames other, String what) {
    if (other.frames != frames) throw mismatch(other, what);
    checkSameFrame(other, what);
  }

  /// @throws DatasetError if `other` differs in channels, rows or columns
  public void checkSameFrame(Frames other, String what) {
    boolean same = other.channels == channels && other.rows == rows && other.columns == columns;
    if (!same) throw mismatch(other, what);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Frames f
        && f.channels == channels
        && f.frames == frames
        && f.rows == rows
        && f.columns == columns
        && Arrays.equals(f.values, values);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + Arrays.hashCode(new int[] {channels, frames, rows});
  }

  @Override
  public String toString() {
    return "frames " + shape(channels, frames, rows, columns);
  }

  private void checkRange(int start, int count) {
    if (start < 0 || count < 0 || start > frames - count) {
      throw new DatasetError(
          "frames: %d frames from frame %d are not all within a run of %d"
              .formatted(count, start, frames));
    }
  }

  private void put(int at, Frames part) {
    copy(at, part, 0, part.frames);
  }

  /// Frames `start` to `start + count - 1` of `from`, at `at` here.
  private void copy(int at, Frames from, int start, int count) {
    int plane = rows * columns;
    for (int c = 0; c < channels; c++) {
      int to = (c * frames + at) * plane;
      System.arraycopy(from.values, (c * from.frames + start) * plane, values, to, count * plane);
    }
  }

  private DatasetError mismatch(Frames other, String what) {
    return new DatasetError("%s: %s and %s do not agree".formatted(what, this, other));
  }

  private static long size(int channels, int frames, int rows, int columns) {
    if (channels < 0 || frames < 0 || rows < 0 || columns < 0) {
      throw new DatasetError(
          "frames: extents must not be negative, got " + shape(channels, frames, rows, columns));
    }
    long plane = (long) rows * columns;
    long size = plane == 0 ? 0 : Math.multiplyExact(plane, (long) channels * frames);
    if (size > Integer.MAX_VALUE - 8) {
      throw new DatasetError(
          "frames: %s is more than one array holds; take fewer or smaller frames"
              .formatted(shape(channels, frames, rows, columns)));
    }
    return size;
  }

  private static String shape(int channels, int frames, int rows, int columns) {
    return "[channels %d, frames %d, rows %d, columns %d]"
        .formatted(channels, frames, rows, columns);
  }
}
