package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// One operand of attention: [batch, tokens, heads, d] at any strides, in elements.
record Heads(
    MemorySegment data, DType type, long offset, long batch, long token, long head, long axis) {
  private static final int C = Micro.COLUMNS;
  private static final int R = Micro.ROWS;
  private static final int W = Lanes.WIDTH;

  static Heads of(View view) {
    Layout at = view.layout();
    return new Heads(
        view.segment(),
        view.dtype(),
        at.offset(),
        at.stride(0),
        at.stride(1),
        at.stride(2),
        at.stride(3));
  }

  /// The tokens of one head as the panels of a product over d.
  Panels tokens(int b, int h) {
    return new Panels(data, type, offset + b * batch + h * head, token, axis);
  }

  /// The d axes of one head as the panels of a product over tokens.
  Panels axes(int b, int h) {
    return new Panels(data, type, offset + b * batch + h * head, axis, token);
  }

  /// Copies tokens `from` to `from + count - 1` as rows [tokens][d], with zeros up to a whole tile.
  static void leftRows(Panels tokens, int from, int count, int d, float[] to) {
    tokens.copyRows(from, count, 0, d, to, 0, panels(count) * R, d);
  }

  /// Packs tokens `from` to `from + count - 1` as left panels [d / R][tokens][R].
  static void leftAxes(Panels axes, int from, int count, int d, float[] to, Scratch own) {
    int stride = Panels.stride(R, count);
    for (int i = 0; i < d; i += R) {
      axes.pack(i, Math.min(R, d - i), from, count, to, i / R * stride, R, own);
    }
  }

  /// Packs up to COLUMNS tokens, times `factor`, as a right panel [d][COLUMNS].
  static void right(
      Panels tokens, int from, int count, int d, float factor, float[] to, int at, Scratch own) {
    tokens.pack(from, Math.min(C, count), 0, d, to, at, C, own);
    if (factor != 1) {
      scale(to, at, d, factor);
    }
  }

  /// Multiplies a block [d][COLUMNS].
  static void scale(float[] block, int start, int d, float factor) {
    FloatVector f = FloatVector.broadcast(Lanes.FLOATS, factor);
    for (int i = start; i < start + d * C; i += W) {
      FloatVector.fromArray(Lanes.FLOATS, block, i).mul(f).intoArray(block, i);
    }
  }

  /// `to[r][c] = sum_p left[r][p] right[p][c]` for `rows` rows, rounded up to whole tiles.
  static void product(float[] left, int rows, int depth, float[] right, int at, float[] to) {
    for (int i = 0; i < panels(rows); i++) {
      int from = i * R * depth;
      Micro.multiplyRows(
          depth, left, from, depth, right, at, Micro.ZEROS, 0, 0, to, i * Micro.TILE);
    }
  }

  /// `to[r][c] += sum_p left[p][r] right[p][c]`, from `start` on; `left` was packed with the depth
  /// `packed`.
  static void add(
      float[] left, int packed, int rows, int depth, float[] right, int at, float[] to, int start) {
    int stride = Panels.stride(R, packed);
    for (int i = 0; i < panels(rows); i++) {
      int tile = start + i * Micro.TILE;
      Micro.multiply(depth, left, i * stride, right, at, to, tile, C, to, tile);
    }
  }

  /// Tiles of rows.
  static int panels(int rows) {
    return Gemm.ceil(rows, R);
  }

  /// Floats of a block [d][COLUMNS] in whole tiles that [#store] can turn.
  static int block(int d) {
    return Gemm.ceil((long) panels(d) * R, W) * W * C;
  }

  /// Writes a block [d][COLUMNS] as `lanes` rows of d floats, `stride` bytes apart, from byte `to` on.
  static void store(
      float[] block,
      int start,
      int d,
      int lanes,
      MemorySegment data,
      long to,
      long stride,
      Scratch own) {
    int length = Gemm.ceil(d, W) * W;
    float[] turned = own.floats(Scratch.STAGE, C * length);
    float[] turn = own.floats(Scratch.TURN, W * W);
    for (int c = 0; c < C; c += W) {
      for (int i = 0; i < d; i += W) {
        Transpose.block(block, start + i * C + c, C, turned, c * length + i, length, turn);
      }
    }
    Cells.writeRows(turned, 0, length, d, lanes, data, to, stride);
  }
}
