package framepack.tensor.cpu;

import framepack.tensor.core.DType;
import framepack.tensor.core.Layout;
import framepack.tensor.core.View;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;

/// One operand of attention: [batch, tokens, heads, d] at any strides, in elements.
record Heads(
    MemorySegment data, DType type, long offset, long batch, long token, long head, long axis) {
  private static final int C = Micro.COLUMNS;
  private static final int R = Micro.ROWS;
  private static final int W = Lanes.WIDTH;
  private static final int STRIDE = Micro.ROW_STRIDE;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /// Pages that are read in turn: half of what the first level of translations remembers.
  private static final int PAGES = 32;

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

  /// Copies tokens `from` to `from + count - 1` as rows of [Micro#multiplyRows] in whole tiles, deep ones in parts of
  /// [Micro#DEPTH]; [#rows] floats.
  static void leftRows(Panels tokens, int from, int count, int d, float[] to) {
    int rows = panels(count) * R;
    for (int p = 0; p < d; p += Micro.DEPTH) {
      int depth = Math.min(Micro.DEPTH, d - p);
      tokens.copyRows(from, count, p, depth, to, p / Micro.DEPTH * rows * STRIDE, rows);
    }
  }

  /// Floats of `count` copied tokens.
  static int rows(int count, int d) {
    return Gemm.ceil(d, Micro.DEPTH) * panels(count) * R * STRIDE;
  }

  /// Packs tokens `from` to `from + count - 1` as left panels [d / R][tokens][R], some tokens at a time: each lies in a page
  /// of its own. Ascending, because a vector behind a panel is overrun.
  static void leftAxes(Panels axes, int from, int count, int d, float[] to, Scratch own) {
    int stride = Panels.stride(R, count);
    for (int p = 0; p < count; p += PAGES) {
      int run = Math.min(PAGES, count - p);
      for (int i = 0; i < d; i += R) {
        axes.pack(i, Math.min(R, d - i), from + p, run, to, i / R * stride + p * R, R, own);
      }
    }
  }

  /// Packs up to COLUMNS tokens, times `factor`, as a right panel [d][COLUMNS] of [#right(int)] floats.
  static void right(
      Panels tokens,
      int from,
      int count,
      int d,
      float factor,
      MemorySegment to,
      long at,
      Scratch own) {
    tokens.packRight(from, Math.min(C, count), 0, d, to, at, own);
    if (factor != 1) {
      scale(to, at, d, factor);
    }
  }

  /// Floats of a right panel.
  static int right(int d) {
    return (d + d % 2) * C;
  }

  /// Multiplies a panel [d][COLUMNS].
  static void scale(MemorySegment panel, long start, int d, float factor) {
    FloatVector f = FloatVector.broadcast(Lanes.FLOATS, factor);
    long from = Float.BYTES * start;
    for (int i = 0; i < 2 * d; i++) {
      long cell = from + (long) i * Float.BYTES * W;
      FloatVector.fromMemorySegment(Lanes.FLOATS, panel, cell, ORDER)
          .mul(f)
          .intoMemorySegment(panel, cell, ORDER);
    }
  }

  /// `to[r][c] = sum_p left[r][p] right[p][c]` for `rows` rows, rounded up to whole tiles, of the `copied` ones in
  /// `left`.
  static void product(
      float[] left, int copied, int rows, int depth, MemorySegment right, long at, float[] to) {
    int part = panels(copied) * R * STRIDE;
    for (int i = 0; i < panels(rows); i++) {
      int tile = i * Micro.TILE;
      int from = i * R * STRIDE;
      Micro.multiplyRows(
          Math.min(Micro.DEPTH, depth), left, from, right, at, C, Micro.ZEROS, 0, 0, to, tile);
      for (int p = Micro.DEPTH; p < depth; p += Micro.DEPTH) {
        from += part;
        int rest = Math.min(Micro.DEPTH, depth - p);
        Micro.multiplyRows(rest, left, from, right, at + (long) p * C, C, to, tile, C, to, tile);
      }
    }
  }

  /// `to[r][c] += sum_p left[p][r] right[p][c]`, from `start` on; `left` was packed with the depth
  /// `packed`.
  static void add(
      float[] left,
      int packed,
      int rows,
      int depth,
      MemorySegment right,
      long at,
      float[] to,
      int start) {
    int stride = Panels.stride(R, packed);
    for (int i = 0; i < panels(rows); i++) {
      int tile = start + i * Micro.TILE;
      Micro.multiply(depth, left, i * stride, right, at, C, to, tile, C, to, tile);
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
