package framepack.tensor.cpu;

import framepack.tensor.op.Activation;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/// Where a finished tile of a product goes, and what happens to it on the way.
///
/// `out[r, c] = residual[r, c] + gate[r / gateRows, c] * act(value[r, c] + bias[c])` (or bias[r]), the
/// parts that are null left out; with `accumulate`, the value is added to what `out` holds instead.
/// All offsets and strides are in elements; the last axis of every matrix is contiguous, f32.
record Epilogue(
    Matrix out, Bias bias, Activation activation, Gate gate, Matrix residual, boolean accumulate) {
  private static final int W = Lanes.WIDTH;
  private static final int COLUMNS = Micro.COLUMNS;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /// Row-major f32 rows of a segment.
  record Matrix(MemorySegment data, long offset, long rowStride) {
    long bytes(long row, long column) {
      return 4 * (offset + row * rowStride + column);
    }
  }

  /// One number for every column of the product, or for every row; followed by zeros up to whole tiles.
  record Bias(float[] values, boolean perRow) {}

  /// One row of factors for every `rows` rows of the product.
  record Gate(Matrix factors, long rows) {}

  /// Only writes the product.
  static Epilogue store(Matrix out) {
    return new Epilogue(out, null, Activation.NONE, null, null, false);
  }

  /// What the sums of every row of a tile start from, at [#startAt]: the bias of the columns, or zeros.
  float[] start() {
    return bias == null || bias.perRow ? Micro.ZEROS : bias.values;
  }

  /// Where a panel of columns begins in [#start].
  int startAt(int columnPanel) {
    return bias == null || bias.perRow ? 0 : columnPanel * COLUMNS;
  }

  /// Adds what sums that began at zero should have started from, to a tile whose first column is `column`.
  void addStart(float[] tile, int column, int rows, int columns) {
    if (bias != null && !bias.perRow) {
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < columns; i++) {
          tile[r * COLUMNS + i] += bias.values[column + i];
        }
      }
    }
  }

  /// Writes the valid part of a tile, whose sums began at [#start]; `row`, `column` are its corner in the product.
  void write(float[] tile, int at, int row, int column, int rows, int columns) {
    if (bias != null && bias.perRow) {
      addRowBias(tile, at, row, rows);
    }
    activate(activation, tile, at, at + rows * COLUMNS);
    if (gate != null) {
      for (int r = 0; r < rows; r++) {
        long from = gate.factors.bytes((row + r) / gate.rows, column);
        multiply(gate.factors.data, from, columns, tile, at + r * COLUMNS);
      }
    }
    if (residual != null) {
      add(residual.data, residual.bytes(row, column), residual.rowStride, tile, at, rows, columns);
    }
    if (accumulate) {
      add(out.data, out.bytes(row, column), out.rowStride, tile, at, rows, columns);
    }
    store(tile, at, row, column, rows, columns);
  }

  private void addRowBias(float[] tile, int at, int row, int rows) {
    for (int r = 0; r < rows; r++) {
      for (int i = at + r * COLUMNS; i < at + (r + 1) * COLUMNS; i += W) {
        FloatVector.fromArray(Lanes.FLOATS, tile, i).add(bias.values[row + r]).intoArray(tile, i);
      }
    }
  }

  static void activate(Activation activation, float[] tile, int at, int end) {
    switch (activation) {
      case NONE -> {}
      case GELU_TANH -> TileActivations.geluTanh(tile, at, end);
      case GELU_EXACT -> TileActivations.geluExact(tile, at, end);
      case SILU -> TileActivations.silu(tile, at, end);
    }
  }

  private static void multiply(MemorySegment data, long from, int columns, float[] tile, int at) {
    for (int c = 0; c < columns; c += W) {
      VectorMask<Float> valid = Lanes.FLOATS.indexInRange(c, columns);
      FloatVector.fromArray(Lanes.FLOATS, tile, at + c)
          .mul(FloatVector.fromMemorySegment(Lanes.FLOATS, data, from + 4L * c, ORDER, valid))
          .intoArray(tile, at + c);
    }
  }

  private static void add(
      MemorySegment data, long from, long stride, float[] tile, int at, int rows, int columns) {
    for (int c = 0; c < columns; c += W) {
      VectorMask<Float> valid = Lanes.FLOATS.indexInRange(c, columns);
      for (int r = 0; r < rows; r++) {
        int cell = at + r * COLUMNS + c;
        long place = from + 4 * (r * stride + c);
        FloatVector.fromArray(Lanes.FLOATS, tile, cell)
            .add(FloatVector.fromMemorySegment(Lanes.FLOATS, data, place, ORDER, valid))
            .intoArray(tile, cell);
      }
    }
  }

  private void store(float[] tile, int at, int row, int column, int rows, int columns) {
    long to = out.bytes(row, column);
    if (columns == COLUMNS) {
      storeWhole(tile, at, out.data, to, 4 * out.rowStride, rows);
    } else {
      storePart(tile, at, out.data, to, 4 * out.rowStride, rows, columns);
    }
  }

  /// Four rows at a time, written out: a loop over memory costs more to enter than few rows to store.
  private static void storeWhole(
      float[] tile, int at, MemorySegment data, long to, long stride, int rows) {
    int r = 0;
    for (; r <= rows - 4; r += 4) {
      storeRow(tile, at + r * COLUMNS, data, to + r * stride);
      storeRow(tile, at + (r + 1) * COLUMNS, data, to + (r + 1) * stride);
      storeRow(tile, at + (r + 2) * COLUMNS, data, to + (r + 2) * stride);
      storeRow(tile, at + (r + 3) * COLUMNS, data, to + (r + 3) * stride);
    }
    for (; r < rows; r++) {
      storeRow(tile, at + r * COLUMNS, data, to + r * stride);
    }
  }

  private static void storeRow(float[] tile, int cell, MemorySegment data, long place) {
    FloatVector.fromArray(Lanes.FLOATS, tile, cell).intoMemorySegment(data, place, ORDER);
    FloatVector.fromArray(Lanes.FLOATS, tile, cell + W)
        .intoMemorySegment(data, place + 4L * W, ORDER);
  }

  private static void storePart(
      float[] tile, int at, MemorySegment data, long to, long stride, int rows, int columns) {
    for (int c = 0; c < columns; c += W) {
      VectorMask<Float> valid = Lanes.FLOATS.indexInRange(c, columns);
      for (int r = 0; r < rows; r++) {
        FloatVector.fromArray(Lanes.FLOATS, tile, at + r * COLUMNS + c)
            .intoMemorySegment(data, to + r * stride + 4L * c, ORDER, valid);
      }
    }
  }
}
