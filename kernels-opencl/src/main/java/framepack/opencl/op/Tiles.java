package framepack.opencl.op;

import framepack.opencl.cl.Launch;
import framepack.tensor.core.View;
import java.util.ArrayList;
import java.util.List;

/// Rounds matrices [outer, k] into tiles of 16 x 16 words of 32 bits for a matrix unit, `[outer tiles, k tiles, 16, 16]`.
///
/// @param int8 whether a word is four 8-bit integers with a scale for each row, else two numbers in bf16
/// @param across whether the words of a tile's rows lie across `outer`, as a right operand's do, else along k
/// @param kTiles tiles along k, those beyond its end 0
record Tiles(Call call, boolean int8, boolean across, long outer, long k, long kTiles) {
  private static final String FILE = "matrix";

  /// Words along each side.
  static final long SIDE = 16;

  static final long WORDS = SIDE * SIDE;
  static final long BYTES = WORDS * Integer.BYTES;

  /// Tiles of a work-item of `pack_tiles`.
  private static final long RUN = 8;

  /// What a left operand of 8-bit integers is moved by, so that it has no sign.
  private static final int ZERO_POINT = 128;

  /// Tiles that `k` numbers need.
  static long along(long k, boolean int8) {
    return Math.ceilDiv(k, SIDE * (int8 ? 4 : 2));
  }

  /// A kernel for the backend's matrix unit.
  static Launch kernel(Call call, String file, String name, boolean int8, String... macros) {
    List<String> all = new ArrayList<>(List.of(macros));
    all.add(call.context().matrix().unit().macro());
    if (int8) {
      all.add("INT8");
    }
    return call.kernel(file, name, all.toArray(String[]::new));
  }

  /// Enqueues the scale of each row, of 1 from `outer` to the end of `to`.
  void scales(Packed.Source from, View to) {
    long count = to.shape().elements();
    kernel(call, FILE, "largest", int8, "STORED=" + from.view().dtype())
        .view(from.view())
        .number(from.columnStride())
        .number(from.step())
        .integer(outer)
        .integer(k)
        .view(to)
        .integer(count)
        .items(count);
  }

  /// Enqueues the packing of outer tiles `[firstTile, firstTile + tiles)` of matrices `[first, first + matrices)`.
  ///
  /// @param scales where numbers are 8-bit integers, else any view
  void pack(
      Packed.Source from,
      View to,
      View scales,
      long first,
      long matrices,
      long firstTile,
      long tiles) {
    String stored = "STORED=" + from.view().dtype();
    Launch kernel =
        across
            ? kernel(call, FILE, "pack_tiles", int8, stored, "ACROSS")
            : kernel(call, FILE, "pack_tiles", int8, stored);
    long runs =
        from.step() == 1 ? tiles * Math.ceilDiv(kTiles, RUN) : kTiles * Math.ceilDiv(tiles, RUN);
    kernel
        .view(from.view())
        .axes(from.extents())
        .axes(from.strides())
        .number(from.columnStride())
        .number(from.step())
        .view(to)
        .number(first)
        .number(matrices)
        .integer(k)
        .integer(kTiles)
        .integer(outer)
        .integer(firstTile)
        .integer(tiles)
        .integer(RUN)
        .view(scales)
        .integer(across ? 0 : ZERO_POINT)
        .items(matrices * runs);
  }

  /// Enqueues the sums along k of a right operand of 8-bit integers.
  void sums(View packed, View sums, long tiles) {
    kernel(call, FILE, "sums_of_tiles", int8, "STORED=F32")
        .view(packed)
        .integer(kTiles)
        .view(sums)
        .integer(tiles)
        .items(tiles);
  }
}
